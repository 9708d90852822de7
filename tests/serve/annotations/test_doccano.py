"""doccano's exports come in with every vote at its place."""

import json
from pathlib import Path

import pytest
from annotation_support import BODY, HEADLINE, imported, sentence, words, write
from hypothesis import given
from hypothesis import strategies as st
from labelled_support import article_layout

from presscheck.data.errors import DataError
from presscheck.data.labelled.table import read_table
from presscheck.serve.annotations.answers import Answer
from presscheck.serve.annotations.doccano import read_rows
from presscheck.serve.annotations.names import Names
from presscheck.serve.annotations.options import ImportOptions

SOURCE = (BODY.index("Port"), BODY.index("Port") + len("Port officials"))


def test_spans_as_lists_and_as_entities_are_the_same(tmp_path: Path) -> None:
    spans = [(*SOURCE, "source"), (0, 25, "claim")]
    tuples = {"id": 1, "text": BODY, "label": spans, "Comments": ["see above"], "outlet": "Herald"}
    entities = [{"id": 5, "label": name, "start_offset": start, "end_offset": end} for start, end, name in spans]
    relations = {"id": 1, "text": BODY, "entities": entities, "relations": [], "Comments": [], "outlet": "Herald"}
    _, (one,) = imported(write(tmp_path / "ana.jsonl", [tuples]), tmp_path / "one", body="text")
    _, (two,) = imported(write(tmp_path / "ben.jsonl", [relations]), tmp_path / "two", body="text")
    for row, rater in ((one, "ana"), (two, "ben")):
        assert words(row) == {("body", "source", "Port officials", None)}
        assert sentence(row, "The ferry") == {"claim": [1.0]}
        assert (row["raters"], row["outlet"], row["headline"]) == ([rater], "Herald", None)
    assert [remark["text"] for remark in one["remarks"]] == ["see above"]


def test_classes_of_headlines_and_of_single_sentences(tmp_path: Path) -> None:
    headlines = [{"id": n, "text": f"{HEADLINE} {n}", "label": [name]} for n, name in enumerate(["sensational", "plain"])]
    mapping = {"plain": "sensational:0"}
    _, found = imported(write(tmp_path / "ana.json", headlines), tmp_path / "one", headline="text", labels=mapping)
    assert [row["sensational"] for row in found] == [[1.0], [0.0]]
    _, (row,) = imported(write(tmp_path / "s.jsonl", [{"text": "Rents will double.", "label": ["claim"]}]), tmp_path / "two", body="text")
    assert sentence(row, "Rents") == {"claim": [1.0]}


def test_an_empty_list_is_an_answer_only_where_the_user_says_so(tmp_path: Path) -> None:
    marked, empty = {"text": BODY, "label": [[*SOURCE, "source"]]}, {"text": "It fell. It rose.", "label": []}
    path = write(tmp_path / "ana.jsonl", [marked, empty])
    done, found = imported(path, tmp_path / "one", body="text")
    assert (len(found), done.files[0].unanswered) == (1, 1)
    _, found = imported(path, tmp_path / "two", body="text", confirmed=True)
    assert [row["tags"]["body"] for row in found] == [["source"], ["source"]]


def test_whose_text_it_is_has_to_be_said(tmp_path: Path) -> None:
    done, found = imported(write(tmp_path / "ana.jsonl", [{"text": BODY, "label": [[*SOURCE, "source"]]}]), tmp_path / "out")
    assert (found, "--headline and --body" in done.unreadable[0].message) == ([], True)


def test_lines_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "ana.jsonl", [{"text": BODY, "label": [[*SOURCE, "source"]]}])
    path.write_text(path.read_text() + '{"text": "torn\n' + '{"text": "It fell.", "label": [[0, 99, "source"]]}\n{"text": "no list"}\n')
    done, found = imported(path, tmp_path / "out", body="text")
    assert len(found) == 1
    assert [one.source.rpartition(":")[2] for one in done.unreadable] == ["2", "3", "4"]
    with pytest.raises(DataError, match="none of presscheck's"):
        imported(write(tmp_path / "b.jsonl", [{"text": BODY, "label": [[0, 3, "PERSON"]]}]), tmp_path / "out", body="text")


WORDS = st.lists(st.text(st.sampled_from("abé漢😀𝒜"), min_size=1, max_size=6), min_size=2, max_size=8)


@given(WORDS, st.data())
def test_utf_16_offsets_mark_the_same_words(parts: list[str], data: st.DataObject) -> None:
    text = " ".join(parts)
    index = data.draw(st.integers(0, len(parts) - 1))
    start = len(" ".join(parts[:index])) + (index > 0)
    first, last = (len(text[:place].encode("utf-16-le")) // 2 for place in (start, start + len(parts[index])))
    row = {"text": text, "label": [[first, last, "framing"]]}
    options = ImportOptions(headline="text", offsets="utf-16")
    (answer,) = read_rows([("1", row)], name="f", rater="ana", time="2026-01-01T00:00:00Z", options=options, names=Names({}))
    assert isinstance(answer, Answer)
    ((mark,),) = answer.marks.values()
    assert text[mark.start : mark.end] == parts[index]


def test_a_row_with_classes_and_spans_keeps_both(tmp_path: Path) -> None:
    """A project for intents and slots exports both lists, the first of which may be empty."""
    both = {"text": BODY, "entities": [{"start_offset": SOURCE[0], "end_offset": SOURCE[1], "label": "source"}], "cats": ["review"]}
    unmarked = {"text": "It fell. It rose.", "entities": [], "cats": ["review"]}
    _, (one, two) = imported(write(tmp_path / "ana.jsonl", [both, unmarked]), tmp_path / "out", body="text")
    assert words(one) == {("body", "source", "Port officials", None)}
    assert one["review"] == two["review"] == [1.0]
    assert (two["tags"]["body"], two["spans"]) == (["source"], [])


@pytest.mark.parametrize("ending", ["jsonl", "json"])
def test_half_of_a_character_costs_one_row(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"ana.{ending}", [])
    rows = [{"text": BODY, "label": [[*SOURCE, "source"]]}, {"text": "It fell \ud83d.", "label": [[0, 2, "source"]]}]
    path.write_text("\n".join(map(json.dumps, rows)) if ending == "jsonl" else json.dumps(rows))
    done, found = imported(path, tmp_path / "out", body="text")
    assert [row["body"] for row in found] == [BODY]
    ((source, message),) = [(one.source, one.message) for one in done.unreadable]
    assert source.endswith("2")
    assert "lone surrogate" in message


def test_marks_that_the_model_never_reads_are_counted_and_stand_in_no_row(tmp_path: Path) -> None:
    body = "The council met on Tuesday evening.\n\nPhoto: Agency\n\nThe mayor said that she had resigned."
    credit, mayor = body.index("Agency"), body.index("The mayor")
    spans = [[credit, credit + 6, "source"], [mayor, mayor + 9, "source"]]
    done, (row,) = imported(write(tmp_path / "ana.jsonl", [{"text": body, "label": spans}]), tmp_path / "out", body="text")
    assert words(row) == {("body", "source", "The mayor", None)}
    assert done.unused == {"marks on text that is set aside, such as a byline or a credit, or on blanks": 1}
    (document,) = read_table(tmp_path / "out" / "articles.jsonl", article_layout())
    assert [span.tag for segment in document.segments for span in segment.spans] == ["source"]
