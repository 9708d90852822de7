import pytest

from presscheck.data.article import Article
from presscheck.data.rows.columns import Columns
from presscheck.data.rows.raw import RawRow
from presscheck.data.rows.refusal import CODES, Fault, RowError
from presscheck.data.rows.row import Row, article_of, read_row

COLUMNS = Columns(id="nr", headline="title", body="text", outlet="paper")


def test_columns_of_other_names() -> None:
    raw = RawRow(7, b'{"nr": 3.0, "title": "A", "text": "B.", "paper": 0, "headline": [1], "id": true}\n')
    assert read_row(raw, name="a", columns=COLUMNS) == Row(7, Article("3", "A", "B."), "0")


def test_a_row_without_an_id_is_named_by_its_place() -> None:
    found = read_row(RawRow(7, b'{"title": "A", "paper": ""}'), name="in/a.jsonl", columns=COLUMNS)
    assert found == Row(7, Article("in/a.jsonl:7", "A", None), None)


def test_a_fault_of_the_reader_goes_through() -> None:
    fault = Fault("damaged", "the data end early")
    assert read_row(RawRow(7, b"", fault), name="a", columns=COLUMNS) == fault


def test_what_is_wrong_is_said_of_the_column_that_was_named() -> None:
    found = read_row(RawRow(1, b'{"title": 3}\n'), name="a", columns=COLUMNS)
    assert found == Fault("type", '"title" must be a string, not a number', "title")
    near = read_row(RawRow(1, b'{"Title": "A"}\n'), name="a", columns=COLUMNS)
    assert near == Fault("schema", 'a row needs "title" or "text"; this one has Title; \'Title\' is spelt differently')


def test_an_empty_row_keeps_its_id_and_names_the_word_that_stands_there() -> None:
    with pytest.raises(RowError, match="no text to score; 'n/a' means a missing value") as caught:
        article_of({"nr": 3, "title": " ", "text": " n/a "}, COLUMNS, otherwise="a:1")
    assert caught.value.identifier == "3"


def test_every_code_is_explained(request: pytest.FixtureRequest) -> None:
    text = (request.config.rootpath / "docs" / "batch.md").read_text(encoding="utf-8")
    assert [code for code in CODES if f"`{code}`" not in text] == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"title": "A"}\r{"title": "B"}\r', "its lines end in a carriage return alone"),
        (b'[{"title": "A"},\n', "a document of several is read from a .json file"),
        (b"{\n", "a document of several is read from a .json file"),
    ],
)
def test_a_file_of_another_layout_is_refused_with_what_to_do(line: bytes, words: str) -> None:
    found = read_row(RawRow(1, line), name="a", columns=COLUMNS)
    assert isinstance(found, Fault)
    assert found.code == "json"
    assert words in found.message
