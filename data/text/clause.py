"""Splits clauses into words and tells whether they have a predicate, by the lexicon and the context, without a tagger."""

import re
from itertools import pairwise

from presscheck.data.text.parts_of_speech import is_auxiliary, is_finite, is_participle, may_be_base
from presscheck.data.text.words import word_set

_WORD = re.compile(r"[^\W_][\w'.,-]*(?<![.,'-])|[,:;]")
# Words that start an object: determiners and object pronouns.
OBJECT_WORDS = word_set(
    "the a an your my our their his her its this that these those it us me them him yourself everything all any every each no nothing"
)
_NEW_CLAUSE = word_set("before after until if when while because that who which what how why where as than and or but not")


def words_in(text: str) -> list[str]:
    """Words, and the punctuation that separates clauses."""
    return _WORD.findall(text)


def is_plural(word: str) -> bool:
    """A word in the form of a plural noun."""
    low = word.lower()
    return low.endswith("s") and not low.endswith("ss") and low not in OBJECT_WORDS and not is_auxiliary(low)


def has_predicate(words: list[str], *, after: str = "") -> bool:
    """Whether a clause has a verb in a form that takes a subject; a base form counts after a plural: "lines of ink hold back …"."""
    for before, word in pairwise([after, *words]):
        if is_finite(word) and not (is_participle(word) and before.lower() in OBJECT_WORDS):
            return True
        if is_plural(before) and may_be_base(word):
            return True
    return False


def main_clause(words: list[str]) -> list[str]:
    """The words up to the start of another clause."""
    for index, word in enumerate(words):
        if word.lower() in _NEW_CLAUSE | {",", ":", ";"}:
            return words[:index]
    return words
