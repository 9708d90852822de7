"""Finds the noun phrases of a sentence that can speak or be a pronoun's antecedent, by casing, number and form."""

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from presscheck.data.text.dates import MONTH, is_date
from presscheck.data.text.lexicon import forms, words
from presscheck.data.text.noun_kinds import is_group, is_person
from presscheck.data.text.noun_phrase import Tokens, is_determiner, is_plural, singular, take_apart, tokens_of
from presscheck.data.text.parts_of_speech import is_common_noun, is_finite

Kind = Literal["person", "thing", "either"]
Gender = Literal["he", "she"]

_MAX_WORDS = 9
_THING = re.compile(r"(?:tion|sion|ment|ity|ry|cy|ism|ness|ship|age|ing)$")  # "ministry", "agency", "department"
_JOINS_NAME = ("of", "for", "and", "&")  # "Ministry of Health"
_APPOSED = re.compile(r",\s+(?:(?:an?|the|his|her|its|their|our)\s+)?(?:[\w-]+\s+){0,3}")
_BRACKETED = re.compile(r"\s*\([^()]*\)$")  # an age or a party behind a name
_POSSESSIVE = re.compile(r"['’]s?$")
_NUMBER = re.compile(r"\d")
_MONTH = re.compile(MONTH)

# The cases and possessives of a pronoun count as one.
PRONOUNS = {
    "he": ("he", "him", "his", "himself"),
    "she": ("she", "her", "hers", "herself"),
    "they": ("they", "them", "their", "themselves"),
    "it": ("it", "its", "itself"),
}
_BASE = {form: base for base, cases in PRONOUNS.items() for form in cases}


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase.

    Attributes:
        start, end: its position in the sentence.
        head: its noun or last name as it is written, without a possessive ending.
        kind: what the head's form tells about it.
    """

    start: int
    end: int
    head: str
    is_name: bool
    is_many: bool
    kind: Kind


def base_of(pronoun: str) -> str | None:
    """The nominative of a pronoun of the third person in any of its cases; None for other words."""
    return _BASE.get(pronoun.lower().strip(" ,.:;\"'"))


def pronouns_in(text: str) -> list[tuple[str, int]]:
    """Third-person pronouns in a text, in their base form, with positions."""
    return [(base, at) for word, at in tokens_of(text) if (base := _BASE.get(word.lower()))]


def mentions_of(text: str, names: frozenset[str] = frozenset()) -> list[Mention]:
    """The noun phrases of a sentence with a determiner or a name, and a plural that opens it.

    Args:
        names: words that the article uses as names.
    """
    tokens = tokens_of(text)
    found: list[Mention] = []
    at, count = 0, len(tokens)
    while at < count:
        if not _opens(tokens, at, names):
            at += 1
            continue
        last = _end(tokens, at)
        mention = _mention(tokens, at, last)
        if mention is not None:
            found.append(mention)
        at = last
    return found


def of_phrase(text: str, start: int, end: int) -> Mention:
    """The mention for a source span."""
    phrase = take_apart(text[start:end])
    head = phrase.head or (text[start:end].split() or [""])[-1]
    many = phrase.is_plural and not phrase.is_name
    is_name = head[:1].isupper() and (phrase.is_name or not is_common_noun(head.lower()))
    kind = _kind_of_name([*phrase.modifiers, head], phrase.determiners) if is_name else _kind_of_noun(head.lower())
    return Mention(start, end, head, is_name, many or phrase.has("numbers") or phrase.has("vague_quantifiers"), kind)


def can_be(mention: Mention, pronoun: str) -> bool:
    """Whether a pronoun in its base form agrees with a noun phrase in number and kind."""
    if pronoun in ("he", "she"):
        return not mention.is_many and mention.kind != "thing"
    if pronoun == "it":
        return not mention.is_many and mention.kind != "person"
    return mention.is_name and mention.kind == "thing" if not mention.is_many else mention.kind != "thing"


def gender_of(phrase: str) -> Gender | None:
    """The gender that a title, a noun in -man or -woman or a kinship noun tells."""
    for word, _ in tokens_of(phrase):
        lower = word.lower().rstrip(".")
        if lower in words("female") or lower.endswith("woman"):
            return "she"
        if lower in words("male") or (lower.endswith("man") and word[0].islower()):
            return "he"
    return None


def _is_name_word(word: str, *, is_first: bool, names: frozenset[str]) -> bool:
    if not word[0].isupper() or word == "I":
        return False
    lower = word.lower()
    if not is_first:
        return lower not in words("pronouns")
    is_known = word.removesuffix("'s") in names
    return is_known or not (
        is_determiner(lower)
        or is_common_noun(lower)
        or lower in words("prepositions", "relative", "pronouns", "when")
        or lower in ("and", "but", "so")
        or lower.endswith("ly")
    )


def _opens(tokens: Tokens, at: int, names: frozenset[str]) -> bool:
    """Whether a noun phrase starts here."""
    word = tokens[at][0]
    if _is_name_word(word, is_first=at == 0, names=names):
        return True
    lower = word.lower()
    opens = lower != "that" and lower in words("definite", "possessive", "indefinite", "numbers", "other_quantifiers", "vague_quantifiers")
    if not opens and at:
        return False
    following = tokens[at + 1][0] if at + 1 < len(tokens) else ""
    if opens:
        return following[:1].isalnum()
    return is_common_noun(lower) and (is_plural(lower) or following[:1].isupper())


def _end(tokens: Tokens, at: int) -> int:
    """Index after the last word of the noun phrase that starts here."""
    last = at + 1
    while last < len(tokens) and last - at < _MAX_WORDS:
        word = tokens[last][0]
        lower = word.lower()
        following = tokens[last + 1][0] if last + 1 < len(tokens) else ""
        before = tokens[last - 1][0]
        if lower in _JOINS_NAME:
            is_office = before[0].isupper() and is_common_noun(before.lower()) and not is_plural(before.lower())
            if not (is_office and following[:1].isupper() and lower != "and"):
                break
        elif not word[0].isalnum() or _NUMBER.match(word):
            break
        elif word[0].islower() and _is_particle(lower, following, after=tokens[last + 2 : last + 3]):
            pass
        elif not word[0].isupper():
            if lower in words("prepositions", "relative", "pronouns") or lower in (
                "and",
                "or",
                "but",
                "not",
            ):
                break
            if not _is_in_phrase(word, before, following):
                break
        last += 1
    return last


def _is_in_phrase(word: str, before: str, following: str) -> bool:
    """Whether a word in lower case continues a phrase: a noun, or an adjective before one, and no verb."""
    is_inside = is_determiner(before.lower())
    is_verb = is_finite(word) or word in forms()
    if before[0].isupper() and not is_inside:
        return is_common_noun(word) and not is_verb  # "Ruiz claims", "the Ministry reports"
    is_modifier = following[:1].isalpha() and is_common_noun(following.lower())
    return is_common_noun(word) or (is_modifier and (is_inside or not is_verb))


def _is_particle(word: str, following: str, *, after: Tokens) -> bool:
    """Whether a short word joins a first name to a last: "van", "de la"."""
    if (
        len(word) > 3
        or is_finite(word)
        or word in words("prepositions", "relative")
        or word in ("and", "or", "but", "not")
        or is_determiner(word)
    ):
        return False
    return following[:1].isupper() or (len(following) <= 3 and bool(after) and after[0][0][0].isupper())


def _mention(tokens: Tokens, first: int, last: int) -> Mention | None:
    inside = [word for word, _ in tokens[first:last]]
    while len(inside) > 1 and is_determiner(inside[-1].lower()):
        inside.pop()
    determiners = list(takewhile(is_determiner, (word.lower() for word in inside[:-1])))
    core = inside[len(determiners) :]
    joint = next((i for i, word in enumerate(core) if word in _JOINS_NAME and i), len(core))
    head = _POSSESSIVE.sub("", core[joint - 1])
    if not head or is_determiner(head.lower()) or inside[-1].endswith(("'s", "’s", "s'")):
        return None  # a possessive does not speak: "Ruiz's office"
    is_month = len(core) == 1 and bool(_MONTH.fullmatch(head)) and first > 0 and tokens[first - 1][0].lower() in words("prepositions")
    if is_month or is_date(head):
        return None  # "on Monday", "in March"
    start = tokens[first][1]
    end = tokens[first + len(inside) - 1][1] + len(inside[-1])
    opens = first == 0 and len(core) == 1 and not determiners
    is_name = head[0].isupper() and not (opens and is_common_noun(head.lower()))
    many = not is_name and is_plural(head.lower())
    many = many or any(word in words("numbers", "other_quantifiers") for word in determiners)
    kind = _kind_of_name(core, tuple(determiners)) if is_name else _kind_of_noun(head.lower())
    before = tokens[first - 1][0].lower() if first else ""
    if is_name and kind != "thing" and before in ("in", "at", "near", "into", "across", "outside", "inside"):
        kind = "thing"  # a place
    return Mention(start, end, head, is_name, many, kind)


def _kind_of_name(core: list[str] | tuple[str, ...], determiners: tuple[str, ...]) -> Kind:
    head = core[-1]
    capitals = [word for word in core if word[0].isupper()]
    if head.isupper() and len(head) > 1:
        return "thing"
    if any(word in ("of", "for", "&") for word in core):
        return "thing"
    if "the" in determiners or (is_common_noun(head.lower()) and len(capitals) > 1):
        return "thing"
    return "person" if len(capitals) > 1 else "either"


def _kind_of_noun(head: str) -> Kind:
    one = singular(head)
    if is_person(one):
        return "person"
    return "thing" if is_common_noun(one) or is_group(one) or _THING.search(head) else "either"


def apposed(text: str, start: int, names: frozenset[str] = frozenset()) -> Mention | None:
    """The name that a phrase is in apposition to: "Ana Ruiz" before "a city planner"; none after a preposition ("on Sunday, …")."""
    comma = text.rfind(",", 0, start)
    if comma < 0 or not _APPOSED.fullmatch(text, comma, start):
        return None
    if any(word in forms() for word in text[comma + 1 : start].split()):
        return None  # "…, says his deputy": a clause of saying
    bracketed = _BRACKETED.search(text, 0, comma)
    end = bracketed.start() if bracketed else comma
    for mention in mentions_of(text[:start], names):
        if mention.end == end and mention.is_name and mention.kind != "thing":
            before = text[: mention.start].split()
            is_governed = bool(before) and before[-1].lower() in words("prepositions")
            return None if is_governed else mention
    return None
