"""Several rows of one id are votes of one item."""

from pathlib import Path
from typing import Any

import pytest
from labelled_support import article_layout, read_rows, write_jsonl

from presscheck.configs.loader import ConfigError, load
from presscheck.data.dataset.documents import load_splits
from presscheck.data.errors import DataError
from presscheck.data.labelled.table import read_table

BODY = "The levy rose in May. Traders in the port are furious."


def vote(key: str, rater: str | None, **fields: Any) -> dict[str, Any]:
    return {"id": key, "who": rater, "headline": "Levy rises", "body": BODY, **fields}


def span(start: int, end: int, kind: str | None = None) -> dict[str, Any]:
    return {"part": "body", "start": start, "end": end, "tag": "loaded", "type": kind}


def refusal(*rows: dict[str, Any]) -> str:
    with pytest.raises(DataError) as caught:
        read_rows(rows, rater="who")
    return str(caught.value)


def test_the_votes_of_an_id_are_averaged_wherever_its_rows_stand() -> None:
    rows = [
        vote("a", "ann", sensational=1, review=1, genre="news", sentences=[{"start": 0, "end": 21, "claim": 1}]),
        vote("b", "ann", sensational=0, review=0),
        vote("a", "bo", sensational=0, review=1, genre="news", sentences=[{"start": 0, "end": 21, "claim": 0}]),
        vote("a", "cy", sensational=1, genre="opinion", outlet="Post", weight=2),
    ]
    first, second = read_rows(rows, rater="who")
    assert (first.id, second.id) == ("team/a", "team/b")
    assert first.segments[0].labels["sensational"] == pytest.approx(2 / 3)
    assert (first.segments[1].labels["claim"], first.review) == (0.5, 1.0)
    assert (first.article_genre, first.outlet, first.weight) == ("news", "Post", 2.0)
    assert (second.review, second.weight) == (0.0, 1.0)


def test_a_genre_without_a_majority_is_missing() -> None:
    (document,) = read_rows([vote("a", "ann", genre="news"), vote("a", "bo", genre="opinion")], rater="who")
    assert document.article_genre is None


def test_words_that_more_than_half_of_the_raters_mark_are_marked() -> None:
    rows = [
        vote("a", "ann", spans=[span(22, 53)]),
        vote("a", "bo", spans=[span(46, 53)]),
        vote("a", "cy", spans=[span(49, 53)]),
        vote("a", "di", tags={"body": ["source"]}),  # was not asked for loaded words
    ]
    (document,) = read_rows(rows, rater="who")
    sentence = document.segments[2]
    assert [sentence.text[s.start : s.end] for s in sentence.spans] == ["furious"]
    assert sentence.tags == ("source", "loaded")
    (document,) = read_rows([vote("a", "ann", spans=[span(46, 53)]), vote("a", "bo", tags={"body": ["loaded"]})], rater="who")
    assert document.segments[2].spans == (), "one of two is no majority, as in an import of annotations"


def test_rows_that_do_not_belong_together_are_refused() -> None:
    found = refusal(vote("a", "ann"), vote("a", "bo", headline="Levy falls"), vote("b", "bo"))
    assert found.startswith("rows.jsonl:2: the text differs from that of the same id at rows.jsonl:1; give other texts other ids")
    assert "the other 2 rows are good" in found
    assert "rows.jsonl:2: ann answers for this id at rows.jsonl:1 too; keep one" in refusal(vote("a", "ann"), vote("a", "ann"))
    assert "its outlet is Post, that of the same id at rows.jsonl:1 Sun" in refusal(
        vote("a", "x", outlet="Sun"), vote("a", "y", outlet="Post")
    )
    assert 'rows.jsonl:1: "id" is empty; rows are votes of one item by their id' in refusal(vote("", "ann"))


def test_a_table_of_headlines_has_votes_too(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,title,who,bait\n1,Levy rises,ann,yes\n2,Weir leaks,ann,no\n1,Levy rises,bo,no\n2,Weir leaks,bo,\n")
    labels = "{sensational: {column: bait, values: {'yes': 1, 'no': 0}}}"
    source = f"{{kind: table, path: {path}, name: t, segment: headline, text: title, id: id, rater: who, labels: {labels}}}"
    splits = load_splits(load("tiny", [f"data.sources=[{source}]"]).data)
    found = {d.id: dict(d.segments[0].labels) for part in splits.values() for d in part}
    assert found == {"t/1": {"sensational": 0.5}, "t/2": {"sensational": 0.0}}
    with pytest.raises(ConfigError, match="rater needs `id`"):
        load("tiny", [f"data.sources=[{source.replace('id: id, ', '')}]"])


def test_without_a_rater_every_row_is_an_item(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", [vote("a", "ann"), vote("a", "bo")])
    assert [d.id for d in read_table(path, article_layout())] == ["team/a", "team/a"]  # which a data set refuses: ids must be unique
