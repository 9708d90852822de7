"""Finds the main clause of a headline and its predicate: the verb, its object, and the other content words."""

import re
from dataclasses import dataclass

from presscheck.data.text.headline_form import asserted
from presscheck.data.text.lexicon import forms, words
from presscheck.data.text.normalise import fold
from presscheck.data.text.parts_of_speech import is_auxiliary, is_common_noun, is_participle, is_third_person, may_be_base
from presscheck.data.text.support.body_index import WORD, bare_word
from presscheck.data.text.support.stems import stem
from presscheck.data.text.words import word_set

_PART = re.compile(r"[,:;][\"']?\s+|\s-+\s|[.!?]+[\"']?\s+|\s\|\s")
_NEW_CLAUSE = word_set(
    "who whom whose which that as after before while when until since because amid if although though than but where how why what"
)
_NO_OBJECT = _NEW_CLAUSE | word_set("to by and or")
_LIGHT = word_set("be have do get make take go come give put let keep say")  # verbs that tell no event of their own
_EMPTY = word_set("not no n't just now still also only even new more most very")
_BE_OR_HAVE = word_set("is are am was were be been has have had isn't aren't wasn't weren't hasn't haven't hadn't")
_REACH = 4  # words between an auxiliary and its verb


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the headline with its offsets, in lower case and without a possessive ending."""

    text: str
    start: int
    end: int
    is_capital: bool


@dataclass(frozen=True, slots=True)
class Predicate:
    """The main clause of a headline.

    Attributes:
        start, end: the offsets of the verb with its auxiliaries and its object.
        verb: the stem of the verb; "" where it is one that tells no event of its own.
        verb_start, verb_end: the offsets of the verb with its auxiliaries.
        core: the stems of the verb and its object.
        rest: the stems of the clause's other content words.
    """

    start: int
    end: int
    verb: str
    verb_start: int
    verb_end: int
    core: frozenset[str]
    rest: frozenset[str]


def is_function_word(word: str) -> bool:
    """Whether a word in lower case tells nothing of its own: determiners, prepositions, pronouns, auxiliaries."""
    return is_auxiliary(word) or word in _EMPTY or word in _NO_OBJECT or any(word in words(kind) for kind in _FUNCTION)


_FUNCTION = (
    "pronouns",
    "prepositions",
    "definite",
    "possessive",
    "indefinite",
    "relative",
    "amplifiers",
    "first_person",
    "when",
    "vague_quantifiers",
)


def words_at(text: str, start: int, end: int) -> list[Word]:
    """The words of a stretch of a folded text."""
    return [Word(bare_word(m.group()).lower(), *m.span(), m.group()[0].isupper()) for m in WORD.finditer(text, start, end)]


def content_stems(found: list[Word]) -> frozenset[str]:
    """The stems of the content words."""
    return frozenset(stem(word.text) for word in found if not is_function_word(word.text) and len(word.text) > 1)


def content_stems_of(text: str) -> frozenset[str]:
    """The stems of a text's content words."""
    folded = fold(text)
    return content_stems(words_at(folded, 0, len(folded)))


def _parts(headline: str) -> list[tuple[int, int]]:
    asked = asserted(headline)
    if asked:
        return [asked]
    starts = [0, *(m.end() for m in _PART.finditer(headline))]
    ends = [*(m.start() for m in _PART.finditer(headline)), len(headline)]
    return list(zip(starts, ends, strict=True))


def predicate_of(headline: str) -> Predicate | None:
    """The first clause of a folded headline that has a verb which tells an event; None if there is none."""
    for start, end in _parts(headline):
        found = words_at(headline, start, end)
        at = _verb_of(found)
        if at is not None and len(found) >= 3:
            return _predicate(found, at)
    return None


def _predicate(found: list[Word], at: int) -> Predicate:
    auxiliary = _auxiliary_of(found, at)
    first = at if auxiliary is None else auxiliary
    last = at
    while last + 1 < len(found) and not _ends_object(found[last + 1].text):
        last += 1
    object_words = found[at + 1 : last + 1]
    base = stem(found[at].text)
    verb = "" if found[at].text in _LIGHT or base in _LIGHT else base
    core = content_stems(object_words) | ({verb} if verb else set())
    clause_end = next((i for i in range(last + 1, len(found)) if found[i].text in _NEW_CLAUSE), len(found))
    rest = content_stems(found[:first] + found[last + 1 : clause_end]) - core
    end = last if content_stems(object_words) else at
    return Predicate(found[first].start, found[end].end, verb, found[first].start, found[at].end, core, rest)


def _ends_object(word: str) -> bool:
    return word in words("prepositions") or word in _NO_OBJECT


def _verb_of(found: list[Word]) -> int | None:
    """The index of the main verb: a verb of saying gives way to a later one, the statement's."""
    choices = [at for at in range(1, len(found)) if _is_verb(found, at)]
    stated = [at for at in choices if found[at].text not in forms()]
    return next(iter(stated or choices), None)


def _auxiliary_of(found: list[Word], at: int) -> int | None:
    """The index of the first of the auxiliaries before a word, with nothing but adverbs between; None if it has none."""
    first = None
    for index in range(at - 1, max(-1, at - 1 - _REACH), -1):
        if is_auxiliary(found[index].text):
            first = index
        elif not (found[index].text in _EMPTY or found[index].text.endswith("ly")):
            break
    return first


def _is_verb(found: list[Word], at: int) -> bool:
    word, before = found[at].text, found[at - 1].text
    if is_auxiliary(word):
        return False
    auxiliary = _auxiliary_of(found, at)
    if auxiliary is not None:
        is_full = found[auxiliary].text in _BE_OR_HAVE
        return is_participle(word) or word.endswith("ing") if is_full else may_be_base(word)
    if before in words("prepositions") or before in words("definite") or before in words("possessive") or before in words("indefinite"):
        return before == "to" and may_be_base(word)
    if is_participle(word) or (is_third_person(word) and not is_common_noun(word)):
        return True
    if word.endswith("s") and may_be_base(word[:-1]) and not before.endswith("s"):
        return at + 1 < len(found)
    return before.endswith("s") and not before.endswith("ss") and may_be_base(word)
