"""Reader of a team's own labelled headlines or sentences: CSV or JSONL with a column mapping."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from presscheck.data.errors import DataError, located
from presscheck.data.files import csv_rows, jsonl_rows, require
from presscheck.data.schema import Document, Segment, SegmentKind


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
) -> list[Document]:
    """Reads one document per row.

    Args:
        text, identifier, group, genre: names of columns; the file's line number stands in for a missing identifier, the text for a
            missing group, so that copies of a text share a split.
        labels: label name to its column and a mapping of cell values to 0..1 (None: cells are numbers).

    Raises:
        DataError: with `file:line` for every bad row (at most the first 20).
    """
    rows = csv_rows(path) if path.suffix.lower() == ".csv" else jsonl_rows(path)
    columns = [text, *(column for column, _ in labels.values()), *filter(None, (identifier, group, genre))]
    documents: list[Document] = []
    problems: list[str] = []
    for line, row in rows:
        require(row, columns, path=path, line=line)
        try:
            found = {name: _label(row[column], values) for name, (column, values) in labels.items()}
            content_text = str(row[text] or "").strip()
            segment = Segment(content_text, kind, {name: value for name, value in found.items() if value is not None})
        except ValueError as error:
            problems.append(located(path, line, str(error)))
            continue
        documents.append(
            Document(
                id=f"{source}/{(row[identifier] if identifier else None) or line}",
                group=f"{source}/{(row[group] if group else None) or content_text.lower()}",
                source=source,
                licence=licence,
                segments=(segment,),
                genre=str(row[genre]) if genre else None,
            )
        )
    if problems:
        more = f"\n… and {len(problems) - 20} more" if len(problems) > 20 else ""
        raise DataError("\n".join(problems[:20]) + more)
    if not documents:
        raise DataError(f"{path}: no rows")
    return documents
