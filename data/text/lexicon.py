"""Loads the words and verb forms that the rules of this folder use, from `words.yaml` and `reporting.yaml`."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def read_words(name: str) -> dict[str, Any]:
    """A file of words of this folder."""
    found: dict[str, Any] = yaml.safe_load((files("presscheck.data.text") / name).read_text(encoding="utf-8"))
    return found


@cache
def _words() -> dict[str, frozenset[str]]:
    return {name: frozenset(listed) for name, listed in read_words("words.yaml").items()}


@cache
def words(*names: str) -> frozenset[str]:
    """The words of one class or of several together, in lower case."""
    return frozenset(word for name in names for word in _words()[name])


def either(name: str) -> str:
    """The words of one class as alternatives of a regular expression, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words(name), key=lambda word: (-len(word), word)))


@cache
def forms(group: str = "verbs") -> frozenset[str]:
    """Every form of the verbs of a group of `reporting.yaml`, in lower case."""
    read = read_words("reporting.yaml")
    return frozenset(form for lemma in read[group] for form in (lemma, *read["irregular"].get(lemma, _regular(lemma))))


@cache
def bases() -> frozenset[str]:
    """The forms after a plural: "say", "warn"."""
    return frozenset(read_words("reporting.yaml")["verbs"])


@cache
def noun_verbs() -> frozenset[str]:
    """Reporting verbs that are as often nouns: "comments", "state"."""
    return frozenset(read_words("reporting.yaml")["nouns_too"])


@cache
def participles(group: str = "verbs") -> frozenset[str]:
    """The past participles of a group: the forms after "it is"."""
    irregular = read_words("reporting.yaml")["participles"]
    return frozenset(form for form in forms(group) if form.endswith(("ed", "ed out")) or form in irregular)


def _regular(lemma: str) -> tuple[str, ...]:
    if lemma.endswith("e"):
        return f"{lemma}s", f"{lemma}d", f"{lemma[:-1]}ing"
    if lemma.endswith("y") and lemma[-2] not in "aeou":
        return f"{lemma[:-1]}ies", f"{lemma[:-1]}ied", f"{lemma}ing"
    plural = "es" if lemma.endswith(("s", "sh", "ch", "x")) else "s"
    return f"{lemma}{plural}", f"{lemma}ed", f"{lemma}ing"
