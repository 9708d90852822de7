"""Rows that are whole articles: labels and spans by offsets, what is refused, and how a document is written as such a row."""

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_support import article_layout, read_rows, write_jsonl

from presscheck.data.errors import DataError
from presscheck.data.labelled.row_writer import row_of
from presscheck.data.labelled.table import read_table
from presscheck.data.schema import SPAN_TYPES, TOKEN_TAGS, Document, Segment, Span
from presscheck.data.text.segmentation import segment_body

HEADLINE = "  Is the weir about to burst?"
BODY = "The weir leaked on Friday, Lena Roth said.\nNobody was hurt in the valley. Repairs cost two million crowns."
FIRST, SECOND, THIRD = (
    "The weir leaked on Friday, Lena Roth said.",
    "Nobody was hurt in the valley.",
    "Repairs cost two million crowns.",
)


def at(text: str, inside: str = BODY) -> dict[str, int]:
    """Where a text stands, as an entry's offsets."""
    start = inside.index(text)
    return {"start": start, "end": start + len(text)}


def row(**fields: Any) -> dict[str, Any]:
    return {"id": "w-1", "headline": HEADLINE, "body": BODY, **fields}


def refusal(*rows: dict[str, Any], **options: Any) -> str:
    with pytest.raises(DataError) as caught:
        read_rows(rows, **options)
    return str(caught.value)


def test_an_article_has_its_labels_and_spans_where_the_offsets_say() -> None:
    (document,) = read_rows(
        [
            row(
                group="weir",
                outlet="Valley Post",
                date="2026-05-01T10:00",
                genre="news",
                review=1,
                sensational=[1, 0, 1, 1],
                loaded=False,
                sentences=[
                    {**at(FIRST), "claim": 1, "attributed": [1, 1, 0]},
                    {**at(THIRD), "claim": True, "needs_source": 1, "note": "x"},
                ],
                spans=[
                    {"part": "body", **at("Lena Roth"), "tag": "source", "type": "named"},
                    {"part": "headline", **at("about to burst", HEADLINE), "tag": "framing", "type": "threat_or_war"},
                ],
                tags={"headline": ["framing", "loaded"], "body": ["cue", "source"]},
                weight=0.5,
                raters=4,
                probability=0.1,
            )
        ]
    )
    assert (document.id, document.group, document.outlet, document.year) == ("team/w-1", "team/weir", "Valley Post", 2026)
    assert (document.article_genre, document.genre, document.review, document.weight) == ("news", None, 1.0, 0.5)
    headline, first, second, third = document.segments
    assert headline.text == HEADLINE.strip()
    assert headline.labels == {"sensational": 0.75, "loaded": 0.0}
    assert [headline.text[s.start : s.end] for s in headline.spans] == ["about to burst"]
    assert headline.tags == ("loaded", "framing")
    assert [s.text for s in (first, second, third)] == [FIRST, SECOND, THIRD]
    assert first.labels == {"claim": 1.0, "attributed": pytest.approx(2 / 3)}
    assert [(first.text[s.start : s.end], s.type) for s in first.spans] == [("Lena Roth", "named")]
    assert (dict(second.labels), second.tags) == ({}, ("source", "cue"))
    assert third.labels == {"claim": 1.0, "needs_source": 1.0}


def test_the_example_of_the_documentation_is_read() -> None:
    example = Path("docs/training.md").read_text(encoding="utf-8").partition("```json\n")[2].partition("```")[0]
    (document,) = read_rows([json.loads(example)])
    assert [s.text[p.start : p.end] for s in document.segments for p in s.spans] == ["about to burst", "Lena Roth"]
    assert document.segments[1].labels == {"claim": 1.0, "attributed": 1.0}


def test_everything_but_a_text_may_be_absent() -> None:
    headline, body = read_rows([{"headline": "Weir leaks"}, {"body": BODY, "review": None, "sensational": ""}])
    assert [s.kind for s in headline.segments] == ["headline"]
    assert [s.kind for s in body.segments] == ["sentence"] * 3
    assert headline.segments[0].tags == ()
    assert body.review is None
    assert headline.group != body.group


def test_tags_that_nobody_names_are_those_of_the_spans() -> None:
    (document,) = read_rows([row(spans=[{"part": "body", **at("said"), "tag": "cue"}])])
    assert [segment.tags for segment in document.segments] == [(), ("cue",), ("cue",), ("cue",)]


def test_a_span_over_two_sentences_is_cut() -> None:
    start = BODY.index("the valley")
    (document,) = read_rows([row(spans=[{"part": "body", "start": start, "end": start + 18, "tag": "loaded"}])])
    assert [[s.text[p.start : p.end] for p in s.spans] for s in document.sentences] == [[], ["the valley."], ["Repair"]]


def test_offsets_count_in_the_body_as_given() -> None:
    """The model reads a wrapped body, soft hyphens and double spaces on one line; the offsets are those of the row."""
    body = "The cou\u00adncil  met on\nMonday and spent\nseven hours on it,  Ada Bohm said."
    said = at("Ada Bohm", body)
    (document,) = read_rows(
        [{"body": body, "sentences": [{"start": 0, "end": len(body), "claim": 1}], "spans": [{"part": "body", **said, "tag": "source"}]}]
    )
    (sentence,) = document.segments
    assert sentence.text == "The council met on Monday and spent seven hours on it, Ada Bohm said."
    assert [sentence.text[s.start : s.end] for s in sentence.spans] == ["Ada Bohm"]
    assert sentence.labels == {"claim": 1.0}


def test_a_sentence_with_tags_of_its_own() -> None:
    (document,) = read_rows([row(sentences=[{**at(SECOND), "tags": []}], tags={"body": ["source"]})])
    assert [s.tags for s in document.sentences] == [("source",), (), ("source",)]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"sentences": [{"start": 5, "end": 500, "claim": 1}]}, '[5, 500) of "sentences" is outside the body of 106 characters'),
        ({"sentences": [{"start": 9, "end": 9, "claim": 1}]}, '[9, 9) of "sentences" is outside the body'),
        ({"sentences": [{"start": "0", "end": 9}]}, 'an entry of "sentences" needs "start" and "end", whole numbers'),
        (
            {"sentences": [{"start": 0, "end": 4, "claim": 1}]},
            '[0, 4) of "sentences" fits no sentence of the body (the sentences there are [0, 42)); correct',
        ),
        ({"sentences": [{**at(FIRST), "claim": 1.5}]}, "value 1.5 is outside 0..1"),
        (
            {"sentences": [{**at(FIRST), "claim": 1}, {"start": 4, "end": 42, "claim": 0}]},
            "are one sentence, [0, 42), and both give it 'claim'",
        ),
        ({"sentences": {"start": 0, "end": 4}}, '"sentences" must be a list of objects'),
        ({"sentences": "[{"}, '"sentences" must hold JSON'),
        ({"spans": [{"part": "body", "start": 0, "end": 107, "tag": "cue"}]}, '[0, 107) of "spans" is outside the body'),
        ({"spans": [{"part": "body", "start": 0, "end": 4, "tag": "verb"}]}, "the unknown tag 'verb'; known: source, cue"),
        (
            {"spans": [{"part": "body", "start": 0, "end": 4, "tag": "cue", "type": "named"}]},
            "the unknown type 'named' of cue; its spans have none",
        ),
        ({"spans": [{"part": "lead", "start": 0, "end": 4, "tag": "cue"}]}, "needs \"part\", headline or body, not 'lead'"),
        ({"spans": [{"part": "headline", "start": 0, "end": 2, "tag": "framing"}]}, "lies in no sentence of the headline (it is blank)"),
        (
            {"spans": [{"part": "body", "start": 0, "end": 4, "tag": "cue"}], "tags": {"body": ["source"]}},
            "a tag that the row says was not asked for",
        ),
        ({"tags": {"body": ["sauce"]}}, "\"tags.body\" names the unknown tag 'sauce'"),
        ({"review": 3}, "value 3 is outside 0..1"),
        ({"sensational": "much"}, "value 'much' is not a number"),
        ({"genre": "tabloid"}, "\"genre\" is 'tabloid', not one of news, opinion"),
        ({"weight": 0}, '"weight" must be a number above 0, not 0'),
        ({"weight": "heavy"}, '"weight" must be a number above 0'),
        ({"headline": None, "sensational": 1}, "the row labels a headline (sensational) and has none"),
        ({"headline": None, "body": None}, "the row has no text"),
        ({"headline": 7}, '"headline" must be a string, not a number'),
    ],
)
def test_a_bad_row_is_refused_with_its_place_and_the_good_ones_are_counted(fields: dict[str, Any], message: str) -> None:
    found = refusal(row(id="good"), row(**fields))
    assert found.startswith("rows.jsonl:2: ")
    assert message in found
    assert found.endswith("rows.jsonl: the other 1 rows are good; correct or remove the rows above")


def test_what_the_segmentation_sets_aside_has_no_labels() -> None:
    body = f"By Ida Lund\n{BODY}\n{FIRST}"
    found = refusal(row(body=body, sentences=[{"start": 0, "end": 11, "claim": 0}]))
    assert "fits no sentence of the body (the text there is set aside as byline)" in found
    last = body.rindex(FIRST)
    assert "set aside as repeat" in refusal(row(body=body, spans=[{"part": "body", "start": last, "end": last + 8, "tag": "cue"}]))


def test_columns_of_other_names() -> None:
    rows = [
        {
            "titel": "Weir leaks",
            "inhalt": BODY,
            "desk": "ja",
            "r1": 1,
            "r2": None,
            "r3": 0,
            "kind": "x",
            "s": [{**at(FIRST), "is_claim": "y"}],
        }
    ]
    (document,) = read_rows(
        rows,
        headline="titel",
        body="inhalt",
        id=None,
        review={"column": "desk", "values": {"ja": 1, "nein": 0}},
        labels={"sensational": {"columns": ["r1", "r2", "r3"]}},
        sentences="s",
        sentence_labels={"claim": {"column": "is_claim", "values": {"y": 1, "n": 0}}},
        genre=None,
    )
    assert (document.review, dict(document.segments[0].labels), dict(document.segments[1].labels)) == (
        1.0,
        {"sensational": 0.5},
        {"claim": 1.0},
    )
    assert "no column 'titel'" in refusal({"headline": "Weir leaks"}, headline="titel")


def test_too_few_votes_are_a_missing_label() -> None:
    (document,) = read_rows([row(sensational=[1, 0], loaded=[1], review=1)], min_votes=2)
    assert (dict(document.segments[0].labels), document.review) == ({"sensational": 0.5}, None)


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.parquet"])
def test_every_format_reads_the_same(tmp_path: Path, name: str) -> None:
    """Nested cells are JSON in CSV; Parquet may hold an entry's missing label as NaN, and a list of objects as an object of lists."""
    rows = [
        row(
            sensational=[1.0, 0.0],
            review=1.0,
            sentences=[{**at(FIRST), "claim": 1.0}],
            spans=[{"part": "body", **at("said"), "tag": "cue"}],
        ),
        row(id="w-2", sensational=None, review=None, sentences=[], spans=[]),
    ]
    path = tmp_path / name
    if name == "a.csv":
        with path.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows({k: json.dumps(v) if isinstance(v, list) else v for k, v in one.items()} for one in rows)
    elif name == "a.parquet":
        entries = [
            {"start": [0], "end": [42], "claim": [1.0], "attributed": [float("nan")]},
            {"start": [], "end": [], "claim": [], "attributed": []},
        ]
        pq.write_table(pa.Table.from_pylist([{**one, "sentences": e} for one, e in zip(rows, entries, strict=True)]), path)
    else:
        write_jsonl(path, rows)
    first, second = read_table(path, article_layout())
    assert (first.review, dict(first.segments[0].labels), dict(first.segments[1].labels)) == (1.0, {"sensational": 0.5}, {"claim": 1.0})
    assert [first.segments[1].text[s.start : s.end] for s in first.segments[1].spans] == ["said"]
    assert (second.review, [dict(s.labels) for s in second.segments]) == (None, [{}] * 4)


WORDS = st.sampled_from(["harbour", "levy", "étude", "café", "weir", "bridge", "storm", "council", "Bohm", "million", "🌊tide", "ferry"])
LABELS = st.dictionaries(st.sampled_from(["claim", "attributed", "needs_source", "loaded"]), st.sampled_from([0.0, 0.25, 1.0]))


@st.composite
def segments(draw: st.DrawFn, *, kind: Any, number: int, tags: tuple[str, ...], paragraph: int) -> Segment:
    words = " ".join(draw(st.lists(WORDS, min_size=4, max_size=9)))
    text = f"The {words} was number {number} here."
    spans = []
    for tag in draw(st.lists(st.sampled_from(tags), unique=True)) if tags else ():
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        if text[start:end].strip():
            spans.append(Span(tag, start, end, draw(st.sampled_from((None, *SPAN_TYPES.get(tag, ()))))))
    ordered = tuple(sorted(spans, key=lambda span: (span.start, -span.end)))
    return Segment(text, kind, draw(LABELS), ordered, tags, paragraph)


@st.composite
def articles(draw: st.DrawFn) -> Document:
    subsets = st.lists(st.sampled_from(TOKEN_TAGS), unique=True).map(lambda found: tuple(tag for tag in TOKEN_TAGS if tag in found))
    usual = draw(subsets)
    paragraph, body = 0, []
    for number in range(draw(st.integers(1, 5))):
        paragraph += number > 0 and draw(st.booleans())
        tags = draw(subsets) if draw(st.integers(0, 4)) == 0 else usual
        body.append(draw(segments(kind="sentence", number=number, tags=tags, paragraph=paragraph)))
    head = [draw(segments(kind="headline", number=99, tags=draw(subsets), paragraph=0))] if draw(st.booleans()) else []
    return Document(
        id="team/a-1",
        group="team/story",
        source="team",
        licence="unstated",
        segments=(*head, *body),
        outlet=draw(st.sampled_from([None, "Post"])),
        review=draw(st.sampled_from([None, 0.0, 0.5, 1.0])),
        article_genre=draw(st.sampled_from([None, "news", "satire"])),
        weight=draw(st.sampled_from([1.0, 0.25, 3.0])),
    )


@settings(max_examples=100, deadline=None)
@given(articles())
def test_a_document_survives_being_written_as_a_row(document: Document) -> None:
    assert read_rows([json.loads(json.dumps(row_of(document)))]) == [document]


@settings(max_examples=200, deadline=None)
@given(st.text("Aa .!?\n\t\u00ad\u2028“”-1🌊é", min_size=1, max_size=60), st.data())
def test_a_span_marks_its_own_characters_whatever_the_body_is_made_of(body: str, data: st.DataObject) -> None:
    """But for invisible characters and white space, which reading evens out, and for what is set aside."""
    start = data.draw(st.integers(0, len(body) - 1))
    end = data.draw(st.integers(start + 1, len(body)))
    sentences = segment_body(body, titles=["Weir leaks"]).sentences if body.strip() else []
    inside = [body[max(start, first) : min(end, last)] for first, last in sentences if first < end and start < last]
    expected = "".join("".join(inside).replace("\u00ad", "").split())
    row = {"headline": "Weir leaks", "body": body, "spans": [{"part": "body", "start": start, "end": end, "tag": "cue"}]}
    if not expected:
        assert f"[{start}, {end})" in refusal(row)
        return
    (document,) = read_rows([row])
    marked = "".join(s.text[p.start : p.end] for s in document.sentences for p in s.spans)
    assert "".join(marked.split()) == expected
