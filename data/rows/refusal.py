"""The codes for refused rows and files, the same in every command and explained in docs/batch.md."""

from dataclasses import dataclass
from typing import Literal, get_args

from presscheck.data.errors import DataError

Code = Literal[
    "json",  # not JSON, or a repeated key
    "torn",  # the file ends inside the row
    "schema",  # not an object, or neither headline nor body, or ambiguous columns
    "type",  # a cell of another type than its column has
    "encoding",  # bytes that are not text
    "binary",  # a NUL, which is not text
    "empty",  # no text to score
    "csv",  # not a valid row of a delimited file
    "too_long",  # a row that is too long
    "damaged",  # a damaged archive or Parquet file
    "kind",  # a file of an unsupported kind
    "unreadable",  # a file that cannot be opened
]
CODES: tuple[Code, ...] = get_args(Code)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row, or the rest of a file, could not be read; `field` is the column at fault, if any."""

    code: Code
    message: str
    field: str | None = None


class RowError(DataError):
    """A row or a file that cannot be used; `identifier` is its id, if it could be read."""

    def __init__(self, code: Code, message: str, field: str | None = None, *, identifier: str | None = None) -> None:
        super().__init__(message)
        self.fault = Fault(code, message, field)
        self.identifier = identifier
