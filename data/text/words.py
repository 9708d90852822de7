"""Words and word pairs, for comparing texts."""

from itertools import pairwise

from presscheck.data.text.normalise import plain

MIN_WORDS = 5  # shorter texts may stand anywhere: "He denies it."


def words_of(text: str) -> list[str]:
    """Words in lower case without the punctuation around them."""
    stripped = (word.strip("\"'.,;:!?()-…[]") for word in plain(text).lower().split())
    return [word for word in stripped if word]


def shingles(text: str) -> set[str]:
    """The pairs of neighbouring words."""
    return {" ".join(pair) for pair in pairwise(words_of(text))}
