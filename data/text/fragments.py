"""Recognises lines that make no claim by their shape: list marks, times, dates, bylines, credits, editor's notes."""

import re
from typing import Literal

from presscheck.data.text.clause import has_predicate, words_in
from presscheck.data.text.dates import MONTH, WEEKDAY
from presscheck.data.text.lexicon import either
from presscheck.data.text.normalise import plain
from presscheck.data.text.words import word_set

AsideKind = Literal["boilerplate", "byline", "credit", "editors_note", "headline", "list_mark", "table", "timestamp"]

_MAX_WORDS = 30
_MAX_CHARS = 300
_CLOCK = r"(?:at )?\d{1,2}[:.h]\d\d(?:[:.]\d\d)?(?: ?[ap]\.?m\b\.?)?|\d{1,2} ?[ap]\.?m\b\.?"
_ZONE = r"\(?(?:gmt|utc|cet|cest|bst|ist|[ecmp][sd]?t|local time|(?-i:(?:[A-Z][a-z]+ ){1,3}[Tt]ime))(?: ?[+-] ?\d{1,2}(?::?\d\d)?)?\)?"
_DATE = (
    rf"\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH}\.?(?:,? \d{{4}})?|{MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|{MONTH}\.? \d{{4}}"
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:T[\d:.]+Z?)?|(?:19|20)\d\d"
)
_SPAN = (
    rf"(?:(?:\d+|an?|one|few) ?(?:{either('time_units')})(?: (?:and )?\d+ ?(?:{either('minutes')}))? ago"
    r"|just now|today|yesterday)"
)
_TIME_ITEM = rf"(?:{_CLOCK}|{_DATE}|{WEEKDAY}|{_SPAN}|{_ZONE})"
_TIME = rf"{_TIME_ITEM}\.?(?:\s*(?:[,;|/·•-]|at|on)?\s*{_TIME_ITEM}\.?)*"
_SAID_OF_TIME = r"(?:(?:last|first|originally|previously) )?[a-z]+ed(?: (?:on|at))?|date|time|as of|modified|posted|on"
_TIMESTAMP = re.compile(rf"\W*(?:(?:{_SAID_OF_TIME})\s*:?\s+)?{_TIME}(?:\s*[|,·•-]\s*(?:{_SAID_OF_TIME})\s*:?\s+{_TIME})*\W*$", re.I)
_READING_TIME = re.compile(
    r"\W*(?:(?:reading time|read(?: time)?|listen)\s*:?\s*)?\d+(?:\s*-\s*\d+)?[\s-]*(?:min(?:ute)?s?|secs?|seconds?)\b\.?"
    r"(?:\s*(?:read|listen|watch|video))?\W*$",
    re.I,
)
_PLACE = r"(?:[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,3})"
_DATELINE = re.compile(rf"{_PLACE}(?:, {_PLACE})?(?:, (?i:{_TIME}))?(?: \([A-Z][\w/ ]*\))?(?: ?-+|:)?$")
_LOOKS_DATED = re.compile(rf"(?i:\b(?:{_DATE}))|\([A-Z]|-$")

_NAME = r"(?:[^\W\d_a-z][\w.'’-]*|de|van|von|der|den|la|le|al|bin|da|dos|di|el)"
_NAMES = rf"{_NAME}(?:,? (?:and |& )?{_NAME}){{0,7}}"
_BY = re.compile(
    r"\W*(?:(?:[A-Za-z]+ed |[Ww]ritten |words |text |story |reporting |report |analysis |opinion |[Rr]eview )?[Bb][Yy]:?"
    rf"|[Pp]osted by|[Aa]uthor:|[Ww]ords:|[Tt]ext:|[Ff]rom our) (?:our )?{_NAMES}"
    rf"(?:,? (?:in|for|of|at|-|\|) {_NAMES})*(?: ?[,|/·•-] ?(?:{_NAMES}|(?i:{_TIME})|\S+@\S+|@\w+))*\W*$"
)
_BY_OPENS = re.compile(r"\W*(?:[A-Z][a-z]+ )?(?:by|By|BY)\b|\W*(?:(?:[Aa]uthor|[Ww]ords|[Tt]ext):|[Ff]rom our\b)")
_HANDLE = re.compile(r"\W*(?:(?:e-?mail|twitter|contact|follow \w+(?: on \w+)?)\b:?\s*)?(?:@\w+|[\w.+-]+@[\w-]+\.[\w.]+)\W*$", re.I)
_MAKERS = re.compile(
    rf"\W*(?:(?:additional |further |extra )?(?:{either('production')})(?: \w+){{0,2}} (?:by|from)"
    rf"|with (?:additional )?(?:{either('material')}) (?:from|by)|contributing(?: \w+)?(?=:)|(?:{either('made')}) by)\b:?",
    re.I,
)
_NO_NAME = word_set(
    "in and at of for by the editing reporting additional writing with from to this report story article via a an our staff"
)
_CONTRIBUTED = re.compile(rf"\W*{_NAMES} (?:also )?contributed (?:to this|reporting|from)\b[^.]*\W*$")
_DESK = r"(?:corrections?|clarifications?|editors?'?s?'? note|note to readers|updated?)"
_EDITORS_NOTE = re.compile(
    rf"\W*(?:{_DESK}: )?(?:this|an earlier|a previous) (?:version of )?(?:this |the )?(?:{either('pieces')})(?: of \w+ \w+)? "
    r"(?:(?:was|has been|is|had|will be)(?: \w+)? (?:\w+ed|developing|republished|rewritten)"
    r"|(?:incorrectly |wrongly |mistakenly )?(?:mis\w+|incorrectly \w+|wrongly \w+))\b"
    rf"|\W*(?:corrections?|clarifications?)(?: appended)?\s*(?::|\W*$)|\W*{_DESK}\W*$",
    re.I,
)
_LIST_MARK = re.compile(
    r"(?:(?:[Nn]o\.?|[Nn]umber|[Ss]tep|[Pp]oint|[Pp]art|[Tt]ip|[Rr]ule|[Rr]eason) ?#?\d{1,3}\s*(?:[:.)-]|(?=$))|#\d{1,3}\b[:.)]?"
    r"|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5}|[IVX]{2,5})[.)]|\(?[A-Z]\)|[A-Z]\.(?=$)|\d{1,3}(?=$)|[-*+•‣▪●○·◦✓✔→►>–—])(?=\s|$)"
)
_TABLE_ROW = re.compile(r"\|.*\||[^|]{0,40}(?:\|[^|]{0,40}){2,}|[\s|:+=_-]*[-=_|]{3,}[\s|:+=_-]*")
_GAP = re.compile(r"(?<![.!?:;,]) *\t+ *|(?<![.!?:;,]) {2,}")  # between cells; behind a stop it is a typist's space
_MAX_CELL_CHARS = 40
_MIN_CELLS = 3
_NUMBER = re.compile(r"\d")
_DASH_MARK = re.compile(r"[-–—]\s")
_MARKS_ONLY = re.compile(r"[\W_]+$")


def list_mark(text: str) -> int:
    """Length of the list mark that a line starts with, with the space after it: "1. ", "(b) ", "Step 2: ", "• "; else 0.

    A dash before a lone name is not a bullet: it names the speaker of the line above.
    """
    match = _LIST_MARK.match(text)
    if match is None:
        return 0
    rest = text[match.end() :].lstrip()
    if _DASH_MARK.match(text) and re.fullmatch(rf"{_NAMES}(?: \(@\w+\))?\W*", rest):
        return 0
    return len(text) - len(rest)


def _is_row(text: str) -> bool:
    """Whether a line is cut into three or more short cells by tabs, or by wide gaps with a number in the last cell."""
    cells = _GAP.split(text)
    is_cut = len(cells) >= _MIN_CELLS and all(len(cell) <= _MAX_CELL_CHARS for cell in cells)
    return is_cut and (text.count("\t") >= len(cells) - 1 or bool(_NUMBER.search(cells[-1]))) and not has_predicate(words_in(text))


def is_timestamp(text: str) -> bool:
    """A clock time, a date, a weekday, the age of a post or a reading time, and no more."""
    return bool(_TIMESTAMP.match(text) or _READING_TIME.match(text) or (_LOOKS_DATED.search(text) and _DATELINE.match(text)))


def is_byline(text: str) -> bool:
    """A byline: "By Omar Haddad in Port Elsin", an address, a handle."""
    return bool((_BY_OPENS.match(text) and _BY.match(text)) or _HANDLE.match(text))


def is_makers_credit(text: str) -> bool:
    """A contributors' credit: names after "Reporting by", "With files from"."""
    makers = _MAKERS.match(text)
    if makers is None:
        return bool(_CONTRIBUTED.match(text))
    words = re.findall(r"\w[\w'-]*", text[makers.end() :])
    return bool(words) and all(word[0].isupper() or word.lower() in _NO_NAME for word in words)


def fragment_kind(line: str) -> AsideKind | None:
    """The kind of a line or sentence that makes no claim; None if it may make one."""
    text = plain(line).strip()
    if text and list_mark(text) == len(text):
        return "list_mark"
    if not text or _MARKS_ONLY.match(text):
        return "boilerplate"
    if _EDITORS_NOTE.match(text):
        return "editors_note"
    if len(text) > _MAX_CHARS or len(text.split()) > _MAX_WORDS:
        return None
    if _TABLE_ROW.fullmatch(text) or _is_row(text):
        return "table"
    if is_timestamp(text):
        return "timestamp"
    if is_byline(text):
        return "byline"
    if is_makers_credit(text):
        return "credit"
    return None
