"""Reads a team's own labelled headlines or sentences: CSV, JSONL or Parquet with a column mapping."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from presscheck.data.errors import DataError, located
from presscheck.data.rows.cell import day_cell, id_cell, label_cell, name_cell, text_cell
from presscheck.data.rows.columns import Role, Wanted
from presscheck.data.rows.missing import is_missing_word
from presscheck.data.rows.refusal import RowError
from presscheck.data.rows.row import parsed
from presscheck.data.rows.tables import hold_columns, raw_rows
from presscheck.data.schema import Document, Segment, SegmentKind, SplitName
from presscheck.data.text.normalise import plain

_SHOWN = 20


def _text(row: Mapping[str, Any], column: str) -> str:
    """The segment's text.

    Raises:
        RowError: `empty`, if it is blank or a word for a missing value.
    """
    text = (text_cell(row[column], column) or "").strip()
    if not text or is_missing_word(plain(text)):
        raise RowError("empty", f'"{column}" holds no text' + (f", as {text!r} means a missing value" if text else ""))
    return text


def read_table(
    path: Path,
    *,
    source: str,
    kind: SegmentKind,
    licence: str,
    text: str,
    labels: Mapping[str, tuple[str, Mapping[str, float | None] | None]],
    identifier: str | None = None,
    group: str | None = None,
    genre: str | None = None,
    outlet: str | None = None,
    day: str | None = None,
    encoding: str | None = None,
    place: Callable[[date], SplitName | None] = lambda _: None,
) -> Iterator[Document]:
    """Reads one document per row; good rows are yielded before the bad ones are reported.

    Args:
        text, identifier, group, genre, outlet, day: names of columns; the file's line number replaces a missing identifier, the
            text a missing group, so that duplicates share a split.
        labels: label name to its column and a mapping of cells' spellings to 0..1 (None: cells are numbers).
        encoding: of the file, if it is not UTF-8 and has no byte-order mark.
        place: maps a row's day to a split, if days decide.

    Raises:
        DataError: with `file:line` for every bad row (at most the first 20).
    """
    roles: dict[str, Role] = {text: "text"}
    roles.update(dict.fromkeys((column for column, _ in labels.values()), "label"))
    roles.update(dict.fromkeys(filter(None, (group, genre, outlet)), "name"))
    roles.update(dict.fromkeys(filter(None, (identifier,)), "id"))
    roles.update(dict.fromkeys(filter(None, (day,)), "day"))
    columns = tuple(roles)
    count = 0
    problems: list[str] = []
    for raw in raw_rows(path, Wanted(roles, all_of=columns), encoding=encoding):
        try:
            row = parsed(raw)
            hold_columns(row, columns, path=path, line=raw.line)
            content_text = _text(row, text)
            found = {name: label_cell(row[column], column, values) for name, (column, values) in labels.items()}
            key = id_cell(row[identifier], identifier) if identifier else None
            story, kind_of_text, site = (name_cell(row[c], c) if c else None for c in (group, genre, outlet))
            published = day_cell(row[day], day) if day else None
        except RowError as error:
            problems.append(located(path, raw.line, str(error)))
            continue
        count += 1
        segment = Segment(content_text, kind, {name: value for name, value in found.items() if value is not None})
        yield Document(
            id=f"{source}/{raw.line if key is None else key}",
            group=f"{source}/{content_text.lower() if story is None else story}",
            source=source,
            licence=licence,
            segments=(segment,),
            genre=kind_of_text,
            outlet=site,
            year=published.year if published else None,
            split=place(published) if published else None,
        )
    if problems:
        more = f"\n… and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        raise DataError("\n".join(problems[:_SHOWN]) + more)
    if not count:
        raise DataError(f"{path}: no rows")
