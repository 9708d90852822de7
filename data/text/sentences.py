"""Splits a paragraph into sentences with sentencex, and corrects its errors at abbreviations by the words' shape."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from presscheck.data.text.dates import MONTH, WEEKDAY
from presscheck.data.text.words import word_set

MAX_BLOCK = 20_000  # characters that the splitter is given at once

_HALF_DAY = re.compile(r"\b[ap]\. ?m\.$", re.I)
# Continuations after "6:45 a.m.": a day, a month, a zone in letters ("GMT"), or a zone by name ("Central European Time").
_AFTER_HALF_DAY = re.compile(rf"(?:{WEEKDAY}s?\b|{MONTH}\b\.? \d|[A-Z]{{2,4}}\b|(?:[A-Z][a-z]+ ){{1,3}}[Tt]ime\b)")
_DAY = re.compile(rf"\b{WEEKDAY}\.$")
_MONTH_DAY = re.compile(rf"{MONTH}\b\.? \d")
_DATE_WORD = re.compile(rf"{MONTH}|{WEEKDAY}")
_ENUMERATED = re.compile(r"[:;] \(?(?:\d{1,2}|[a-z])[.)]$")
_BEFORE_NUMBER = re.compile(r"[a-z]+\.$")
_NUMBER_INSIDE = re.compile(r"\d[\d.,]*(?:[,;)]| ?[ap]\.?m\b)")
_STOP = re.compile(r"(?<!\S)(\S+)\.[\"'”’)\]]* (?=[\"'“‘(\[]*([A-Z0-9]\S*))")
_PLAIN_WORD = re.compile(r"[a-z]{2,}")
_ACRONYM = re.compile(r"[A-Z]{2,}s?")
_WORD_WITHOUT_VOWEL = re.compile(r"(?=[A-Z].*[a-z])[^\W\d_aeiouyAEIOUY]+\.$")
_OPENERS = word_set(
    "The A An This That These Those There He She It They We I You His Her Its Their Our My Your But And Or So Yet If In On At By For "
    "From To With As When While After Before Since Although Because Who What Where Why How No Not Only"
)
_WORD = re.compile(r"[A-Z]\w*")
_NUMERAL = re.compile(r"([IVXLC]+|[A-Z]|\d.*)\W*$")
_VOWEL = re.compile(r"[aeiouy]", re.I)


@dataclass(frozen=True, slots=True)
class _Stop:
    """A full stop before a word that could open a sentence.

    Attributes:
        word: the word before the stop.
        following: the word after it.
        end: where that word starts.
    """

    word: str
    following: str
    end: int


def _opens_sentence(stop: _Stop, text: str) -> bool:
    """Whether the word before the stop is not an abbreviation, though it may look like one.

    A plain word in lower case ("in the fig. Police …"), an acronym without dots ("built on AI. Critics …") and a month before anything
    but a number end their sentence. An abbreviation in lower case precedes a number, a numeral or a date ("fig. 3", "vol. II").
    """
    if _NUMERAL.match(stop.following) or _MONTH_DAY.match(text, stop.end):
        return False
    if _DATE_WORD.fullmatch(stop.word):
        return True
    if _PLAIN_WORD.fullmatch(stop.word):
        return bool(_VOWEL.search(stop.word))
    return bool(_ACRONYM.fullmatch(stop.word)) and not stop.following.isupper()


def _goes_on(text: str, end: int, following: int) -> bool:
    """Whether a sentence continues: inside a time and date, after the first number of a list, after an abbreviation without a vowel."""
    before = text[max(0, end - 12) : end]
    if _HALF_DAY.search(before):
        return bool(_AFTER_HALF_DAY.match(text, following))
    if _ENUMERATED.search(before):
        return True
    if _DAY.search(before):
        return bool(_MONTH_DAY.match(text, following))
    word = before.rpartition(" ")[2]
    if _BEFORE_NUMBER.match(word) and _NUMBER_INSIDE.match(text, following):
        return True
    name = _WORD.match(text, following)
    return name is not None and name.group() not in _OPENERS and bool(_WORD_WITHOUT_VOWEL.match(word))


def _found(text: str) -> list[tuple[int, int]]:
    """The sentences of sentencex without the white space around them."""
    from sentencex import get_sentence_boundaries  # the splitter is used only here

    spans: list[tuple[int, int]] = []
    for first, last in _blocks(text):
        for boundary in get_sentence_boundaries("en", text[first:last]):
            start, end = first + boundary["start_index"], first + boundary["end_index"]
            piece = text[start:end]
            if piece.strip():
                start += len(piece) - len(piece.lstrip())
                spans.append((start, start + len(piece.strip())))
    return spans


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of a bounded length that end at a space where they can: sentencex' time grows with the square of a text's."""
    start = 0
    while start < len(text):
        end = start + MAX_BLOCK
        if end < len(text):
            space = text.rfind(" ", start + 1, end)
            end = space if space > start else end
        yield start, min(end, len(text))
        start = end


def _is_enclosed(before: str) -> bool:
    """Whether the following text is inside a quotation or brackets that `before` opens: these are kept whole."""
    pairs = (("“", "”"), ("‘", "’"), ("(", ")"), ("[", "]"))
    return before.count('"') % 2 == 1 or any(before.count(a) > before.count(b) for a, b in pairs)


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Splits one of sentencex's sentences where it took a word for an abbreviation."""
    cuts = [start]
    for match in _STOP.finditer(text, start, end):
        stop = _Stop(match.group(1).lstrip("\"'“‘(["), match.group(2), match.end())
        if _opens_sentence(stop, text) and not _is_enclosed(text[cuts[-1] : match.start()]):
            cuts.append(match.end())
    ends = [cut - 1 for cut in cuts[1:]] + [end]
    return list(zip(cuts, ends, strict=True))


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Sentences of one paragraph as [start, end) without the white space around them.

    A piece that starts in lower case after a sentence that started in upper case was cut off by a stray full stop (common in
    machine translation) and is joined to it.
    """
    flat = re.sub(r"\s", " ", text)
    spans: list[tuple[int, int]] = []
    for span in _found(flat):
        for start, end in _cut(flat, *span):
            is_stray = bool(spans) and flat[start].islower() and flat[spans[-1][0]].isupper()
            if spans and (is_stray or _goes_on(flat, spans[-1][1], start)):
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
    return spans
