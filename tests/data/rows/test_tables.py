from pathlib import Path

import pytest

from presscheck.data.errors import DataError
from presscheck.data.rows.tables import table_rows


def test_cells_of_the_columns_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('n;more;t\n1;x;"two\nlines"\n2;y;one\n')
    assert list(table_rows(path, "n", "t")) == [(2, {"n": "1", "t": "two\nlines"}), (4, {"n": "2", "t": "one"})]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.jsonl", '{"n": 1}\n{"m": 1}\n', ":2: no column 'n'; there are m"),
        ("a.jsonl", '{"n": 1}\n{"n": NaN}\n', ":2: NaN is not JSON"),
        ("a.jsonl", '{"n": 1}\n[1]\n', ":2: a row is a JSON object"),
        ("a.csv", "n\n1,2\n", ":2: the row has 2 cells"),
        ("a.csv", "m\n1\n", ":1: the file has no column 'n'"),
    ],
)
def test_the_first_bad_row_is_named(tmp_path: Path, name: str, text: str, words: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError) as caught:
        list(table_rows(tmp_path / name, "n"))
    assert str(caught.value).startswith(f"{tmp_path / name}{words}")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.csv: No such file"):
        list(table_rows(tmp_path / "gone.csv", "n"))
