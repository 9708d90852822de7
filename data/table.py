"""Reader of a team's own labelled headlines or sentences: CSV, JSONL or Parquet with a column mapping."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from presscheck.data.errors import DataError, located
from presscheck.data.files import csv_rows, jsonl_rows, parquet_rows, require
from presscheck.data.schema import Document, Segment, SegmentKind, SplitName

_SHOWN = 20


def _label(value: Any, values: Mapping[str, float] | None) -> float | None:
    """The label's value; an empty cell is a missing label, not a 0."""
    if value is None or str(value).strip() == "":
        return None
    if values is not None:
        if str(value) not in values:
            raise ValueError(f"value {value!r} is not in the mapping ({', '.join(values)})")
        return values[str(value)]
    try:
        number = float(value)
    except (ValueError, TypeError):
        raise ValueError(f"value {value!r} is no number; map it with `values`") from None
    if not 0 <= number <= 1:
        raise ValueError(f"value {value!r} lies outside 0..1; map it with `values`")
    return number


def _day(value: Any) -> date:
    """The day that a cell begins with, in ISO 8601; a time after it is not read."""
    try:
        return date.fromisoformat(str(value or "").strip()[:10])
    except ValueError:
        raise ValueError(f"{value!r} is no day; write it as 2026-11-25") from None


def read_table(
    path: Path,
    *,
    source: str,
    kind: SegmentKind,
    licence: str,
    text: str,
    labels: Mapping[str, tuple[str, Mapping[str, float] | None]],
    identifier: str | None = None,
    group: str | None = None,
    genre: str | None = None,
    outlet: str | None = None,
    day: str | None = None,
    place: Callable[[date], SplitName | None] = lambda _: None,
) -> Iterator[Document]:
    """Reads one document per row; every good row is handed on before the bad ones are named.

    Args:
        text, identifier, group, genre, outlet, day: names of columns; the file's line number stands in for a missing identifier, the
            text for a missing group, so that copies of a text share a split.
        labels: label name to its column and a mapping of cell values to 0..1 (None: cells are numbers).
        place: the split that a row's day decides, if it does.

    Raises:
        DataError: with `file:line` for every bad row (at most the first 20).
    """
    rows = {".csv": csv_rows, ".parquet": parquet_rows}.get(path.suffix.lower(), jsonl_rows)(path)
    columns = [text, *(column for column, _ in labels.values()), *filter(None, (identifier, group, genre, outlet, day))]
    count = 0
    problems: list[str] = []
    for line, row in rows:
        require(row, columns, path=path, line=line)
        try:
            found = {name: _label(row[column], values) for name, (column, values) in labels.items()}
            published = _day(row[day]) if day else None
            content_text = str(row[text] or "").strip()
            segment = Segment(content_text, kind, {name: value for name, value in found.items() if value is not None})
        except ValueError as error:
            problems.append(located(path, line, str(error)))
            continue
        count += 1
        yield Document(
            id=f"{source}/{(row[identifier] if identifier else None) or line}",
            group=f"{source}/{(row[group] if group else None) or content_text.lower()}",
            source=source,
            licence=licence,
            segments=(segment,),
            genre=str(row[genre]) if genre else None,
            outlet=str(row[outlet]) if outlet else None,
            year=published.year if published else None,
            split=place(published) if published else None,
        )
    if problems:
        more = f"\n… and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        raise DataError("\n".join(problems[:_SHOWN]) + more)
    if not count:
        raise DataError(f"{path}: no rows")
