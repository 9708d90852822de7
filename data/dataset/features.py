"""A document as a row of a `datasets.Dataset`: its features, and the way there and back, which changes nothing."""

from collections.abc import Mapping
from typing import Any

from datasets import Features, List, Value

from presscheck.data.schema import SEGMENT_LABELS, Document, Segment, Span

_TEXTS = ("id", "group", "source", "licence", "genre", "topic", "region", "outlet", "split", "article_genre")
_TEXT, _PLACE, _NUMBER = Value("string"), Value("int32"), Value("float64")
_SEGMENT = {
    "text": _TEXT,
    "kind": _TEXT,
    "labels": dict.fromkeys(SEGMENT_LABELS, _NUMBER),
    "spans": List({"tag": _TEXT, "start": _PLACE, "end": _PLACE, "type": _TEXT}),
    "tags": List(_TEXT),
    "paragraph": _PLACE,
    "notes": List(_TEXT),
}
_SEGMENTS = ("segments", "judged_headlines")
FEATURES = Features(
    {
        **dict.fromkeys(_TEXTS, _TEXT),
        "year": _PLACE,
        "review": _NUMBER,
        "weight": _NUMBER,
        **dict.fromkeys(_SEGMENTS, List(_SEGMENT)),
    }
)
_FIELDS = tuple(name for name in FEATURES if name not in _SEGMENTS)


def _segment_row(segment: Segment) -> dict[str, Any]:
    return {
        "text": segment.text,
        "kind": segment.kind,
        "labels": dict(segment.labels),
        "spans": [{"tag": span.tag, "start": span.start, "end": span.end, "type": span.type} for span in segment.spans],
        "tags": list(segment.tags),
        "paragraph": segment.paragraph,
        "notes": sorted(segment.notes),
    }


def row_of(document: Document) -> dict[str, Any]:
    """The document as plain values; a missing label is no key."""
    row = {name: getattr(document, name) for name in _FIELDS}
    return row | {name: [_segment_row(segment) for segment in getattr(document, name)] for name in _SEGMENTS}


def _segment_of(row: Mapping[str, Any]) -> Segment:
    return Segment(
        row["text"],
        row["kind"],
        {name: value for name, value in row["labels"].items() if value is not None},
        tuple(Span(**span) for span in row["spans"]),
        tuple(row["tags"]),
        row["paragraph"],
        frozenset(row["notes"]),
    )


def document_of(row: Mapping[str, Any]) -> Document:
    """The document of a row of FEATURES."""
    return Document(**{**row, **{name: tuple(map(_segment_of, row[name])) for name in _SEGMENTS}})
