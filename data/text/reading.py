"""Normalises a body for reading: one line per paragraph, plain spaces, nothing invisible, and every character's original position.

A letter and its combining marks become one character. Line breaks that only wrap a paragraph become spaces, so that a text reads the
same at any width.
"""

import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from presscheck.data.text.normalise import INVISIBLE

MAX_WIDTH = 140  # columns; longer lines are paragraphs, not wrapped ones
_MIN_CUT_SHARE = 0.4  # of a wrapped text's breaks are inside a sentence, before a word in lower case; in prose two of three are
_MANY_LINES = 4  # so many lines filled to one width are not a coincidence
_MIN_FILLED_SHARE = 0.8
_LINE_BREAK = "(?>\r\n|[\n\r\v\f\x85\u2028])"
_BLANK_LINE = re.compile(rf"{_LINE_BREAK}[\s{INVISIBLE}]*?{_LINE_BREAK}|\u2029")
LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")  # without its break, of any system
# What is changed: invisible characters, and all white space but a single plain space.
_UNEVEN = re.compile(rf"[\s{INVISIBLE}]*(?:[{INVISIBLE}]|\s\s|[^\S ])[\s{INVISIBLE}]*")
_BULLET = re.compile(r"([-–—*+•‣▪●○·]|\(?(\d{1,3}|[a-z]|[ivx]{1,4})[.)])\s+[^\Wa-z]")
_MARKED = re.compile(r"\w[\u0300-\u036f]+|(?:(?!\w[\u0300-\u036f]).)+", re.S)
_LETTERED = re.compile(r"\(?(?:[a-z]|[ivx]{2,4})\)\s")
_ENDS = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_HYPHEN = re.compile(r"\w[-‐]$")
_SUSPENDED = re.compile(r"(and|or|nor|to)\b(?!-)")


@dataclass(frozen=True, slots=True)
class Reading:
    """The normalised text.

    Attributes:
        text: paragraphs, a line each; an empty line for each of the original.
        places: for each character of `text`, its position in the original.
        marks: the number of combining marks behind a letter of the original, by its position, where `text` has them as one character.
    """

    text: str
    places: Sequence[int]
    marks: Mapping[int, int] = field(default_factory=dict)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """[start, end) of the original for a stretch of `text`."""
        last = self.places[end - 1]
        return self.places[start], last + 1 + self.marks.get(last, 0)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is not blank.

    Attributes:
        text: the line as read.
        pieces: (position in the original, text) of its parts, in order.
        indent: columns before the text.
        after_blank: whether a blank line precedes it.
    """

    text: str
    pieces: tuple[tuple[int, str], ...]
    indent: int
    after_blank: bool

    @property
    def width(self) -> int:
        return self.indent + len(self.text)

    @property
    def first_word(self) -> int:
        return len(self.text.partition(" ")[0])


def _pieces(body: str, start: int, end: int) -> list[tuple[int, str]]:
    """A normalised line in pieces with their positions; white space is one space."""
    pieces: list[tuple[int, str]] = []
    position = start
    for gap in _UNEVEN.finditer(body, start, end):
        if gap.start() > position:
            pieces.append((position, body[position : gap.start()]))
        if pieces and any(character.isspace() for character in gap.group()):
            pieces.append((gap.start(), " "))
        position = gap.end()
    if end > position:
        pieces.append((position, body[position:end]))
    return pieces[:-1] if pieces and pieces[-1][1] == " " else pieces


def _lines(body: str) -> list[_Line]:
    lines: list[_Line] = []
    end = 0
    for match in LINE.finditer(body):
        found = match.group()
        start, stop = match.start() + len(found) - len(found.lstrip()), match.start() + len(found.rstrip())
        pieces = _pieces(body, start, stop)
        if pieces:
            is_blank = bool(lines) and bool(_BLANK_LINE.search(body, end, match.start()))
            text = "".join(piece for _, piece in pieces)
            lines.append(_Line(text, tuple(pieces), pieces[0][0] - match.start(), is_blank))
            end = match.end()
    return lines


def _wrap_width(lines: Sequence[_Line]) -> int:
    """The width at which the text was wrapped; 0 if it was not.

    A wrapper fills each line: the next word did not fit. So each break allows the widths from its line's own to what the next word
    would have required; the width that most breaks allow is taken, if enough of these breaks are inside a sentence.
    """
    breaks = [(a, b) for a, b in pairwise(lines) if not b.after_blank and a.width <= MAX_WIDTH]
    changes: Counter[int] = Counter()
    for line, following in breaks:
        changes[line.width] += 1
        changes[line.width + 1 + following.first_word] -= 1
    if not changes:
        return 0
    widths = sorted(changes)
    allowed = list(accumulate(changes[width] for width in widths))
    width = widths[max(range(len(widths)), key=allowed.__getitem__)]
    filled = [(a, b) for a, b in breaks if _is_filled(a, b, width)]
    cut = sum(b.text[0].islower() and not _LETTERED.match(b.text) and not _ENDS.search(a.text) for a, b in filled)
    are_filled = len(filled) >= max(_MANY_LINES, _MIN_FILLED_SHARE * len(breaks))
    return width if cut and (are_filled or cut >= _MIN_CUT_SHARE * len(filled)) else 0


def _is_filled(line: _Line, following: _Line, width: int) -> bool:
    return line.width <= width < line.width + 1 + following.first_word


def _joins(line: _Line, following: _Line, width: int) -> bool:
    """Whether the break between two lines only wraps a paragraph."""
    if following.after_blank:
        return False
    is_finished = bool(_ENDS.search(line.text))
    is_filled = bool(width) and _is_filled(line, following, width)
    if _LETTERED.match(following.text) and not is_finished:
        return is_filled  # "(b)" may be in the middle of a sentence, but then nothing breaks its line early
    if following.text[0].islower() and not is_finished:
        return True
    return is_filled and not (is_finished and _BULLET.match(following.text))


def _gap(line: _Line, following: _Line, width: int) -> str:
    """The separator of two lines in the normalised text."""
    if not _joins(line, following, width):
        return "\n\n" if following.after_blank else "\n"
    is_compound = _HYPHEN.search(line.text) and following.text[0].isalnum() and not _SUSPENDED.match(following.text)
    return "" if is_compound else " "


def _composed(reading: Reading) -> Reading:
    """The text with each letter and its combining marks as one character, as keyboards write it and the rules read it."""
    if unicodedata.is_normalized("NFC", reading.text):
        return reading
    text: list[str] = []
    places = array("I")
    marks: dict[int, int] = {}
    for found in _MARKED.finditer(reading.text):
        letter = unicodedata.normalize("NFC", found.group())
        at, last = found.start(), reading.places[found.end() - 1]
        if len(letter) == 1 and last - reading.places[at] == len(found.group()) - 1:
            text.append(letter)
            places.append(reading.places[at])
            marks[reading.places[at]] = len(found.group()) - 1
        else:
            text.append(found.group())
            places.extend(reading.places[at : found.end()])
    return Reading("".join(text), places, marks)


def read_text(body: str) -> Reading:
    """Normalises a body: see the module."""
    lines = _lines(body)
    width = _wrap_width(lines)
    text: list[str] = []
    places = array("I")
    previous: _Line | None = None
    for line in lines:
        if previous is not None:
            gap = _gap(previous, line, width)
            text.append(gap)
            places.extend([places[-1] + 1] * len(gap))
        for place, piece in line.pieces:
            places.extend(range(place, place + len(piece)))
        text.append(line.text)
        previous = line
    return _composed(Reading("".join(text), places))
