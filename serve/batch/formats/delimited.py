"""CSV in which a quote that does not close costs its own line and no other.

By the grammar (RFC 4180) two stray quotes are one long cell, and the rows between them are its text. So a row of several lines is refused
where one of its inner lines would be a row of its own: it has as many cells as the header (two at least), and none of its commas is one
of prose, which a space follows or which groups the digits of a number. The row's last line holds the closing quote; it counts only where a
comma stands before that. The first line is then rejected, with the lines that it had taken in, and those are read again as rows.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from presscheck.serve.batch.formats.raw import MAX_ROW_BYTES, Fault, RawRow, Tally, as_json, lacks_text
from presscheck.serve.batch.formats.stream import BROKEN
from presscheck.serve.batch.job import Columns


class _Feed:
    """Text lines for `csv.reader` that can be taken back."""

    def __init__(self, lines: Iterable[RawRow]) -> None:
        self._lines = iter(lines)
        self._waiting: deque[RawRow] = deque()
        self._broken: Exception | None = None
        self.used: list[RawRow] = []
        self._size = 0

    def __iter__(self) -> "_Feed":
        return self

    def _next(self) -> RawRow:
        if self._waiting:
            return self._waiting.popleft()
        if self._broken:
            raise self._broken
        try:
            return next(self._lines)
        except BROKEN as error:
            if not self.used:
                raise
            self._broken = error  # after the lines before it
            raise csv.Error("the file is damaged inside its quotes") from None

    def __next__(self) -> str:
        row = self._next()
        self.used.append(row)
        self._size += len(row.data)
        if row.fault:
            raise csv.Error(row.fault.message)
        if self._size > MAX_ROW_BYTES:
            raise csv.Error("its quotes do not close")
        try:
            return row.data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise csv.Error(f"not UTF-8 at byte {error.start} of line {row.line}") from None

    def begin_row(self) -> None:
        """Forgets the lines of the row before."""
        self.used, self._size = [], 0

    def take_back(self) -> RawRow:
        """The row's first line; the others are read again."""
        self._waiting.extendleft(reversed(self.used[1:]))
        return self.used[0]

    def count_rest(self) -> int:
        """Reads to the end; how many lines that were."""
        count = len(self._waiting)
        self._waiting.clear()
        self.used = []
        while True:
            try:
                self._next()
            except StopIteration:
                return count
            count += 1


def _is_prose(before: str, after: str) -> bool:
    """Whether the comma between two cells is one of a text."""
    groups_digits = before[-1:].isdigit() and after[:3].isdigit() and len(after[:3]) == 3 and not after[3:4].isdigit()
    return after[:1].isspace() or groups_digits


def _is_row(line: str, width: int) -> bool:
    if line.count(",") < width - 1:
        return False
    try:
        cells = next(csv.reader([line], strict=True))
    except csv.Error:
        return False
    return len(cells) == width and not any(_is_prose(*pair) for pair in pairwise(cells))


def _swallowed(used: Sequence[RawRow], width: int) -> int | None:
    """The first line inside a row of several that is a row of its own."""
    if width < 2:
        return None
    for row in used[1:]:
        line = row.data.decode("utf-8")
        if row is used[-1] and "," not in line.partition('"')[0]:
            return None
        if _is_row(line, width):
            return row.line
    return None


def _next_row(feed: _Feed, header: Sequence[str] | None) -> list[str]:
    """The cells of the next row.

    Raises:
        csv.Error: where it is none, or holds one.
    """
    feed.begin_row()
    cells = next(csv.reader(feed, strict=True))
    if inner := _swallowed(feed.used, len(header or cells)):
        last = feed.used[-1].line
        raise csv.Error(
            f"its quote closes on line {last}, but line {inner} is a row; what follows this line was read again"
        )
    return cells


def csv_rows(lines: Iterable[RawRow], columns: Columns, tally: Tally) -> Iterator[RawRow]:
    """Rows of a CSV file with a header, each with the line it begins on."""
    feed = _Feed(lines)
    csv.field_size_limit(MAX_ROW_BYTES)
    header: list[str] | None = None
    wanted = set(columns.model_dump().values())
    while True:
        try:
            cells = _next_row(feed, header)
        except StopIteration:
            return
        except csv.Error as error:
            first = feed.take_back()
            yield RawRow(first.line, first.data, first.fault or Fault("csv", f"the row is no valid CSV: {error}"))
            if header is None:
                tally["unread"] += feed.count_rest()
                return
            continue
        line, count = feed.used[0].line, len(feed.used)
        if not any(cells):
            tally["blank"] += count
        elif header is not None:
            yield _raw_row(header, cells, line, count, wanted)
        elif fault := lacks_text(cells, columns):
            yield RawRow(line, b"", fault, count)
            tally["unread"] += feed.count_rest()
            return
        else:
            header = cells
            tally["header"] += count


def _raw_row(header: Sequence[str], cells: Sequence[str], line: int, count: int, wanted: AbstractSet[str]) -> RawRow:
    if len(cells) == len(header):
        named = zip(header, cells, strict=True)
        return RawRow(line, as_json({name: cell for name, cell in named if name in wanted}), None, count)
    place = "" if count == 1 else f" (lines {line} to {line + count - 1})"
    return RawRow(line, b"", Fault("csv", f"the row{place} has {len(cells)} cells, the header {len(header)}"), count)
