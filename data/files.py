"""Text files with a clear error, and the rows of delimited, JSONL and Parquet files with their line, one at a time."""

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from presscheck.data.article import WIDE_MARKS, decode
from presscheck.data.errors import DataError, located

Row = tuple[int, dict[str, Any]]


def file_sha256(path: Path) -> str:
    """sha256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_text(path: Path) -> str:
    """A file's text.

    Raises:
        DataError: when it cannot be read or decoded.
    """
    try:
        return decode(path.read_bytes(), where=str(path))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None


def _lines(path: Path, *, newline: str) -> Iterator[str]:
    """A text file line by line, each with its end; UTF-8, or UTF-16 where a byte-order mark says so.

    Raises:
        DataError: when it cannot be read or decoded.
    """
    try:
        with path.open("rb") as raw:
            wide = raw.read(2) in WIDE_MARKS
        with path.open(encoding="utf-16" if wide else "utf-8-sig", newline=newline) as stream:
            for line in stream:
                if "\0" in line:
                    raise DataError(f"{path}: binary data, not a text")
                yield line
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None
    except UnicodeError as error:
        raise DataError(f"{path}: not {'UTF-16' if wide else 'UTF-8'} ({error})") from None


def csv_rows(path: Path, *, delimiter: str = ",", quoted: bool = True, may_end_early: bool = False) -> Iterator[Row]:
    """Rows of a delimited file with a header, each with its line number.

    Args:
        quoted: cells may stand in double quotes; False reads every quote as text.
        may_end_early: a row without its last cells is no broken row; they are read as empty.

    Raises:
        DataError: as `file:line: message` when the header is missing or a row is broken.
    """
    reader = csv.DictReader(
        _lines(path, newline=""),
        restval="" if may_end_early else None,
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        strict=True,
    )
    try:
        if not reader.fieldnames:
            raise DataError(located(path, 1, "the file has no header line"))
        for row in reader:
            if None in row or None in row.values():
                wanted = f"the row does not have the header's {len(reader.fieldnames)} columns"
                raise DataError(located(path, reader.line_num, wanted))
            yield reader.line_num, row
    except csv.Error as error:
        raise DataError(located(path, reader.line_num, f"{error}")) from None


def jsonl_rows(path: Path) -> Iterator[Row]:
    """Objects of a JSONL file, each with its line number; blank lines are passed over.

    Raises:
        DataError: as `file:line: message` on a line that is no JSON object.
    """
    for number, line in enumerate(_lines(path, newline="\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(located(path, number, f"invalid JSON at column {error.colno}: {error.msg}")) from None
        if not isinstance(row, dict):
            raise DataError(located(path, number, "a row is a JSON object"))
        yield number, row


def parquet_rows(path: Path) -> Iterator[Row]:
    """Rows of a Parquet file, each with its number from 1.

    Raises:
        DataError: when it cannot be read.
    """
    import pyarrow as pa  # heavy, and only this format needs it
    import pyarrow.parquet as pq

    number = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(1000):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None
    except pa.ArrowInvalid as error:
        raise DataError(f"{path}: {error}") from None


def require(row: dict[str, Any], columns: list[str], *, path: Path, line: int) -> None:
    """Holds a row to the columns that a reader needs.

    Raises:
        DataError: naming the first missing one and those that there are.
    """
    missing = [column for column in columns if column not in row]
    if missing:
        raise DataError(located(path, line, f"no column {missing[0]!r}; there are {', '.join(map(str, row))}"))
