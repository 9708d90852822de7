"""What a reader gives: rows as their bytes with their place, and how many lines there were."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from presscheck.configs.section import Section
from presscheck.serve.batch.job import Columns

MAX_ROW_BYTES = 16_000_000
_NAME_CHARS = 40


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row, or the rest of a file, could not be read; `field` is the column where one is to blame."""

    code: str
    message: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row and its bytes, a JSON object where all is well.

    Attributes:
        line: the first of its lines in the input; its number, from 1, in Parquet.
        lines: how many it takes up; 0 for a fault that stands for what was never seen.
    """

    line: int
    data: bytes
    fault: Fault | None = None
    lines: int = 1


class LineCount(Section):
    """Where the lines of an input went: `total` of them were seen, and the others add up to it.

    Attributes:
        in_rows: lines that rows take up, scored or rejected; more than there are rows where cells in quotes hold line breaks.
        blank: lines of nothing, or of separators only.
        unread: lines behind a header that cannot be used.
    """

    total: int = 0
    header: int = 0
    blank: int = 0
    in_rows: int = 0
    unread: int = 0

    def is_complete(self) -> bool:
        """Whether each line is in one of the counts."""
        return self.total == self.header + self.blank + self.in_rows + self.unread


Tally = Counter[str]  # a LineCount while it is counted, by its fields' names


def as_json(row: dict[str, Any]) -> bytes:
    """A row of a table as the JSON line it would be; a value that JSON has no type for names its type, which is then refused."""
    return json.dumps(row, ensure_ascii=True, default=lambda value: {"type": type(value).__name__}).encode()


def lacks_text(names: Sequence[str], columns: Columns) -> Fault | None:
    """The fault of a table that has neither headlines nor bodies."""
    if {columns.headline, columns.body} & set(names):
        return None
    have = ", ".join(name[:_NAME_CHARS] for name in names)
    message = f"the file has no column {columns.headline!r} or {columns.body!r}; it has {have}; nothing of it was read"
    return Fault("schema", message)
