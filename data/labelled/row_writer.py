"""Writes a document as a labelled row: an article of the format that `kind: table` and `kind: dataset` read."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from presscheck.data.schema import Document, Segment


def row_of(document: Document) -> dict[str, Any]:
    """The document as a row, without what it does not have; the format is described in docs/training.md.

    A row holds no topic, region, year, licence, publisher's split or notes. The body is the sentences' texts, which are cut again when the
    row is read: sentences of a document that was cut by another rule may be joined or split then, and their labels refused.
    """
    headline = document.headline
    body, starts = document.body_text()
    asked = _usual_tags(document.sentences)
    row = {
        "id": document.id.removeprefix(f"{document.source}/"),
        "headline": headline.text if headline else None,
        "body": body or None,
        "group": document.group.removeprefix(f"{document.source}/"),
        "outlet": document.outlet,
        "genre": document.article_genre,
        "review": document.review,
        **(headline.labels if headline else {}),
        "sentences": [
            {"start": start, "end": start + len(sentence.text), **sentence.labels, **_own_tags(sentence, asked)}
            for sentence, start in zip(document.sentences, starts, strict=True)
            if sentence.labels or sentence.tags != asked
        ],
        "spans": [
            *(_spans(headline, "headline", 0) if headline else ()),
            *(span for sentence, start in zip(document.sentences, starts, strict=True) for span in _spans(sentence, "body", start)),
        ],
        "tags": {"headline": list(headline.tags) if headline else [], "body": list(asked)},
        "weight": document.weight,
    }
    return {name: value for name, value in row.items() if value is not None}


def _usual_tags(sentences: Iterable[Segment]) -> tuple[str, ...]:
    """The tags that most sentences were annotated for."""
    found = Counter(sentence.tags for sentence in sentences).most_common(1)
    return found[0][0] if found else ()


def _own_tags(sentence: Segment, usual: tuple[str, ...]) -> dict[str, list[str]]:
    return {} if sentence.tags == usual else {"tags": list(sentence.tags)}


def _spans(segment: Segment, part: str, offset: int) -> list[dict[str, Any]]:
    return [
        {"part": part, "start": offset + span.start, "end": offset + span.end, "tag": span.tag, "type": span.type} for span in segment.spans
    ]
