"""Tells which words are verb forms, common nouns and other common words, from a lexicon that ships as data: `parts_of_speech.txt`."""

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from presscheck.data.text.words import word_set

_BRITISH = ("ise", "ises", "ised")
_AUXILIARIES = word_set(
    "is are was were am isn't aren't wasn't weren't has have had hasn't haven't hadn't do does did don't doesn't didn't can could "
    "will would shall should may might must can't couldn't won't wouldn't shouldn't mustn't cannot ain't"
)


_REMEMBERED = 8192  # words: those of an article recur in it, and in the next one


@cache
def _lexicon() -> Mapping[str, frozenset[str]]:
    text = (files("presscheck.data.text") / "parts_of_speech.txt").read_text(encoding="utf-8")
    rows = (line.split(" ") for line in text.splitlines() if not line.startswith("#"))
    return {tag: frozenset(words) for tag, *words in rows}


def _is(tag: str, word: str) -> bool:
    word = word.lower()
    known = _lexicon()[tag]
    return word in known or (word.endswith(_BRITISH) and _in_american(word) in known)


def _in_american(word: str) -> str:
    stem, _, ending = word.rpartition("is")
    return f"{stem}iz{ending}"


def is_base(word: str) -> bool:
    """A base form that is a verb more often than not: "listen", "stop"."""
    return _is("VB", word)


@lru_cache(maxsize=_REMEMBERED)
def may_be_base(word: str) -> bool:
    """A base form of a verb, though it may more often be a noun: "report", "plan"."""
    return (_is("VB", word) or _is("VBX", word)) and not is_auxiliary(word)


def is_auxiliary(word: str) -> bool:
    """A form of "be", "have", "do" or a modal verb."""
    return word.lower() in _AUXILIARIES


@lru_cache(maxsize=_REMEMBERED)
def is_participle(word: str) -> bool:
    """A past participle or past tense: "closed", "held"."""
    return _is("VBN", word) or _is("VBD", word)


@lru_cache(maxsize=_REMEMBERED)
def is_third_person(word: str) -> bool:
    """A verb in the third person singular: "finds"."""
    return _is("VBZ", word) or (word.lower().endswith("s") and not _is("NNS", word) and _is("VB", word[:-1]))


@lru_cache(maxsize=_REMEMBERED)
def is_finite(word: str) -> bool:
    """A form that can be the predicate of a clause: third person, past tense, participle or auxiliary."""
    return is_auxiliary(word) or is_third_person(word) or is_participle(word)


@lru_cache(maxsize=_REMEMBERED)
def is_common_noun(word: str) -> bool:
    """A word that is mostly a common noun, in either number: "times", "news"."""
    return _is("NN", word) or _is("NNS", word)


def is_common_word(word: str) -> bool:
    """A word of any of these classes, an adjective or an adverb: no name, though a name may be spelt like it."""
    word = word.lower()
    return any(word in known for known in _lexicon().values()) or is_auxiliary(word)
