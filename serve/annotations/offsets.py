"""Where a marked stretch stands, in code points, whatever its tool counts.

Label Studio counts code points; versions before October 2021 counted UTF-16 code units (github.com/HumanSignal/label-studio/pull/1559).
doccano counts UTF-16 code units, and grapheme clusters where its project says so (github.com/doccano/doccano/issues/2290). The units
agree unless the text has characters beyond U+FFFF; there the quoted words decide, or else the user.
"""

from itertools import accumulate
from typing import Literal

from presscheck.serve.annotations.answers import AnswerError

Unit = Literal["code-points", "utf-16"]
_SHOWN_CHARS = 40


def _plain(text: str) -> str:
    return " ".join(text.split())


def _from_utf16(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Code points of UTF-16 offsets; None where an offset is outside the text or inside a character."""
    units = list(accumulate((2 if ord(char) > 0xFFFF else 1 for char in text), initial=0))
    places = {unit: place for place, unit in enumerate(units)}
    return (places[start], places[end]) if start in places and end in places else None


def place(text: str, start: int, end: int, *, quoted: str | None = None, unit: Unit | None = None) -> tuple[int, int]:
    """Start and end in code points.

    Args:
        quoted: the marked words, if the tool writes them; white space in them may be collapsed.
        unit: what the offsets count, if the user says so.

    Raises:
        AnswerError: if they are no place in the text, the words there are others, or it is not known what the offsets count.
    """
    inside = (start, end) if 0 <= start < end <= len(text) else None
    wide = _from_utf16(text, start, end) if 0 <= start < end else None
    candidates = {"code-points": inside, "utf-16": wide}
    chosen = [candidates[unit]] if unit else list(candidates.values())
    found = [one for one in dict.fromkeys(chosen) if one is not None]
    if quoted is not None:
        found = [one for one in found if _plain(text[slice(*one)]) == _plain(quoted)]
    if not found:
        words = f" with the words {quoted[:_SHOWN_CHARS]!r}" if quoted is not None else ""
        raise AnswerError(f"no place at {start} to {end}{words} in the text")
    if len(found) > 1 and quoted is None:
        raise AnswerError(
            f"the text has characters beyond U+FFFF, so {start} to {end} depends on what the offsets count: "
            "give --offsets utf-16 (doccano) or --offsets code-points"
        )
    return found[0]
