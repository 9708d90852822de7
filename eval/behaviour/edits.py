"""Changes of single letters and names in a text, drawn at random."""

import random
import re
from collections.abc import Iterable

from presscheck.data.text.capitalised_names import Names, names_by_capitals

_WORD = re.compile(r"[A-Za-z]{4,}")
_HOMOGLYPHS = dict(zip("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ", strict=True))
_LETTERS_PER_HOMOGLYPH, _WORDS_PER_TYPO = 12, 12


def _edited(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """The text with other characters in [start, end) of each edit; edits do not overlap."""
    for start, end, other in sorted(edits, reverse=True):
        text = text[:start] + other + text[end:]
    return text


def with_typos(text: str, generator: random.Random) -> str:
    """A letter doubled, dropped or swapped with its neighbour, inside one word of twelve."""
    words = list(_WORD.finditer(text))
    edits = []
    for word in generator.sample(words, k=-(-len(words) // _WORDS_PER_TYPO)):
        at = word.start() + generator.randrange(1, len(word.group()) - 1)
        pair = text[at : at + 2]
        edits.append((at, at + 2, generator.choice((pair[0] + pair, pair[1], pair[::-1]))))
    return _edited(text, edits)


def with_homoglyphs(text: str, generator: random.Random) -> str:
    """A Cyrillic look-alike in place of one letter of twelve."""
    places = [index for index, letter in enumerate(text) if letter in _HOMOGLYPHS]
    chosen = generator.sample(places, k=-(-len(places) // _LETTERS_PER_HOMOGLYPH))
    return _edited(text, [(index, index + 1, _HOMOGLYPHS[text[index]]) for index in chosen])


def with_other_names(text: str, generator: random.Random, names: Names) -> str:
    """Other names of as many words in place of the text's own."""
    edits = []
    for match in names_by_capitals(text):
        others = names.get(len(match.group().split()))
        if others:
            edits.append((match.start(), match.end(), generator.choice(others)))
    return _edited(text, edits)
