"""Tells by rule what kind of claim a sentence makes, and the words that make it so: what its source would have to answer for."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from presscheck.data.text.lexicon import either, read_words, words
from presscheck.data.text.normalise import fold
from presscheck.data.text.noun_kinds import is_person
from presscheck.data.text.noun_phrase import is_plural, singular
from presscheck.data.text.parts_of_speech import is_auxiliary, is_common_noun, is_common_word, may_be_base
from presscheck.data.text.support.numerals import Numeral, numerals
from presscheck.data.text.support.predicate import is_function_word
from presscheck.data.text.words import word_set

ClaimKind = Literal["exclusive", "allegation", "motive", "cause", "number", "superlative", "other"]
MAX_CHARS = 2000  # the rest of a longer "sentence" is not searched
_MOST_WORDS = 10  # of a clause that is quoted
_MOST_BEFORE_NOUN = 3
_LEAST_COUNT = 10  # a smaller number is what anybody on the spot sees
_BEFORE_DEED = word_set("of for in by through with commit commits committed committing")
_WORD = re.compile(r"[A-Za-z][\w'-]*")
_CLAUSE_END = re.compile(r"[,;:.!?)](?=\s|$)|\s[-(]\s?")
_HUNDREDS = re.compile(
    r"\b(?:tens|dozens|scores|hundreds|thousands|millions|billions|trillions)(?: of (?:thousands|millions|billions))? of\b", re.I
)
_AGE = re.compile(r"[\s-]?year-old|\s?o'clock|[\s-](?:weekend|decade|centur|fortnight)", re.I)
_DUE = re.compile(r"\b(?:is|are|was|were|be) (?:\w+ )?due to$", re.I)
_MEASURED = re.compile(r"[$£€¥%]|per\s?cent|pct", re.I)
_SUPERLATIVE = re.compile(r"\bthe (?:[a-z]+-)?(?P<word>best|worst|(?!lat)[a-z]{2,}est|(?:most|least) [a-z]+)\b", re.I)


@dataclass(frozen=True, slots=True)
class Claim:
    """What kind of claim a sentence makes.

    Attributes:
        start, end: the offsets of the words that tell it; of the first clause, where it is another kind.
        is_counted: whether a number counts something: "1,800 gunmen", not "12%".
    """

    kind: ClaimKind
    start: int
    end: int
    is_counted: bool = False


def claim_of(sentence: str) -> Claim:
    """The kind of a sentence's claim; the first that holds, from the one that weighs most for an editor."""
    text = fold(sentence[:MAX_CHARS])
    for find in _FINDERS:
        found = find(text)
        if found:
            return found
    start = _statement(text)
    return Claim("other", start, _clause_end(text, start))


def _statement(text: str) -> int:
    """Where a sentence starts to state something: behind an adverbial and its comma ("In the last two weeks, rebels …")."""
    first, comma = _WORD.search(text), text.find(", ")
    opens = first is not None and any(first.group().lower() in words(kind) for kind in ("adverbial_openers", "prepositions"))
    return comma + 2 if opens and comma >= 0 else len(text) - len(text.lstrip())


@cache
def _marks() -> Mapping[str, re.Pattern[str]]:
    us = either("first_person")
    return {
        kind: re.compile("|".join(pattern.replace("{us}", us) for pattern in patterns), re.I)
        for kind, patterns in read_words("claim_kinds.yaml").items()
    }


@cache
def _wrongdoing() -> Mapping[str, frozenset[str]]:
    text = (files("presscheck.data.text") / "wrongdoing.txt").read_text(encoding="utf-8")
    rows = (line.split(" ") for line in text.splitlines() if not line.startswith("#"))
    return {kind: frozenset(listed) for kind, *listed in rows}


def _clause_end(text: str, start: int) -> int:
    """Where a clause ends that starts here, after at most so many words."""
    end = _CLAUSE_END.search(text, start + 1)
    stop = max(start, end.start() if end else len(text.rstrip()))
    found = list(re.finditer(r"\S+", text[start:stop]))
    return start + found[_MOST_WORDS - 1].end() if len(found) > _MOST_WORDS else stop


def _exclusive(text: str) -> Claim | None:
    found = _marks()["exclusive"].search(text)
    return Claim("exclusive", *found.span()) if found else None


def _allegation(text: str) -> Claim | None:
    found = _marks()["accusation"].search(text)
    if found:
        return Claim("allegation", found.start(), _clause_end(text, found.start()))
    before = ""
    for word in _WORD.finditer(text):
        low = word.group().lower().removesuffix("'s")
        if _does_wrong(low, before) or (before in _BEFORE_DEED and singular(low) in _wrongdoing()["NOUN"]):
            return Claim("allegation", *word.span())
        before = low
    return None


def _does_wrong(word: str, before: str) -> bool:
    """Whether a word in lower case is a verb of wrongdoing, and no noun ("crime") nor a participle that describes one ("stolen goods")."""
    if word not in _wrongdoing()["VERB"]:
        return False
    is_verb = is_auxiliary(before) or before == "to" or before in words("pronouns")
    is_noun_too = singular(word) in _wrongdoing()["NOUN"]
    opens_phrase = not before or before in words("prepositions") or before in words("definite") or before in words("indefinite")
    return is_verb or not (is_noun_too or (opens_phrase and not word.endswith("ing")))


def _motive(text: str) -> Claim | None:
    found = _marks()["motive"].search(text)
    return Claim("motive", found.start(), _clause_end(text, found.start())) if found else None


def _cause(text: str) -> Claim | None:
    for found in _marks()["cause"].finditer(text):
        following = _WORD.match(text, found.end() + 1)
        is_scheduled = bool(_DUE.search(text, 0, found.end())) and following is not None and may_be_base(following.group())
        if not is_scheduled:  # "due to open on Monday"
            return Claim("cause", found.start(), _clause_end(text, found.start()))
    return None


def _number(text: str) -> Claim | None:
    many = _HUNDREDS.search(text)
    places = [Claim("number", many.start(), _phrase_end(text, many.end()) or many.end(), is_counted=True)] if many else []
    for numeral in numerals(text):
        end = _phrase_end(text, numeral.end)
        if _is_figure(text, numeral):
            is_counted = end is not None and not _MEASURED.search(text, numeral.start, numeral.end)
            places.append(
                Claim("number", numeral.start, end if is_counted and end else _unit_end(text, numeral.end), is_counted=is_counted)
            )
    return min(places, key=lambda claim: claim.start, default=None)


def _is_figure(text: str, numeral: Numeral) -> bool:
    """Whether a number is one that somebody counted or measured: no year, age, time or small count."""
    if numeral.is_year or _AGE.match(text, numeral.end):
        return False
    following = _WORD.match(text, numeral.end + 1)
    if following and following.group().lower() in words("time_units"):
        return False
    is_measured = numeral.is_share or bool(_MEASURED.search(text, numeral.start, numeral.end)) or not numeral.value.is_integer()
    return is_measured or numeral.value >= _LEAST_COUNT


def _phrase_end(text: str, start: int) -> int | None:
    """The end of the plural noun that a number counts, with at most three words before it; None without one."""
    end = start
    for at, word in enumerate(_WORD.finditer(text, start)):
        low = word.group().lower()
        if at > _MOST_BEFORE_NOUN or not text[end : word.start()].isspace() or low in words("prepositions") or is_auxiliary(low):
            return None
        if is_plural(low) and (is_common_noun(low) or is_person(singular(low))):
            return word.end()
        end = word.end()
    return None


def _unit_end(text: str, start: int) -> int:
    """The end of the word behind a number that is no function word: "14 lira"."""
    unit = _WORD.match(text, start + 1) if text[start : start + 1] == " " else None
    return unit.end() if unit and unit.group().islower() and not is_function_word(unit.group()) else start


def _superlative(text: str) -> Claim | None:
    found = _marks()["superlative"].search(text)
    places = [found.span()] if found else []
    for match in _SUPERLATIVE.finditer(text):
        word = match["word"].lower().rpartition(" ")[2]
        if is_common_word(word) and not is_common_noun(word) and not is_function_word(word):
            places.append(match.span())
    return Claim("superlative", *min(places)) if places else None


_FINDERS: tuple[Callable[[str], Claim | None], ...] = (_exclusive, _allegation, _motive, _cause, _number, _superlative)
