"""Computes named style features of a text: address, sentence structure, word classes.

Each is in 0..1, whatever the length of the text. Quoted text is not the
author's: it does not count for features of sentences.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from presscheck.data.text.dates import MONTH, WEEKDAY
from presscheck.data.text.headline_form import is_command
from presscheck.data.text.normalise import plain
from presscheck.data.text.parts_of_speech import is_finite, is_participle, is_third_person
from presscheck.data.text.quotation import quoted
from presscheck.data.text.words import word_set

_LONG = 40  # number of words from which a sentence has the maximum length feature
_SHORT = 6
_WORD = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?")
_LETTERS = re.compile(r"[A-Za-z]+")
_RUN = re.compile(r"\w+")
_FIRST = word_set("I my My me mine myself")
_WE = word_set("we We us our Our ours Ours ourselves Ourselves")
_YOU = word_set("you your yours yourself yourselves")
_DAY = re.compile(rf"\b(?:{WEEKDAY}|today|yesterday|tonight|tomorrow)\b", re.I)
_SHOULD = re.compile(r"\b(?:should|must|ought|shall|deserves?|let(?:'s| us))\b", re.I)
_FIGURE = re.compile(r"\d")
_CLOCK_OR_PRICE = re.compile(
    rf"\b\d{{1,2}}[.:]\d\d\b|\b\d{{1,2}} ?[ap]\.?m\b|[$€£¥₹] ?\d|\d (?:euros?|dollars?|pounds?|rupees|pesos)\b|\b\d{{1,2}} {MONTH}\b",
    re.I,
)
_SUPERLATIVE = re.compile(r"\b(?:most|best|first|only|ever|never|leading|world['’]s|\w{3,}(?:iest|[^\W\d_aeiou]est))\b", re.I)
_NOT_SUPERLATIVE = word_set(
    "honest modest interest request forest protest west rest test guest harvest conquest invest suggest arrest contest"
)
_HEDGED = re.compile(r"\b(?:perhaps|surely|of course|indeed|after all|I think|no doubt|rather|quite|seems?)\b", re.I)
_PRESENT = word_set("is are isn't aren't has have does do")
_COLON = re.compile(r"\w[:;](?:\s|$)|\s[–—-]\s")


@lru_cache(maxsize=256)  # several signs ask for the same sentence
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text))


@lru_cache(maxsize=256)
def _runs(text: str) -> frozenset[str]:
    """Words without marks inside: "I" of "I'm". A set of them is looked up faster than a pattern is searched."""
    return frozenset(_RUN.findall(text))


def _is_verbless(text: str) -> bool:
    return not any(map(is_finite, _words(text)))


def _is_past(text: str) -> bool:
    return any(map(is_participle, _words(text)))


def _is_present(text: str) -> bool:
    words = _words(text)
    return not _PRESENT.isdisjoint(map(str.lower, words)) or any(map(is_third_person, words))


def _has_superlative(text: str) -> bool:
    return any(match[0].lower() not in _NOT_SUPERLATIVE for match in _SUPERLATIVE.finditer(text))


def _has(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: bool(pattern.search(text))


# Function words and forms of "be", "have", "do" and "say": their frequencies tell the style of a text,
# whatever its topic.
_FUNCTION_WORDS = """
    the a an of to in on at for by with from as and but or not no if so that this these those it its he she they his her their i my we our
    you your who which what how why is are was were be been has have had do does did will would can could may might must should said says
    there than then only even one all every some any never when while because until after before into out up over about like just more most
    such own
"""
FUNCTION_WORDS = tuple(_FUNCTION_WORDS.split())
_MOST = 0.2  # upper bound of one word's share of the words

# Each is the share of sentences with it.
SIGNS: Mapping[str, Callable[[str], bool]] = {
    "first_person": lambda text: not _FIRST.isdisjoint(_runs(text)),
    "we": lambda text: not _WE.isdisjoint(_runs(text)),
    "you": lambda text: not _YOU.isdisjoint(map(str.casefold, _runs(text))),
    "questions": lambda text: text.rstrip("\"'”’) ").endswith("?"),
    "exclamations": lambda text: text.rstrip("\"'”’) ").endswith("!"),
    "instructions": is_command,
    "should": _has(_SHOULD),
    "comment": _has(_HEDGED),
    "days": _has(_DAY),
    "figures": _has(_FIGURE),
    "clock_or_price": lambda text: bool(_FIGURE.search(text) and _CLOCK_OR_PRICE.search(text)),
    "superlatives": _has_superlative,
    "colons": _has(_COLON),
    "verbless": _is_verbless,
    "past": _is_past,
    "present": _is_present,
    "short": lambda text: len(text.split()) <= _SHORT,
}


SHARES = (*SIGNS, "quoted", "one_name", "length")


def _unquoted(texts: Sequence[str], paragraphs: Sequence[int]) -> tuple[list[str], float]:
    """The sentences without quoted text, and the share of quoted characters."""
    quotes = quoted(texts, paragraphs)
    inside = sum(end - start for quote in quotes for start, end in quote.spans)
    own = [quote.outside(text, between=" ") for text, quote in zip(texts, quotes, strict=True)]
    return own, inside / max(sum(map(len, texts)), 1)


def _name_share(own: Sequence[str]) -> float:
    """Share of sentences with the most frequent name, after their first word."""
    names: Counter[str] = Counter()
    for text in own:
        names.update({word for word in _words(text)[1:] if word[0].isupper() and len(word) > 1})
    return names.most_common(1)[0][1] / len(own) if names else 0.0


def _word_rates(texts: Sequence[str]) -> dict[str, float]:
    """For each function word the square root of its share of the words, so that rare ones count as well."""
    counts = Counter(map(str.lower, chain.from_iterable(map(_LETTERS.findall, texts))))
    count = max(counts.total(), 1)
    return {f"word_{word}": math.sqrt(min(counts[word] / count, _MOST)) for word in FUNCTION_WORDS}


def register_of(texts: Sequence[str], paragraphs: Sequence[int]) -> dict[str, float]:
    """The shares of a text of at least one sentence."""
    own, quoted_share = _unquoted([plain(text) for text in texts], paragraphs)
    spoken = [text for text in own if _words(text)] or list(own)
    shares = {name: sum(map(has, spoken)) / len(spoken) for name, has in SIGNS.items()}
    lengths = [min(len(text.split()) / _LONG, 1.0) for text in texts]
    return {
        **shares,
        **_word_rates(texts),
        "quoted": quoted_share,
        "one_name": _name_share(spoken),
        "length": sum(lengths) / len(lengths),
    }
