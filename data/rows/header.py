"""Finds a delimited file's header and delimiter: refused with advice if they are not certain."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from presscheck.data.rows.columns import Wanted
from presscheck.data.rows.refusal import RowError

LOOK_LINES = 10  # of the start of a file
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SEPARATOR = re.compile(r'"?sep=(.)"?[;,\t]*\r?\n?', re.I)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are split.

    Attributes:
        quoted: cells may be in double quotes; False reads every quote as text.
        spaced: a space follows each delimiter, also before a quote.
        may_end_early: a row may lack its last cells, which are then empty.
    """

    delimiter: str = ","
    quoted: bool = True
    spaced: bool = False
    may_end_early: bool = False

    def cells(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Rows of cells; `csv.Error` if one is invalid."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quoting=csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE,
            skipinitialspace=self.spaced,
            strict=True,
        )


@dataclass(frozen=True, slots=True)
class Layout:
    """The position of the header: `above` lines, a title or a `sep=` line, come before it."""

    dialect: Dialect
    above: int = 0


def _first_row(lines: Sequence[str], delimiter: str) -> list[str]:
    """The cells of the row that starts on the first line; none if it is not a row."""
    try:
        return next(Dialect(delimiter).cells(lines), [])
    except csv.Error:
        return []


def _is_title(line: str, delimiter: str) -> bool:
    return sum(bool(cell.strip()) for cell in _first_row([line], delimiter)) <= 1


def find_layout(lines: Sequence[str], wanted: Wanted) -> Layout:
    """The layout of a file that starts with these lines.

    The header is the first line with the wanted columns, split by commas, semicolons, tabs or bars, or as a `sep=` line says.
    Lines above it may hold one cell each.

    Raises:
        RowError: `schema`, with the likely header; `binary`, if it holds a NUL.
    """
    begin, delimiters = 0, tuple(_DELIMITERS)
    if lines and (found := _SEPARATOR.fullmatch(lines[0])):
        begin, delimiters = 1, (found[1],)
    behind = ""
    for number in range(begin, len(lines)):
        for delimiter in delimiters:
            names = _first_row(lines[number:], delimiter)
            if not wanted.fits(names):
                continue
            titles = lines[begin:number]
            if titles and not (len(names) > 1 and all(_is_title(line, delimiter) for line in titles)):
                behind = behind or f"; if line {number + 1} is the header, remove the lines above it"
                continue
            spaced = any(name.lstrip() != name and name.lstrip().startswith('"') for name in names)
            return Layout(Dialect(delimiter, spaced=spaced), number)
    if any("\0" in line for line in lines):
        raise RowError("binary", "binary data, not a text (UTF-16 without a byte-order mark is read with --encoding utf-16-le)")
    raise wanted.lacking(*_seeming_header(lines[begin:], delimiters), behind)


def _seeming_header(lines: Sequence[str], delimiters: Sequence[str]) -> tuple[list[str], str]:
    """The cells of the first line that is not blank, split by the delimiter that gives the most, and that delimiter."""
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    rows = {delimiter: _first_row(lines[start:], delimiter) for delimiter in delimiters}
    delimiter = max(rows, key=lambda one: len(rows[one]))
    names = [name.strip() for name in rows[delimiter]]
    return names, f" (cut by {_DELIMITERS.get(delimiter, repr(delimiter))})" if len(names) > 1 else ""
