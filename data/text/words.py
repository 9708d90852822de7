"""Words and word pairs, for comparing texts."""

import re
from itertools import pairwise

from presscheck.data.text.normalise import plain

MIN_WORDS = 5  # shorter texts may be in any article: "He denies it."


def word_set(words: str) -> frozenset[str]:
    """The words of a string, for a closed class of a grammar."""
    return frozenset(words.split())


def words_of(text: str) -> list[str]:
    """Words in lower case without the punctuation around them."""
    stripped = (word.strip("\"'.,;:!?()-…[]") for word in plain(text).lower().split())
    return [word for word in stripped if word]


def word_spans(text: str) -> list[tuple[int, int]]:
    """[start, end) of every word, with the punctuation attached to it."""
    return [match.span() for match in re.finditer(r"\S+", text)]


def shingles(text: str) -> set[str]:
    """The pairs of neighbouring words."""
    return {" ".join(pair) for pair in pairwise(words_of(text))}
