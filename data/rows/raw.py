"""The output of a format's reader: rows as bytes with their position, and line counts."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from presscheck.configs.section import Section
from presscheck.data.rows.refusal import Fault

MAX_ROW_BYTES = 16_000_000


class DamagedError(Exception):
    """The bytes of a file end early or are damaged; what came before them is valid."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row and its bytes: a JSON object, if valid.

    Attributes:
        line: the first of its lines in the input; its number, from 1, in Parquet.
        lines: how many it spans; 0 for a fault about unseen rows.
    """

    line: int
    data: bytes
    fault: Fault | None = None
    lines: int = 1


class LineCount(Section):
    """Counts of an input's lines; the others add up to `total`.

    Attributes:
        header: the header's, with those above it.
        in_rows: lines of rows, scored or rejected; more than rows if quoted cells hold line breaks.
        blank: empty lines, or separators only.
        unread: lines after an unusable header; in Parquet the rows of such a file, except the one for the fault.
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


_ENCODE = json.JSONEncoder(default=float).encode  # of a table's types, only decimals are not JSON


def as_json(row: dict[str, Any]) -> bytes:
    """A table row as a JSON line; a decimal is written as a number."""
    return _ENCODE(row).encode()
