"""Which numbers of a sentence another version of it has changed, added or left out."""

import re
from difflib import SequenceMatcher
from itertools import zip_longest

from presscheck.data.text.normalise import fold
from presscheck.data.text.support.numerals import numerals

_FIGURES = re.compile(r"\d+(?:[.,:/]\d+)*")
_UNIT = re.compile(r"[$£€¥%]|per\s?cent", re.I)


def changed_numbers(old: str, new: str) -> list[tuple[str | None, str | None]]:
    """The numbers that differ, as they are written in the old and the new text; None where one has none.

    "40,000" and "forty thousand" are the same number; dates and times are compared as they are written.
    """
    olds, news = _numbers(old), _numbers(new)
    matcher = SequenceMatcher(None, [key for key, _ in olds], [key for key, _ in news], autojunk=False)
    changed: list[tuple[str | None, str | None]] = []
    for tag, start, end, start_, end_ in matcher.get_opcodes():
        if tag != "equal":
            changed += zip_longest((text for _, text in olds[start:end]), (text for _, text in news[start_:end_]))
    return changed


def _numbers(text: str) -> list[tuple[tuple[object, ...], str]]:
    """What is compared of each number, and its words."""
    folded = fold(text)
    known = numerals(folded)
    found: list[tuple[int, tuple[object, ...], str]] = [
        (n.start, (n.value, _unit(folded[n.start : n.end])), text[n.start : n.end]) for n in known
    ]
    found += [
        (match.start(), (match.group(),), text[match.start() : match.end()])
        for match in _FIGURES.finditer(folded)
        if not any(n.start < match.end() and match.start() < n.end for n in known)
    ]
    return [(key, " ".join(words.split())) for _, key, words in sorted(found, key=lambda one: one[0])]


def _unit(words: str) -> str:
    found = _UNIT.search(words)
    return "" if found is None else "%" if found.group().lower().startswith("per") else found.group()
