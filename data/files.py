"""Text files with a clear error, and the rows of delimited and JSONL files with their line."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from presscheck.data.article import decode
from presscheck.data.errors import DataError, located

Row = tuple[int, dict[str, Any]]


def read_text(path: Path) -> str:
    """A file's text.

    Raises:
        DataError: when it cannot be read or decoded.
    """
    try:
        return decode(path.read_bytes(), where=str(path))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None


def csv_rows(path: Path, *, delimiter: str = ",", quoted: bool = True, may_end_early: bool = False) -> Iterator[Row]:
    """Rows of a delimited file with a header, each with its line number.

    Args:
        quoted: cells may stand in double quotes; False reads every quote as text.
        may_end_early: a row without its last cells is no broken row; they are read as empty.

    Raises:
        DataError: as `file:line: message` when the header is missing or a row is broken.
    """
    stream = io.StringIO(read_text(path), newline="")
    reader = csv.DictReader(
        stream,
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
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(located(path, number, f"invalid JSON at column {error.colno}: {error.msg}")) from None
        if not isinstance(row, dict):
            raise DataError(located(path, number, "a row is a JSON object"))
        yield number, row


def require(row: dict[str, Any], columns: list[str], *, path: Path, line: int) -> None:
    """Holds a row to the columns that a reader needs.

    Raises:
        DataError: naming the first missing one and those that there are.
    """
    missing = [column for column in columns if column not in row]
    if missing:
        raise DataError(located(path, line, f"no column {missing[0]!r}; there are {', '.join(map(str, row))}"))
