"""Perturbs headlines in ways that must not change the score much. Each gives the changed text, or None if there is nothing to change."""

import random
import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from presscheck.data.text.capitalised_names import Names
from presscheck.eval.behaviour import read_data
from presscheck.eval.behaviour.edits import with_homoglyphs, with_other_names, with_typos

Perturbation = Callable[[str, random.Random], str | None]
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
_LETTERS_PER_ZERO_WIDTH = 8


@cache
def _words() -> dict[str, Any]:
    return read_data("words.yaml")


def _edited(edit: Callable[[str, random.Random], str]) -> Perturbation:
    return lambda text, generator: changed if (changed := edit(text, generator)) != text else None


def _cased(change: Callable[[str], str]) -> Perturbation:
    return lambda text, _: changed if (changed := change(text)) != text else None


def _punctuation(text: str, _generator: random.Random) -> str:
    """Straight quotes and hyphens for curly ones and dashes, and a full stop added or removed."""
    plain = text.translate(str.maketrans("“”„‘’–—", '"""\'\'--'))
    return plain[:-1] if plain.endswith(".") else plain if plain[-1:] in "?!…:" else plain + "."


def _curly(text: str, _generator: random.Random) -> str | None:
    found = re.sub(r'"([^"]*)"', "“\\1”", text).replace("'", "’")
    return found if found != text else None


def _zero_width(text: str, generator: random.Random) -> str:
    """An invisible mark after one letter of eight."""
    return re.sub(
        r"\w",
        lambda m: m.group() + (generator.choice(_ZERO_WIDTH) if generator.random() < 1 / _LETTERS_PER_ZERO_WIDTH else ""),
        text,
    )


def _swapped(group: str) -> Perturbation:
    words = _words()[group]
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, words)) + r")\b")

    def perturb(text: str, generator: random.Random) -> str | None:
        found = pattern.sub(lambda m: generator.choice([w for w in words if w != m.group()]), text)
        return found if found != text else None

    return perturb


def _labelled(text: str, generator: random.Random) -> str | None:
    """A section label before the headline; None for one in lower case or capitals, which hides where the label ends."""
    is_plain = text[:1].isupper() and not text.isupper()
    return generator.choice(_words()["labels"]) + text if is_plain else None


def _with_site(text: str, generator: random.Random) -> str:
    return text + str(generator.choice(_words()["sites"]))


def _genders(text: str, _generator: random.Random) -> str | None:
    pairs = _words()["pairs"]["genders"]
    both = {**pairs, **{second: first for first, second in pairs.items()}}
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, both)) + r")\b", re.I)

    def other(match: re.Match[str]) -> str:
        word: str = both[match.group().lower()]
        return word.capitalize() if match.group()[0].isupper() else word

    found = pattern.sub(other, text)
    return found if found != text else None


def perturbations(names: Names) -> Mapping[str, tuple[Perturbation, float]]:
    """The invariance tests: name to change and largest allowed share of flips.

    Args:
        names: replacements for proper names (`names_of` texts).
    """
    strict, loose = 0.05, 0.10
    return {
        "lower case": (_cased(str.lower), strict),
        "upper case": (_cased(str.upper), strict),
        "title case": (_cased(str.title), strict),
        "punctuation": (_punctuation, strict),
        "curly quotes": (_curly, strict),
        "homoglyphs": (_edited(with_homoglyphs), strict),
        "zero-width marks": (_zero_width, strict),
        "label before": (_labelled, strict),
        "site name after": (_with_site, strict),
        "typos": (_edited(with_typos), loose),
        "names swapped": (_edited(partial(with_other_names, names=names)), loose),
        "countries swapped": (_swapped("countries"), loose),
        "leaders swapped": (_swapped("leaders"), loose),
        "outlets swapped": (_swapped("outlets"), loose),
        "genders swapped": (_genders, loose),
    }
