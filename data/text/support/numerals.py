"""Numbers in figures and in words, and whether one is a fair account of another."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from presscheck.data.text.support.findings import Missing

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
    "seventeenth eighteenth nineteenth twentieth"
).split()
_SMALL = {word: float(value) for value, word in enumerate(_UNITS)} | {word: 10.0 * value for value, word in enumerate(_TENS, 2)}
_ORDINAL = {word: float(value) for value, word in enumerate(_ORDINALS, 1)}
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "mln": 1e6, "billion": 1e9, "b": 1e9, "bn": 1e9,
    "bln": 1e9, "trillion": 1e12, "tn": 1e12, "dozen": 12.0,
}  # fmt: skip
_PARTS = {"half": 1 / 2, "halve": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "fifth": 1 / 5, "sixth": 1 / 6, "tenth": 1 / 10}
_GROUPS = {"dozen": 12.0, "decade": 10.0, "century": 100.0, "fortnight": 14.0, "week": 7.0, "year": 12.0, "day": 24.0, "pair": 2.0, "couple": 2.0,
           "twice": 2.0, "double": 2.0, "both": 2.0, "twin": 2.0, "triple": 3.0, "trio": 3.0, "quartet": 4.0}  # fmt: skip
_SPELT = "|".join(sorted((*_SMALL, *_SCALES), key=len, reverse=True))
_WORDS = rf"(?:{'|'.join(_SMALL)})(?:[\s-](?:and\s)?(?:{'|'.join(_SMALL)}|hundred|thousand|million|billion|trillion|dozen))*"
_FIGURE = re.compile(
    r"(?<![\w.])(?:[$£€¥]\s?)?(?P<figure>\d+(?:,\d{3})*(?:\.\d+)?)"
    r"(?:(?P<ordinal>st|nd|rd|th)\b|[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|dozen|mln|bln|mn|bn|tn|k|m|b)\b)?"
    r"(?P<percent>\s?(?:%|per\s?cent\b|pct\b|percentage\b))?(?P<decade>'?s\b)?",
    re.I,
)
_SPELT_OUT = re.compile(rf"\b(?P<words>{_WORDS})\b(?P<percent>\s?(?:%|per\s?cent\b))?", re.I)
_ORDINAL_WORD = re.compile(rf"\b(?P<word>{'|'.join(_ORDINAL)})\b", re.I)
_PART = re.compile(rf"\b(?:(?P<count>{'|'.join(_UNITS[1:10])}|an?)[\s-])?(?P<part>{'|'.join(_PARTS)})s?\b", re.I)
_RATIO = re.compile(rf"\b(?P<count>{'|'.join(_UNITS[1:13])}|\d+)\s(?:in|out\sof)\s(?:every\s)?(?P<of>{'|'.join(_UNITS[1:13])}|\d+)\b", re.I)
_GROUP = re.compile(rf"\b(?P<group>{'|'.join(_GROUPS)})\b", re.I)
_ROUNDED = re.compile(
    r"\b(?:nearly|almost|about|around|roughly|approximately|some|over|under|at\sleast|at\smost|up\sto|as\s(?:many|much|few)\sas|"
    r"(?:more|less|fewer)\sthan|close\sto|estimated|below|above|past|tops|exceeds?|nears|or\s(?:more|so))\W*$",
    re.I,
)
_DURATION = re.compile(r"[\s-](?:years?|decades?|centur(?:y|ies))\b", re.I)
_ONE_OF_A_KIND = frozenset((0.0, 1.0))  # "one" is a pronoun as often as a number
_YEARS = range(1900, 2100)
_FAIR, _FAIR_IF_ROUNDED = 0.05, 0.15  # how far a round figure may be from the exact one, without and with a word like "nearly"
_COUNTED = 5  # up to here a headline may count what the body tells one by one: "three killed"


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a text.

    Attributes:
        start, end: its offsets.
        value: its value; a percentage and a fraction are values of 100.
        is_year: whether it has the form of a year.
        is_rounded: whether a word says that it is not exact.
        is_share: whether it is a fraction in words.
    """

    start: int
    end: int
    value: float
    is_year: bool = False
    is_rounded: bool = False
    is_share: bool = False


def _spelt(words: str) -> float:
    """The value of a number in words: "two hundred and five thousand"."""
    total = current = 0.0
    for word in re.split(r"[\s-]+", words.lower()):
        if word in _SMALL:
            current += _SMALL[word]
        elif word in ("hundred", "dozen"):
            current = max(current, 1.0) * _SCALES[word]
        elif word in _SCALES:
            total, current = total + max(current, 1.0) * _SCALES[word], 0.0
    return total + current


def numerals(text: str) -> list[Numeral]:
    """The numbers of a folded text in figures and words, in order. "One" and ordinals in words count as none: they are pronouns and adverbs as often."""
    found = []
    for match in _FIGURE.finditer(text):
        if _is_in_word(text, match.start(), match.end()):
            continue
        value = float(match["figure"].replace(",", "")) * _SCALES.get((match["scale"] or "").lower(), 1.0)
        is_year = match["figure"].isdigit() and value in _YEARS and not (match["scale"] or match["percent"]) and text[match.start()].isdigit()
        found.append(Numeral(match.start(), match.end(), value, is_year, bool(_ROUNDED.search(text, max(0, match.start() - 20), match.start()))))
    for match in _SPELT_OUT.finditer(text):
        value = _spelt(match["words"])
        if value not in _ONE_OF_A_KIND:
            found.append(Numeral(*match.span(), value, is_rounded=bool(_ROUNDED.search(text, max(0, match.start() - 20), match.start()))))
    found += [
        Numeral(*match.span(), _part(match), is_share=True)
        for match in _PART.finditer(text)
        if match["part"].lower() == "half" or (match["count"] or "a").lower() not in ("a", "an", "one")
    ]
    return sorted(_apart(found), key=lambda numeral: numeral.start)


def _apart(found: list[Numeral]) -> list[Numeral]:
    """The numerals without those inside another one: "two" in "two thirds"."""
    return [
        one for one in found if not any(other is not one and other.start <= one.start and one.end <= other.end for other in found)
    ]


def _part(match: re.Match[str]) -> float:
    return 100 * _SMALL.get((match["count"] or "").lower(), 1.0) * _PARTS[match["part"].lower()]


def _is_in_word(text: str, start: int, end: int) -> bool:
    """Whether figures belong to a name: "F-16", "G20", "Covid-19", "9/11", "24/7"."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    is_behind = len(before) == 2 and before[1] in "-/" and before[0].isalnum() and not before[0].isdigit()
    is_before = bool(after) and (after[0].isalnum() or (len(after) == 2 and after[0] in "/" and after[1].isalnum()))
    return is_behind or is_before or before[-1:] in "/#" and bool(before[-1:])


def _values(text: str) -> set[float]:
    """Every value that a sentence may stand for, generously."""
    values = {numeral.value for numeral in numerals(text)}
    values.update(float(figures.replace(",", "")) for figures in re.findall(r"\d[\d,]*\d|\d", text))
    values.update(_ORDINAL[match["word"].lower()] for match in _ORDINAL_WORD.finditer(text))
    values.update(_part(match) for match in _PART.finditer(text))
    for match in _RATIO.finditer(text):
        of = _number(match["of"])
        values.update([100 * _number(match["count"]) / of] if of else [])
    values.update(_GROUPS[match["group"].lower().removesuffix("s")] for match in _GROUP.finditer(text))
    return values


def _number(text: str) -> float:
    return float(text) if text.isdigit() else _SMALL[text.lower()]


def _is_fair(stated: Numeral, value: float) -> bool:
    """Whether a body's value is a fair ground for a headline's number."""
    if stated.value == value:
        return True
    if stated.is_year or not value or not stated.value:
        return False
    is_round = stated.value % 10 == 0 or stated.value < 100 and stated.value == round(value)
    share = abs(stated.value - value) / max(stated.value, value)
    return share <= (_FAIR_IF_ROUNDED if stated.is_rounded else _FAIR if is_round or stated.value >= 1e4 else 0.001)


def _is_counted(stated: Numeral, values: Iterable[float]) -> bool:
    """Whether two numbers of one sentence add up to it: "700 by fishermen and 200 by the navy"; a small one also with one more ("and a woman")."""
    parts = [value for value in values if 0 < value < stated.value]
    more = [1.0] if stated.value <= _COUNTED else []
    return any(first + second == stated.value for at, first in enumerate(parts) for second in [*parts[at + 1 :], *more])


def _is_ratio(stated: Numeral, values: Iterable[float]) -> bool:
    """Whether two numbers of one sentence have this share of each other: "eleven days, where 25 were usual" is under half."""
    known = sorted(value for value in values if value > 0)
    return any(abs(100 * first / second - stated.value) <= _FAIR_IF_ROUNDED * stated.value for first in known for second in known)


def missing_numbers(headline: str, sentences: Sequence[str], *, is_list: bool) -> list[Missing]:
    """The numbers of a folded headline that no number of the body accounts for.

    Args:
        is_list: whether the headline counts items to read, so that its first number counts the text's own parts.
    """
    stated = numerals(headline)[1 if is_list else 0 :]
    if not stated:
        return []
    values = [_values(sentence) for sentence in sentences]
    every = frozenset().union(*values)
    missing = []
    for numeral in stated:
        is_held = any(_is_fair(numeral, value) for value in every)
        if not is_held and not numeral.is_year:
            is_held = any(_is_counted(numeral, found) for found in values)
        if not is_held and _DURATION.match(headline, numeral.end):
            is_held = any(value in _YEARS for value in every)  # counted from a year to the day of the article
        if not is_held and numeral.is_share:
            is_held = any(_is_ratio(numeral, found) for found in values)
        if not is_held and numeral.is_year:
            is_held = not any(value in _YEARS for value in every)
        if not is_held:
            missing.append(Missing(numeral.start, numeral.end, "number"))
    return missing
