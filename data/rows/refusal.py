"""Why a row or a file is not read: one vocabulary for every command, explained in docs/batch.md."""

from dataclasses import dataclass
from typing import Literal, get_args

from presscheck.data.errors import DataError

Code = Literal[
    "json",  # no JSON, or a key that stands twice
    "torn",  # the file ends inside the row
    "schema",  # no object, or neither headline nor body, or columns that cannot be told apart
    "type",  # a cell of another type than its column has
    "encoding",  # bytes that are no text
    "binary",  # a NUL, which no text has
    "empty",  # no text to score
    "csv",  # no row of a delimited file
    "too_long",  # a row that does not fit into memory
    "damaged",  # an archive or a Parquet file that is not whole
    "kind",  # a file of a kind that is not read
    "unreadable",  # a file that cannot be opened
]
CODES: tuple[Code, ...] = get_args(Code)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row, or the rest of a file, could not be read; `field` is the column where one is to blame."""

    code: Code
    message: str
    field: str | None = None


class RowError(DataError):
    """A row or a file that cannot be used; `identifier` is its id where that could be read all the same."""

    def __init__(self, code: Code, message: str, field: str | None = None, *, identifier: str | None = None) -> None:
        super().__init__(message)
        self.fault = Fault(code, message, field)
        self.identifier = identifier
