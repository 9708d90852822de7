"""Tells which nouns are people, offices or groups, from a lexicon that ships as data: `noun_kinds.txt`."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def _lexicon() -> Mapping[str, frozenset[str]]:
    text = (files("presscheck.data.text") / "noun_kinds.txt").read_text(encoding="utf-8")
    rows = (line.split(" ") for line in text.splitlines() if not line.startswith("#"))
    return {kind: frozenset(nouns) for kind, *nouns in rows}


def is_person(noun: str) -> bool:
    """A noun in the singular and in lower case that is mostly a person: "cleaner", "ex-governor", "mother-in-law"."""
    people, last = _lexicon()["PERSON"], noun.rpartition("-")[2]
    return noun in people or last in people or last in ("old", "law")


def is_office(noun: str) -> bool:
    """An office that a body has one of, so that the noun identifies a person: "mayor", "coroner"."""
    return noun in _lexicon()["OFFICE"]


def is_body(noun: str) -> bool:
    """A noun in the singular and in lower case that is an organisation: "union", "court"."""
    return noun in _lexicon()["BODY"]


def is_group(noun: str) -> bool:
    """A body, another group of people, or a building that one is named by: "family", "clinic"."""
    return is_body(noun) or noun in _lexicon()["GROUP"]
