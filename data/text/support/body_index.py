"""The words of a body, indexed once for all rules."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from presscheck.data.text.normalise import plain
from presscheck.data.text.support.stems import stem

WORD = re.compile(r"[^\W_]+(?:['&.][^\W_]+)*")


def bare_word(word: str) -> str:
    """A word without a possessive ending and without the stops of an abbreviation: "U.S.'s" is "US"."""
    if "'" in word or "." in word:  # most words have neither
        return word.removesuffix("'s").removesuffix("'S").replace(".", "")
    return word


@dataclass(frozen=True)
class BodyIndex:
    """A body's sentences and their words.

    Attributes:
        sentences: the folded sentences.
        words: for each sentence its words as they are written, without possessive endings.
    """

    sentences: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]

    @cached_property
    def stems(self) -> tuple[frozenset[str], ...]:
        """For each sentence the stems of its words."""
        stems = {word: stem(word.lower()) for word in self.written}
        return tuple(frozenset([stems[word] for word in found]) for found in self.words)

    @cached_property
    def length(self) -> int:
        """The number of words."""
        return sum(map(len, self.words))

    @cached_property
    def all_stems(self) -> frozenset[str]:
        """The stems of all words."""
        return frozenset().union(*self.stems)

    @cached_property
    def written(self) -> frozenset[str]:
        """All words as they are written."""
        return frozenset().union(*self.words)

    @cached_property
    def lowered(self) -> frozenset[str]:
        """All words in lower case."""
        return frozenset(word.lower() for word in self.written)

    @cached_property
    def in_lower_case(self) -> frozenset[str]:
        """The words that the body writes in lower case: they are no names."""
        return frozenset(word for word in self.written if word.islower())

    @cached_property
    def capitalised(self) -> frozenset[str]:
        """The words that the body writes with a capital, in lower case."""
        return frozenset(word.lower() for word in self.written if word[0].isupper())

    @cached_property
    def initials(self) -> str:
        """The initials of words with a capital that follow each other, runs apart: an acronym stands in it where the body has its words."""
        return " ".join(
            "".join(word[0] for word in run)
            for found in self.words
            for is_run, run in groupby(_written_out(found), key=_has_capital)
            if is_run
        )


def _has_capital(word: str) -> bool:
    return word[0].isupper()


def _written_out(words: Sequence[str]) -> Iterator[str]:
    return (word for word in words if word not in _UNWRITTEN)


_UNWRITTEN = frozenset(("of", "the", "and", "for", "in", "on", "to", "a", "an"))  # an acronym leaves them out


def index_body(sentences: Sequence[str]) -> BodyIndex:
    """Indexes a body."""
    folded = tuple(plain(sentence) for sentence in sentences)
    return BodyIndex(folded, tuple(map(_words_of, folded)))


def _words_of(sentence: str) -> tuple[str, ...]:
    found = WORD.findall(sentence)
    has_marks = "'" in sentence or "." in sentence[:-1]
    return tuple(map(bare_word, found)) if has_marks else tuple(found)
