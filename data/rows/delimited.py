"""Reads CSV so that an unclosed quote costs only its own line.

By the grammar (RFC 4180) two stray quotes are one long cell, and the rows between them are its text. So a row of several lines is refused
where one of its inner lines would be a row of its own: it has as many cells as the header (two at least), and none of its commas is one
of prose, which a space follows or which groups the digits of a number. The row's last line holds the closing quote; it counts only where a
comma precedes it. The first line is then rejected, and the lines that it had swallowed are read again as rows.
The same applies to any other delimiter.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise

from presscheck.data.rows.columns import Wanted
from presscheck.data.rows.header import LOOK_LINES, Dialect, find_layout
from presscheck.data.rows.lines import LONE_RETURN
from presscheck.data.rows.raw import MAX_ROW_BYTES, DamagedError, RawRow, Tally, as_json
from presscheck.data.rows.refusal import Fault, RowError


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

    def next_row(self) -> RawRow:
        """The next line, which is then not part of the row."""
        if self._waiting:
            return self._waiting.popleft()
        if self._broken:
            raise self._broken
        try:
            return next(self._lines)
        except DamagedError as error:
            if not self.used:
                raise
            self._broken = error  # after the lines before it
            raise csv.Error("the file is damaged inside its quotes") from None

    def __next__(self) -> str:
        row = self.next_row()
        self.used.append(row)
        self._size += len(row.data)
        if row.fault:
            raise csv.Error(row.fault.message)
        if self._size > MAX_ROW_BYTES:
            raise csv.Error("its quotes do not close")
        return _text(row)

    def peek(self, count: int) -> list[str]:
        """Peeks at the next lines; fewer if the file ends or one of them cannot be read."""
        try:
            self._waiting.extend(islice(self._lines, count))
        except DamagedError as error:
            self._broken = error
        faultless = []
        for row in self._waiting:
            if row.fault:
                break
            faultless.append(_text(row))
        return faultless

    def begin_row(self) -> None:
        """Forgets the lines of the row before."""
        self.used, self._size = [], 0

    def take_back(self) -> RawRow:
        """The row's first line; the others are read again."""
        self._waiting.extendleft(reversed(self.used[1:]))
        return self.used[0]

    def count_rest(self) -> int:
        """Reads to the end and counts the lines."""
        count = len(self._waiting)
        self._waiting.clear()
        self.used = []
        while True:
            try:
                self.next_row()
            except StopIteration:
                return count
            count += 1


def _text(row: RawRow) -> str:
    """A line's text; invalid UTF-8 becomes lone surrogates, for which the row is refused when the cell is read."""
    return row.data.decode("utf-8", "surrogateescape")


def _is_prose(before: str, after: str, delimiter: str) -> bool:
    """Whether the delimiter between two cells is part of prose."""
    groups_digits = before[-1:].isdigit() and after[:3].isdigit() and len(after[:3]) == 3 and not after[3:4].isdigit()
    return after[:1].isspace() or (groups_digits and delimiter == ",")


def _is_row(line: str, width: int, dialect: Dialect) -> bool:
    if line.count(dialect.delimiter) < width - 1:
        return False
    try:
        cells = next(dialect.cells([line]))
    except csv.Error:
        return False
    return len(cells) == width and not any(_is_prose(*pair, dialect.delimiter) for pair in pairwise(cells))


def _swallowed(used: Sequence[RawRow], width: int, dialect: Dialect) -> int | None:
    """The first line inside a multi-line row that is a row of its own."""
    if width < 2:
        return None
    for row in used[1:]:
        line = _text(row)
        if row is used[-1] and dialect.delimiter not in line.partition('"')[0]:
            return None
        if _is_row(line, width, dialect):
            return row.line
    return None


def _hold_apart(used: Sequence[RawRow], width: int, dialect: Dialect) -> None:
    """Refuses a multi-line row that contains a row.

    Raises:
        csv.Error: naming its last line and the row.
    """
    if inner := _swallowed(used, width, dialect):
        last = used[-1].line
        raise csv.Error(f"its quote closes on line {last}, but line {inner} is a row; what follows this line was read again")


def csv_rows(lines: Iterable[RawRow], wanted: Wanted, tally: Tally, *, dialect: Dialect | None = None) -> Iterator[RawRow]:
    """Rows of a delimited file with a header, each with its first line and the wanted cells under their wanted names.

    Args:
        dialect: how cells are split; by default the header decides (see `find_layout`).
    """
    feed = _Feed(lines)
    csv.field_size_limit(MAX_ROW_BYTES)
    lines_above, misfit = 0, None
    if dialect is None:
        dialect, lines_above, misfit = _layout(feed, wanted)
    for row in (feed.next_row() for _ in range(lines_above)):
        tally["header" if row.data.strip() else "blank"] += 1
    header: list[str] | None = None
    places: dict[str, int] = {}
    reader = dialect.cells(feed)
    while True:
        try:
            feed.begin_row()
            cells = next(reader)
            if len(feed.used) > 1:
                _hold_apart(feed.used, len(header or cells), dialect)
        except StopIteration:
            return
        except csv.Error as error:
            first = feed.take_back()
            yield RawRow(first.line, first.data, first.fault or Fault("csv", f"the row is not valid CSV: {_reason(error)}"))
            if header is None:
                tally["unread"] += feed.count_rest()
                return
            continue
        line, count = feed.used[0].line, len(feed.used)
        if not any(cells):
            tally["blank"] += count
        elif header is not None:
            yield _raw_row(places, cells, len(header), line, count, dialect)
        else:
            header = cells
            try:
                if misfit:
                    raise misfit
                places = wanted.places(header)
            except RowError as error:
                yield RawRow(line, b"", error.fault, count)
                tally["unread"] += feed.count_rest()
                return
            tally["header"] += count


def _reason(error: csv.Error) -> str:
    """What is wrong with a row; the library speaks of how a file was opened where carriage returns end its lines."""
    return LONE_RETURN if "new-line character" in str(error) else str(error)


def _layout(feed: _Feed, wanted: Wanted) -> tuple[Dialect, int, RowError | None]:
    try:
        layout = find_layout(feed.peek(LOOK_LINES), wanted)
    except RowError as error:
        return Dialect(), 0, error
    return layout.dialect, layout.above, None


def _raw_row(places: Mapping[str, int], cells: Sequence[str], width: int, line: int, count: int, dialect: Dialect) -> RawRow:
    if len(cells) == width:
        return RawRow(line, as_json({name: cells[place] for name, place in places.items()}), None, count)
    if len(cells) < width and dialect.may_end_early:
        named = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        return RawRow(line, as_json(named), None, count)
    where = "" if count == 1 else f" (lines {line} to {line + count - 1})"
    return RawRow(line, b"", Fault("csv", f"the row{where} has {len(cells)} cells, the header {width}"), count)
