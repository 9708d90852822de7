"""Tells places from other names, and knows a place by its adjective, its people, its capital and its abbreviation."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def _names() -> Mapping[str, frozenset[str]]:
    """Each name in lower case with all names of the same place or party."""
    found: dict[str, frozenset[str]] = {}
    for _, *row in _rows():
        names = frozenset(name.replace("_", " ") for name in row)
        for name in names:
            found[name] = found.get(name, frozenset()) | names
    return found


def _rows() -> list[list[str]]:
    text = (files("presscheck.data.text.support") / "other_names.txt").read_text(encoding="utf-8")
    return [line.lower().split() for line in text.splitlines() if not line.startswith("#")]


@cache
def _places() -> frozenset[str]:
    return frozenset(name.replace("_", " ") for kind, *row in _rows() if kind == "place" for name in row)


_ADJECTIVE = re.compile(r"(?:[ae]?ns?|ians?|ites?|ish|i|is|ese)$")


def other_names(word: str) -> frozenset[str]:
    """Every name of the place or party that a word in lower case means: "swiss" gives "switzerland" and "bern"."""
    known = _names()
    if word in known:
        return known[word]
    bare = _ADJECTIVE.sub("", word)
    if bare == word:
        return frozenset()
    return next((known[bare + ending] for ending in ("", "a", "ia", "e", "y", "o") if bare + ending in known), frozenset())


_BEFORE_PLACE = re.compile(r"\b(?:in|near|at|outside|across|throughout|around)\s+(?:(?:north|south|east|west)(?:ern)?\s+)?$", re.I)


def is_place(headline: str, start: int, name: str) -> bool:
    """Whether a name in a headline is a place: a known one, or one that follows "in", "near" or the like."""
    low = name.lower()
    if low in _names() and low not in _places():
        return False
    return low in _places() or bool(other_names(low) & _places()) or bool(_BEFORE_PLACE.search(headline, 0, start))
