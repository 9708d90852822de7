"""What a format's reader gives: rows as their bytes with their place, and how many lines there were."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from presscheck.configs.section import Section
from presscheck.data.rows.refusal import Fault

MAX_ROW_BYTES = 16_000_000


class DamagedError(Exception):
    """The bytes of a file end early or are damaged; what came before them is good."""


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
        header: the header's, with what stands above it.
        in_rows: lines that rows take up, scored or rejected; more than there are rows where cells in quotes hold line breaks.
        blank: lines of nothing, or of separators only.
        unread: lines behind a header that cannot be used; in Parquet the rows of such a file but the one that stands for it.
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


_ENCODE = json.JSONEncoder(default=float).encode  # of what a table may hold, decimals alone are no JSON


def as_json(row: dict[str, Any]) -> bytes:
    """A row of a table as the JSON line it would be; a decimal is written as a number."""
    return _ENCODE(row).encode()
