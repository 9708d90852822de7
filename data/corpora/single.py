"""Shared by the readers: label mapping with clear errors, and one-segment documents."""

from collections.abc import Mapping
from pathlib import Path

from presscheck.data.errors import DataError, located
from presscheck.data.schema import Document, Segment, SegmentKind, Span, SplitName


def mapped(value: str, values: Mapping[str, float | None], *, path: Path, line: int) -> float | None:
    """The label for a publisher's value.

    Raises:
        DataError: on a value that the publisher's scheme does not have.
    """
    if value not in values:
        raise DataError(located(path, line, f"unknown label {value!r}; known: {', '.join(values)}"))
    return values[value]


def single(
    text: str,
    *,
    identifier: str,
    group: str,
    source: str,
    licence: str,
    kind: SegmentKind,
    labels: Mapping[str, float | None],
    spans: tuple[Span, ...] = (),
    tags: tuple[str, ...] = (),
    outlet: str | None = None,
    split: SplitName | None = None,
) -> Document:
    """A document of one segment; a label of None is a missing one."""
    known = {name: value for name, value in labels.items() if value is not None}
    return Document(
        id=f"{source}/{identifier}",
        group=f"{source}/{group}",
        source=source,
        licence=licence,
        segments=(Segment(text, kind, known, spans, tags),),
        outlet=outlet,
        split=split,
    )
