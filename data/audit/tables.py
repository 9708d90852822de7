"""Counts of a corpus by facet, and the lengths of its texts."""

from collections.abc import Sequence

from presscheck.data.schema import Document, Segment

FACETS = ("genre", "topic", "region", "form")


def _facet(document: Document, segment: Segment, facet: str) -> str | None:
    if facet == "form":
        forms = [note.removeprefix("form:") for note in segment.notes if note.startswith("form:")]
        return forms[0] if forms else None
    value: str | None = getattr(document, facet)
    return value


def positives(documents: Sequence[Document]) -> dict[str, dict[str, dict[str, tuple[int, int]]]]:
    """Facet to value to label to (positives, segments)."""
    table: dict[str, dict[str, dict[str, tuple[int, int]]]] = {facet: {} for facet in FACETS}
    for document in documents:
        for segment in document.segments:
            for facet in FACETS:
                value = _facet(document, segment, facet)
                if value is None:
                    continue
                row = table[facet].setdefault(value, {})
                for label in segment.labels:
                    given, asked = row.get(label, (0, 0))
                    row[label] = (given + segment.is_positive(label), asked + 1)
    return {facet: dict(sorted(rows.items())) for facet, rows in table.items()}


def lengths(documents: Sequence[Document]) -> dict[str, tuple[int, ...]]:
    """Segment kind and side of a label to the number of words of each segment."""
    sides: dict[str, list[int]] = {}
    for document in documents:
        for segment in document.segments:
            for label in segment.labels:
                side = label if segment.is_positive(label) else f"not {label}"
                sides.setdefault(f"{segment.kind}: {side}", []).append(len(segment.text.split()))
    return {name: tuple(words) for name, words in sorted(sides.items())}
