"""Stems that a word shares with its inflected forms and with the nouns made from it: "decides", "decision"; "sold", "sale"."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

_STEM_CHARS = 5  # truncated stems: Buckley, Salton, Allan and Singhal (TREC 3) call them as good as rules in retrieval
_MIN_CHARS = 3
_INFLECTION = re.compile(r"(?:ies|ied|ying)$|(?<=[^aeious])(?:ed|es|s)$|(?<=[aeiou])(?:d|s)$|ing$")
_DERIVATION = re.compile(
    r"(?:i?fications?|[ai]tions?|sions?|tions?|ions?|ments?|ures?|[ae]nces?|[ae]nts?|ers?|ors?|ists?|isms?|it(?:y|ies)|ness|ly|i?als?|i?ages?|ives?|[ai]bles?|ful|"
    r"less|ous|i[sz]e[ds]?|i[sz]ing|ically|ic|y|e)$"
)
_DOUBLE = re.compile(r"([^aeiou])\1$")
_ALTERNATING = re.compile(r"(?<=..)[dst]+$")  # decide, decision; permit, permission


@cache
def _irregular() -> Mapping[str, str]:
    text = (files("presscheck.data.text.support") / "irregular_verbs.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return {form: base for base, *forms in rows for form in forms}


@lru_cache(maxsize=65536)  # the words of a language recur in every article
def stem(word: str) -> str:
    """The stem of a word in lower case.

    It is meant to find too many relatives of a word ("general", "generate") rather than too few.
    """
    word = _irregular().get(word, word)
    if len(word) <= _MIN_CHARS or word[0].isdigit():
        return word
    base = _cut(_INFLECTION, word)
    base = _irregular().get(base, base)
    base = _cut(_DERIVATION, base)
    base = _ALTERNATING.sub("", _DOUBLE.sub(r"\1", base)) if len(base) > _MIN_CHARS + 1 else _DOUBLE.sub(r"\1", base)
    return base[:_STEM_CHARS]


def _cut(ending: re.Pattern[str], word: str) -> str:
    found = ending.search(word, _MIN_CHARS - 1)
    return word[: found.start()] if found and found.start() >= _MIN_CHARS else word
