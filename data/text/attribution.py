"""Finds sources by position and punctuation: "Per the filing, …", "X: “…”", "critics say"."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from presscheck.data.text.clause import has_predicate, words_in
from presscheck.data.text.lexicon import either, forms, words
from presscheck.data.text.noun_kinds import is_group, is_person
from presscheck.data.text.noun_phrase import is_determiner, take_apart, tokens_of
from presscheck.data.text.parts_of_speech import is_common_noun, is_finite
from presscheck.data.text.source_bounds import MARKS, Range, is_saying_verb, trim

Place = Literal["here", "before", "after"]

MAX_NAME_WORDS = 12
_AUXILIARY = re.compile(r"(?:\s+(?:has|have|had|also|later|now|then))+$")
_PLACES = frozenset(["of", "in", "at", "from", "for", "with", "close", "familiar", "here", "there"])
_MAX_SUBJECT_WORDS = 10
_CLOSE_TO = re.compile(r"\bclose\s+to\b")
_DASHES = "-‐‑–—―~"
_PHRASE = r"[^,;:.!?\"“”«»()]{2,120}?"
_PER = re.compile(
    rf"^\W*(?:[Aa]s\s+)?[Pp]er\s+(?P<who>(?:{either('per_whom')})\s+{_PHRASE}|[A-Z]{_PHRASE}),\s"
    rf"|,\s+(?:as\s+)?per\s+(?P<who_>(?!this)(?:{either('per_whom')})\s+{_PHRASE}|[A-Z]{_PHRASE})[.!]?\W*$"
)
_IN_WORDS = re.compile(
    rf"\bin\s+the\s+(?:words|view|opinion|telling)\s+of\s+(?P<who>{_PHRASE})(?=[,.;:]|$)"
    r"|\b[Ii]n\s+(?P<who_>(?:[A-Z][\w.-]*\s+)*[A-Z][\w.-]*|the\s+[\w\s-]{2,40}?)['’]s?\s+(?:own\s+)?(?:words|view|opinion|telling)\b",
    re.I,
)
_ACCORDING = re.compile(rf"\baccording\s+to\s+(?P<who>{_PHRASE})(?=[,.;:]|$)", re.I)
_FROM = re.compile(r"^\W*(?:(?:and|also|but|then)\s+)?(?:this\s+)?from\s+(?P<who>[^:]{2,120}):(?=\s|$)", re.I)
_LABEL = re.compile(r"^(?P<who>[^:“”\"«»]{2,80}):(?=\s*[“\"«‘]|\s*$)")
_SIGNED = re.compile(rf"(?:^|[{MARKS}]\s*)[{_DASHES}]+\s?(?P<who>[^{MARKS}]{{2,100}}?)\s*[.]?$")
_LAST_CLAUSE = re.compile(r"(?:,['’]?|[”\"»])\s+(?P<clause>[^,;:()]{3,140})$")
_CONJUNCTION = re.compile(r"^\W*(?:(?:but|and|yet|still|now|so)\b,?\s+)?", re.I)
_ADVERBIAL = re.compile(rf"^\W*(?:{either('adverbial_openers')})\b[^,;:“”\"]{{0,100}},\s+", re.I)
_SAID = re.compile(
    r"\s+(?:that|how|why|whether)\b|\s*[,:]?\s*[\"“«‘]|\s*:"
)  # contexts in which any verb of saying attributes: "reads “…”", "found that"


@dataclass(frozen=True, slots=True)
class Attribution:
    """A source that a sentence names by position.

    Attributes:
        place: where its statement is: in this sentence, in the quotation before it, or in the one after it.
        is_all: whether the sentence only names it.
        is_sure: False if a lone word before a colon may or may not be a name ("Roth:", "Verdict:").
    """

    start: int
    end: int
    place: Place
    is_all: bool
    is_sure: bool = True


def attributions(text: str) -> list[Attribution]:
    """Sources without a verb: "Per the filing, …", "From Chairwoman X:", "X: “…”", "“…” -Commissioner X"."""
    found: list[Attribution] = []
    for pattern in (_PER, _IN_WORDS, _ACCORDING):
        for match in pattern.finditer(text):
            start, end = _group(match)
            found.append(Attribution(*trim(text, start, end), "here", is_all=False))
    for pattern in (_FROM, _LABEL):
        match_ = pattern.match(text)
        if match_ and not found and _is_name_like(match_["who"]) and (pattern is _FROM or not _heads_list(match_["who"])):
            is_all = not text[match_.end() :].strip()
            is_sure = pattern is _FROM or len(match_["who"].split()) > 1
            found.append(Attribution(*trim(text, *match_.span("who")), "after" if is_all else "here", is_all=is_all, is_sure=is_sure))
    signed = _SIGNED.search(text)
    if signed and _is_name_like(signed["who"]) and signed["who"][:1].isupper():
        is_all = signed.start() == 0 and text[0] in _DASHES
        found.append(Attribution(*trim(text, *signed.span("who")), "before" if is_all else "here", is_all=is_all))
    return found


def opening_speaker(text: str) -> Range | None:
    """The subject of a clause of saying that opens a sentence: "critics" in "But critics say the plan failed"."""
    conjunction = _CONJUNCTION.match(text)
    span = _speaker(text, conjunction.end() if conjunction else 0)
    if not span:
        return None
    verb = next(word for word, _ in tokens_of(text[span[1] :]) if word in forms())
    return span if verb in forms("opine") and re.match(r"(?:\s+\w+){1,4}?\s+\S", text[span[1] :]) else None


def stating_speaker(text: str) -> Range | None:
    """The subject of a clause of saying that opens a sentence, if its statement follows as a clause or quoted.

    "The report says the decline has slowed", "On Monday, Roth warned that …", "Ruiz said: “…”".
    """
    starts = [found.end() for found in (_CONJUNCTION.match(text), _ADVERBIAL.match(text)) if found]
    verbs = forms()
    for start in starts:
        before = ""
        for word, at in tokens_of(text[start:]):
            if word in verbs:
                subject = before.lower()
                said = text[start + at + len(word) :]
                is_said = bool(_SAID.match(said)) or (is_saying_verb(word, subject) and _is_clause(said, word))
                span = start, start + len(_AUXILIARY.sub("", text[start : start + at].rstrip()))
                if is_said and trim(text, *span) == span and _is_subject(text[slice(*span)]):
                    return span
                if is_said or is_saying_verb(word, subject):
                    break
            before = word
    return None


def _is_clause(text: str, verb: str) -> bool:
    """Whether a text continues with a subject and its predicate: "said the plan had failed", "stated it would"."""
    found = words_in(text)
    if len(found) < 2 or not re.match(r"\s+\w", text):
        return False
    first = found[0].lower()
    if first in words("pronouns", "first_person") and is_finite(found[1]):
        return True
    return verb in forms("opine") and (is_determiner(first) or found[0] != first) and has_predicate(found[1:], after=first)


def closing_speaker(text: str) -> Range | None:
    """The subject of a clause of saying that closes a sentence: "a source" in "…, a source said"."""
    found = _LAST_CLAUSE.search(text)
    span = _speaker(text, found.start("clause")) if found else None
    if not span:
        return None
    words_behind = [word for word, _ in tokens_of(text[span[1] :]) if word[0].isalnum()]
    verb = next(index for index, word in enumerate(words_behind) if word in forms())
    tail = words_behind[verb + 1 :]
    may_follow = words("prepositions", "when") | {"me", "us", "reporters"}
    return span if not tail or tail[0].lower() in may_follow else None


def _speaker(text: str, start: int) -> Range | None:
    """The noun phrase from `start` to the next verb of saying, if there is nothing else between."""
    verbs, before = forms(), ""
    for word, at in tokens_of(text[start:]):
        if word in verbs and is_saying_verb(word, before.lower()):
            span = start, start + len(_AUXILIARY.sub("", text[start : start + at].rstrip()))
            return span if trim(text, *span) == span and _is_subject(text[slice(*span)]) else None
        before = word
    return None


def _is_subject(phrase: str) -> bool:
    """Whether the words are one noun phrase, perhaps with a place after its head, and not the start of a clause."""
    found = [word for word, _ in tokens_of(_CLOSE_TO.sub("close", phrase))]
    tokens = [word if word.isupper() and len(word) > 1 else word.lower() for word in found]  # "WHO" is not a relative pronoun
    if not 0 < len(tokens) <= _MAX_SUBJECT_WORDS or tokens[0] in words("prepositions"):
        return False
    if len(tokens) == 1 and tokens[0] in words("pronouns"):
        return tokens[0] in ("he", "she", "they")
    no_part = _no_part()
    if any(word in no_part or word.endswith(("n't", "n’t")) or not word[0].isalnum() for word in tokens):
        return False
    if is_determiner(tokens[-1]):
        return False
    after = take_apart(phrase).after.lower().split()
    return not after or after[0] in _PLACES


@cache
def _no_part() -> frozenset[str]:
    """Words that are no part of a subject."""
    return words("no_subject", "negative", "relative") | words("pronouns") - words("possessive")


def _group(match: re.Match[str]) -> Range:
    groups = match.groupdict()
    return match.span("who" if groups["who"] is not None or "who_" not in groups else "who_")


def _heads_list(who: str) -> bool:
    """Whether words before a colon are a thing that cannot speak: "Key dates:", but not "Police:" or "The audit:"."""
    noun = take_apart(who).lemma
    has_name = any(word[0].isupper() for word in who.split()[1:])
    can_speak = is_person(noun) or is_group(noun) or noun in _speaking()
    return is_common_noun(noun) and not has_name and not can_speak


@cache
def _speaking() -> frozenset[str]:
    """Nouns of what holds or utters words."""
    return words("studies", "records", "posts", "places", "institutions", "hearsay", "opinion", "informant", "unspecific", "bodies")


def _is_name_like(who: str) -> bool:
    """Whether words before a colon or after a dash name somebody: few words, a capital, no verb."""
    tokens = [word for word, _ in tokens_of(who) if word[0].isalnum()]
    if tokens and tokens[0].lower() in words("definite", "indefinite"):
        tokens = tokens[1:]
    if not 0 < len(tokens) <= MAX_NAME_WORDS or not any(word[0].isupper() for word in tokens):
        return False
    return not any(word in forms() or word in words("no_subject", "no_title") for word in tokens)
