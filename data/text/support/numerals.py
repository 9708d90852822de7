"""Numbers in figures and in words, and whether one is a fair account of another."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from presscheck.data.text.dates import MONTH
from presscheck.data.text.lexicon import words
from presscheck.data.text.noun_phrase import is_determiner, is_plural
from presscheck.data.text.parts_of_speech import is_common_noun
from presscheck.data.text.support.body_index import WORD, BodyIndex, bare_word
from presscheck.data.text.support.findings import Missing
from presscheck.data.text.support.stems import stem

_UNITS = tuple(
    word
    for line in (
        "zero one two three four five six seven eight nine ten",
        "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    )
    for word in line.split()
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
    *(f"{word}th" for word in _UNITS[13:]), "twentieth",
)  # fmt: skip
_SMALL = {word: float(value) for value, word in enumerate(_UNITS)} | {word: 10.0 * value for value, word in enumerate(_TENS, 2)}
_ORDINAL = {word: float(value) for value, word in enumerate(_ORDINALS, 1)}
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "mln": 1e6, "billion": 1e9, "b": 1e9, "bn": 1e9,
    "bln": 1e9, "trillion": 1e12, "tn": 1e12, "dozen": 12.0,
}  # fmt: skip
_PARTS = {"half": 1 / 2, "halve": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "fifth": 1 / 5, "sixth": 1 / 6, "tenth": 1 / 10}
_GROUPS = {
    "dozen": 12.0, "decade": 10.0, "century": 100.0, "fortnight": 14.0, "week": 7.0, "year": 12.0, "day": 24.0, "pair": 2.0, "couple": 2.0,
    "twice": 2.0, "double": 2.0, "both": 2.0, "twin": 2.0, "triple": 3.0, "trio": 3.0, "quartet": 4.0,
}  # fmt: skip
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
_OTHERS = re.compile(rf"\b(?P<count>{'|'.join(_UNITS[1:13])}|\d+)\s(?:others?|more|further)\b", re.I)  # "Saltos and five others"
_HALF_OF = re.compile(rf"\bhalf(?:\s+an?\s+|-)(?P<of>{'|'.join(_SCALES)})\b", re.I)  # "half a dozen"
_GROUP = re.compile(rf"\b(?P<group>{'|'.join(_GROUPS)})\b", re.I)
_AT_LEAST = re.compile(r"\b(?:over|at\sleast|more\sthan|above|past|tops|exceeds?|as\s(?:many|much)\sas)\W*$", re.I)
_AT_MOST = re.compile(r"\b(?:nearly|almost|under|at\smost|up\sto|(?:less|fewer)\sthan|close\sto|below|nears)\W*$", re.I)
_ABOUT = re.compile(r"\b(?:about|around|roughly|approximately|some|estimated)\W*$", re.I)
_DURATION = re.compile(r"[\s-](?:years?|decades?|centur(?:y|ies))\b", re.I)
_ONE_OF_A_KIND = frozenset((0.0, 1.0))  # "one" is a pronoun as often as a number
_NEAR, _QUANTIFIED = 4, 3  # words around a noun in which its number stands
_YEARS = range(1900, 2100)
_FAIR, _FAIR_IF_ROUNDED = 0.05, 0.15  # how far a round figure may be from the exact one, without and with a word like "nearly"
_MAX_COMBINED = 20  # numbers of a headline or a sentence: a table is no sum
_COUNTED = 5  # up to here a headline may count what the body tells one by one: "three killed"


Sense = Literal["at least", "at most", "about"]


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a text.

    Attributes:
        start, end: its offsets.
        value: its value; a percentage and a fraction are values of 100.
        is_year: whether it has the form of a year.
        sense: whether a word before it says that it is a bound or only near.
        is_share: whether it is a fraction in words.
    """

    start: int
    end: int
    value: float
    is_year: bool = False
    sense: Sense | None = None
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
    """The numbers of a folded text in figures and words, in order.

    "One" and ordinals in words count as none: they are pronouns and adverbs as often.
    """
    found = []
    for match in _FIGURE.finditer(text):
        if _is_in_word(text, match.start(), match.end()):
            continue
        value = float(match["figure"].replace(",", "")) * _SCALES.get((match["scale"] or "").lower(), 1.0)
        is_year = (
            match["figure"].isdigit() and value in _YEARS and not (match["scale"] or match["percent"]) and text[match.start()].isdigit()
        )
        found.append(Numeral(match.start(), match.end(), value, is_year, _sense(text, match.start())))
    for match in _SPELT_OUT.finditer(text):
        value = _spelt(match["words"])
        if value not in _ONE_OF_A_KIND:
            found.append(Numeral(*match.span(), value, sense=_sense(text, match.start())))
    found += [Numeral(*match.span(), _SCALES[match["of"].lower()] / 2, sense="about") for match in _HALF_OF.finditer(text)]
    found += [
        Numeral(*match.span(), _part(match), sense=_sense(text, match.start()), is_share=True)
        for match in _PART.finditer(text)
        if match["part"].lower() == "half" or (match["count"] or "a").lower() not in ("a", "an", "one")
    ]
    return _apart(found)


def _sense(text: str, start: int) -> Sense | None:
    patterns: tuple[tuple[re.Pattern[str], Sense], ...] = ((_AT_LEAST, "at least"), (_AT_MOST, "at most"), (_ABOUT, "about"))
    return next((sense for pattern, sense in patterns if pattern.search(text, max(0, start - 20), start)), None)


def _apart(found: list[Numeral]) -> list[Numeral]:
    """The numerals in order, without those inside another one: "two" in "two thirds", "half" in "half a dozen"."""
    kept: list[Numeral] = []
    for one in sorted(found, key=lambda numeral: (numeral.start, -numeral.end)):
        if not kept or one.end > kept[-1].end:
            kept.append(one)
    return kept


def _part(match: re.Match[str]) -> float:
    return 100 * _SMALL.get((match["count"] or "").lower(), 1.0) * _PARTS[match["part"].lower()]


def _is_in_word(text: str, start: int, end: int) -> bool:
    """Whether figures belong to a name or a date: "F-16", "G20", "Covid-19", "9/11", "24/7", "4 May"."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    is_behind = len(before) == 2 and before[1] in "-/" and before[0].isalnum() and not before[0].isdigit()
    is_before = bool(after) and (after[0].isalnum() or (len(after) == 2 and after[0] == "/" and after[1].isalnum()))
    is_date = bool(re.match(rf"\s{MONTH}\b", text[end : end + 12]) or re.search(rf"\b{MONTH}\.?\s$", text[max(0, start - 12) : start]))
    return is_date or is_behind or is_before or before.endswith(("/", "#"))


def _values(text: str) -> set[float]:
    """Every value that a sentence may stand for, generously."""
    values = {numeral.value for numeral in numerals(text)}
    values.update(float(figures.replace(",", "")) for figures in re.findall(r"\d[\d,]*\d|\d", text))
    values.update(_ORDINAL[match["word"].lower()] for match in _ORDINAL_WORD.finditer(text))
    values.update(_part(match) for match in _PART.finditer(text))
    values.update(_number(match["count"]) + 1 for match in _OTHERS.finditer(text))
    for match in _RATIO.finditer(text):
        of = _number(match["of"])
        values.update([100 * _number(match["count"]) / of] if of else [])
    values.update(_GROUPS[match["group"].lower().removesuffix("s")] for match in _GROUP.finditer(text))
    return values


def _number(text: str) -> float:
    return float(text) if text.isdigit() else _SMALL[text.lower()]


def _is_fair(stated: Numeral, value: float) -> bool:
    """Whether a body's value is a fair ground for a headline's number.

    A round one may stand for an exact one, on the side that its words say ("nearly", "over").
    """
    if stated.value == value:
        return True
    if stated.is_year or not value or not stated.value:
        return False
    if stated.value < 100 and stated.value == round(value):
        return True
    if (stated.sense == "at least" and value < stated.value) or (stated.sense == "at most" and value > stated.value):
        return False
    share = abs(stated.value - value) / max(stated.value, value)
    return _is_round(stated) and share <= (_FAIR_IF_ROUNDED if stated.sense else _FAIR)


def _is_round(stated: Numeral) -> bool:
    """Whether a number has fewer significant figures than digits: 2,000, 1.2 million, half."""
    step = 10 ** max(1, len(str(int(stated.value))) - 3)
    return stated.is_share or stated.value % step == 0


def _is_counted(stated: Numeral, values: Iterable[float]) -> bool:
    """Whether two numbers of one sentence make it up: "700 by fishermen and 200 by the navy", "140, and only 60 may stay".

    A small one may also be one more ("two men and a woman").
    """
    known = sorted(value for value in values if value > 0)[:_MAX_COMBINED]
    made = {first + second for first, second in combinations(known, 2)} | {second - first for first, second in combinations(known, 2)}
    if stated.value <= _COUNTED:
        made.update(value + 1 for value in known)
    return any(_is_fair(stated, value) for value in made)


def _is_ratio(stated: Numeral, values: Iterable[float]) -> bool:
    """Whether two numbers of one sentence have this share of each other: "eleven days, where 25 were usual" is under half."""
    known = sorted(value for value in values if value > 0)[:_MAX_COMBINED]
    return any(abs(100 * first / second - stated.value) <= _FAIR_IF_ROUNDED * stated.value for first in known for second in known)


def missing_numbers(headline: str, body: BodyIndex, *, is_list: bool) -> list[Missing]:
    """The numbers of a folded headline that no number of the body accounts for.

    Args:
        is_list: whether the headline counts items to read, so that its first number counts the text's own parts.
    """
    stated = numerals(headline)[1 if is_list else 0 :][:_MAX_COMBINED]
    if not stated:
        return []
    values = [_values(sentence) for sentence in body.sentences]
    every = frozenset().union(*values)
    return [
        Missing(numeral.start, numeral.end, "number")
        for numeral in stated
        if not _is_held(numeral, headline, every, values, body) or _counts_another(numeral, headline, body)
    ]


def _is_held(numeral: Numeral, headline: str, every: frozenset[float], values: Sequence[set[float]], body: BodyIndex) -> bool:
    """Whether any number of the body, or two of one sentence, account for a number."""
    if any(_is_fair(numeral, value) for value in every):
        return True
    has_year = any(value in _YEARS for value in every)
    if numeral.is_year:  # a body of one day writes "this year" or "in three years"
        return not has_year or any(_DURATION.match(sentence, number.end) for sentence in body.sentences for number in numerals(sentence))
    if has_year and _DURATION.match(headline, numeral.end):
        return True  # counted from a year to the day of the article
    return any(_is_counted(numeral, found) or (numeral.is_share and _is_ratio(numeral, found)) for found in values)


def _counts_another(numeral: Numeral, headline: str, body: BodyIndex) -> bool:
    """Whether the body counts what the number counts, and always as another number.

    "Nine patents" where it has "eleven patents in nine countries".
    """
    counted = _counted_noun(headline, numeral.end)
    if numeral.is_year or not counted or counted not in body.all_stems:
        return False
    is_counted = False
    for sentence, stems in zip(body.sentences, body.stems, strict=True):
        if counted not in stems:
            continue
        found = list(WORD.finditer(sentence))
        for at, match in enumerate(found):
            if stem(bare_word(match.group()).lower()) != counted:
                continue
            around = (
                sentence[found[max(0, at - _NEAR)].start() : match.start()],
                sentence[match.end() : found[min(len(found) - 1, at + _NEAR)].end()],
            )
            if any(_is_fair(numeral, value) for value in _values(around[0]) | _uncounted(around[1])) or _is_counted(
                numeral, _values(sentence)
            ):
                return False
            before = sentence[found[max(0, at - _QUANTIFIED)].start() : match.start()]
            is_counted = is_counted or any(_goes_with(before[number.end :]) for number in numerals(before))
    return is_counted


def _uncounted(text: str) -> set[float]:
    """The values of a text without those of numbers that count another noun."""
    others = {number.value for number in numerals(text) if _counted_noun(text, number.end)}
    return _values(text) - others


def _goes_with(between: str) -> bool:
    """Whether the words between a number and a noun leave them one phrase: adjectives do, "in the" does not."""
    return not any(is_determiner(word) or word in words("prepositions") for word in between.lower().split()) and "," not in between


def _counted_noun(headline: str, end: int) -> str:
    """The stem of the plural noun that a number counts, at most two adjectives behind it; "" without one."""
    for at, match in enumerate(WORD.finditer(headline, end)):
        word = match.group().lower()
        if at > 2 or headline[end : match.start()].strip(" -") or not word.isalpha() or word in words("prepositions"):
            return ""
        if is_common_noun(word) and is_plural(word):
            return stem(word)
        end = match.end()
    return ""
