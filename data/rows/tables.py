"""Reads the rows of a table: the requested cells, one row at a time, each with its line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from presscheck.data.errors import DataError, located
from presscheck.data.rows.columns import Wanted
from presscheck.data.rows.delimited import csv_rows
from presscheck.data.rows.header import Dialect
from presscheck.data.rows.lines import jsonl_rows, lines_of
from presscheck.data.rows.raw import RawRow, Tally
from presscheck.data.rows.refusal import RowError
from presscheck.data.rows.row import parsed

_DELIMITED = (".csv", ".tsv")


def raw_rows(path: Path, wanted: Wanted, *, encoding: str | None = None, dialect: Dialect | None = None) -> Iterator[RawRow]:
    """Rows of a file: .csv and .tsv with a header, .parquet, anything else as JSONL.

    Args:
        dialect: how a delimited file's cells are split, if not by its header.

    Raises:
        DataError: if the file cannot be opened.
    """
    suffix, tally = path.suffix.lower(), Tally()
    try:
        with path.open("rb") as stream:
            if suffix == ".parquet":
                from presscheck.data.rows.parquet import parquet_rows  # heavy, and needed only for this format

                yield from parquet_rows(stream, wanted, tally, name=str(path))
                return
            lines = lines_of(stream, tally, encoding=encoding)
            if suffix in _DELIMITED:
                yield from csv_rows(lines, wanted, tally, dialect=dialect)
            else:
                yield from jsonl_rows(lines, tally)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None


def table_rows(path: Path, *columns: str, dialect: Dialect | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """Cells of the named columns as in the file, with their lines.

    Raises:
        DataError: as `file:line: message` on the first row that cannot be read or has no such column.
    """
    wanted = Wanted(dict.fromkeys(columns, "text"), all_of=columns)
    for raw in raw_rows(path, wanted, dialect=dialect):
        try:
            row = parsed(raw)
        except RowError as error:
            raise DataError(located(path, raw.line, str(error))) from None
        hold_columns(row, columns, path=path, line=raw.line)
        yield raw.line, row


def hold_columns(row: dict[str, Any], columns: tuple[str, ...], *, path: Path, line: int) -> None:
    """Checks a row for the required columns, since in JSONL every row has its own.

    Raises:
        DataError: naming the first missing one and the existing ones.
    """
    missing = [column for column in columns if column not in row]
    if missing:
        raise DataError(located(path, line, f"no column {missing[0]!r}; there are {', '.join(map(str, row))}"))
