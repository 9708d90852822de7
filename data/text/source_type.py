"""Classifies the type of a source span by rule, from its head noun, determiners, number and casing."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from presscheck.data.text.hedging import unnamed_source
from presscheck.data.text.lexicon import bases, forms, participles, words
from presscheck.data.text.normalise import plain
from presscheck.data.text.noun_kinds import is_body, is_group, is_office, is_person
from presscheck.data.text.noun_phrase import NounPhrase, is_plural, singular, take_apart, tokens_of
from presscheck.data.text.parts_of_speech import is_auxiliary, is_common_noun
from presscheck.data.text.platforms import is_platform

SourceType = Literal["named", "anonymous", "vague", "platform"]

RANK: Mapping[SourceType, int] = {"named": 0, "anonymous": 1, "vague": 2, "platform": 3}  # the better source first
MAX_SOURCE_CHARS = 300
MAX_CLAUSE_WORDS = 8
MIN_TITLED_CHARS = 3
MIN_TITLED_WORDS = 4
TITLED_SHARE = 0.8
_NO_NAMES: frozenset[str] = frozenset()
_WITHHELD = re.compile(
    r"\banonym\w+|\bun(?:named|identified)\b|\b(?:not|without)(?: to)?(?: be)?(?:ing)? (?:named|identified|quoted)\b|\bdeclined to be\b"
    r"|\bname (?:is|was|has been) (?:being )?(?:withheld|suppressed)",
    re.I,
)
_UPPER = "A-Z" + "".join(map(chr, (code for code in range(0xC0, 0x180) if chr(code).isupper())))
_PERSON = rf"[{_UPPER}][\w'’.-]* (?:[{_UPPER}][\w'’.-]* )?[{_UPPER}][\w'’-]+"
_APPOSED = re.compile(
    r"(?:^|,|\band\b|\bincluding\b|\blike\b|\bsuch as\b|-)\s*(?:(?:the|its|their|his|her) )?(?:[a-z-]+ ){0,4}?"
    rf"(?:(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov)\.? [A-Z]\w+|{_PERSON})"
)
_APPOSED_LAST = re.compile(rf"(?:[,\"'”]| (?!(?:the|with|from|near) )[a-z]{{3,}}) (?:(?:Mr|Mrs|Ms|Dr)\.? )?{_PERSON}(?:,|$)")
_APPOSED_WORD = re.compile(r"^, [A-Z][\w'’-]+(?:$| (?:of|from|in)\b)")
_CALLED = re.compile(rf"^(?:called|named) [\"'“]?[{_UPPER}]\w|\bnamed {_PERSON}|@\w")
_NARROWS = re.compile(r"^,?\s*(who|whose|that|which|whom|close to|familiar with|privy to|(?!here|there)\w+(ed|ing|en|own)\b)")
_IN_TOUCH = re.compile(r"^(close|familiar|privy)\b")
_INSIDE = re.compile(r"^(at|in|inside|within|from)\s+((the|a|an|his|her|its|their)\s|[A-Z])")
_AUTHORED = re.compile(r"(\w+(ed|wn|en) )?by ((the|its|their|his|her) |[A-Z])")
_BELONGS = re.compile(r"^(?:(?:at|from|with|for|of|to)\s+(?:the\s+)?[A-Z]|of\s+the\s)")
_PLACE = re.compile(r"^(in|of|at|from|for|on|to|near|with|inside|within|close|around|here|there)\b")
_LEAD_IN = re.compile(r"^(?:according\s+to|in\s+the\s+words\s+of)\s+", re.I)
_SPACE = re.compile(r"\s+")
_NO_ONE = re.compile(r"^no one\b", re.I)
_PEOPLE_NAME = re.compile(r"(ans|crats|ists|ites|aelis|lims|ese)$")
_ADVERB = re.compile(r"^[a-z]+edly$|^apparently$")


def is_pronoun(source: str) -> bool:
    """Whether the span is a pronoun that takes the type of its antecedent. An acronym in capitals ("WHO", "IT") is not."""
    text = plain(source).strip(" ,.:;\"'()")
    if len(text) > 1 and text.isupper():
        return False
    return text.lower() in words("pronouns")


def is_document(source: str) -> bool:
    """Whether the span names a document, which is then the source of what unnamed people say in it."""
    return take_apart(source).lemma in words("studies", "records")


def source_type(text: str, start: int = 0, end: int | None = None, *, names: frozenset[str] = _NO_NAMES) -> SourceType:
    """Classifies a source: a platform alone, a vague body of opinion, a described but unnamed person or group, or a named source.

    Args:
        text: the sentence of the source, or the source alone.
        start, end: its position in the text.
        names: words that the article uses as names: they tell "Rogers" from "rangers" at the start of a sentence.
    """
    source = _SPACE.sub(" ", plain(text[start:end][:MAX_SOURCE_CHARS])).strip(" ,.:;\"'()-")
    source = _NO_ONE.sub("nobody", _LEAD_IN.sub("", source))
    if source.lower() in words("first_person"):
        return "named"
    if is_pronoun(source):
        return "anonymous"
    if _is_hidden(source):
        return "vague"
    opens = not any(mark.isalnum() for mark in text[:start])
    tokens = tokens_of(source)
    while len(tokens) > 1 and tokens[0][0].lower() in words("prepositions"):
        source, opens = source[tokens[1][1] :], False
        tokens = tokens_of(source)
    is_common = _agreement(text[end:] if end else "") if opens else None
    is_titled = source != source.lower() and _is_titled(text)  # without a capital it does not matter
    phrase = take_apart(source, is_common=is_common, is_titled=is_titled, is_sentence=_is_sentence(text), names=names)
    if is_platform(source, phrase):
        return "platform"
    if phrase.is_name and not _is_people(phrase):
        return "named"
    if _WITHHELD.search(source):
        return "anonymous"
    if _names_someone(phrase):
        return "named"
    return _of_plural(phrase) if _is_many(phrase) else _of_singular(phrase)


def _is_sentence(text: str) -> bool:
    return text.rstrip(" \"'”’)").endswith(".")


@lru_cache(maxsize=64)  # of each source of a sentence
def _is_titled(text: str) -> bool:
    """Whether a headline capitalises its words, so that a capital does not show a name."""
    long = [word for word, _ in tokens_of(text) if len(word) > MIN_TITLED_CHARS and word[0].isalpha()]
    return len(long) >= MIN_TITLED_WORDS and sum(word[0].isupper() for word in long) >= TITLED_SHARE * len(long)


def _agreement(after: str) -> bool | None:
    """Whether the verb after a subject is plural ("Rangers say"), if its form tells."""
    found = re.match(r"\s*(?:(?:also|now|still|then)\s+)?([a-z]+)", after)
    if not found or found[1].endswith(("ed", "ing")):
        return None
    verb = found[1]
    if verb in ("has", "is", "was", "does"):
        return False
    if verb in ("have", "are", "were", "do") or (verb in forms() and verb in bases()):
        return True
    return False if verb.endswith("s") and verb in forms() else None


def _is_hidden(text: str) -> bool:
    """A clause of hearsay without a name: "reportedly", "it is believed", "so people say", "studies show"."""
    found = [word.lower() for word, _ in tokens_of(text) if word[0].isalnum()]
    place = unnamed_source(text)
    if (place and place[0] == 0) or _has_no_subject(text, found):
        return True
    if not found or len(found) > MAX_CLAUSE_WORDS or re.search(r"\s[A-Z]", text):
        return False
    if len(found) == 1:
        return bool(_ADVERB.match(found[0])) or (text.islower() and found[0] in participles())
    if found[0].endswith("ly") and found[-1] in participles():
        return True
    if found[0] == "one" and found[1] in forms():
        return True
    if found[0].partition("'")[0] in ("it", "they", "so", "as"):
        return any(word in forms() for word in found[1:])
    subject, verb = found[-2:]
    if found[0] in words("definite", "possessive"):
        return False
    speaks = verb in forms() and not verb.endswith("s") and singular(verb) not in words("studies", "records")
    return (
        (speaks and "'" not in subject and (is_plural(subject) or subject in words("indefinite_pronouns")))
        or (verb in forms() and not is_plural(subject) and subject in words("hearsay"))
        or (subject in ("studies", "research", "surveys", "polls", "reports") and verb in forms())
    )


def _has_no_subject(text: str, found: list[str]) -> bool:
    """Whether the span is only a predicate: "is said to", "there is talk", "word is going round"."""
    if len(found) < 2:
        return False
    first = found[0].partition("'")[0]
    if first in ("it", "there") or first in words("hearsay"):
        return is_auxiliary(found[1])
    return text[0].islower() and (is_auxiliary(found[0]) or found[:2] == ["to", "be"])


def _is_people(phrase: NounPhrase) -> bool:
    """Whether a capitalised head names a people, a party or a creed in the plural, and not a person or a firm."""
    head = phrase.head.lower()
    return (
        phrase.is_name
        and phrase.is_plural
        and len(head) > 5
        and bool(_PEOPLE_NAME.search(head))
        and not any(m[:1].isupper() for m in phrase.modifiers)
    )


def _names_someone(phrase: NounPhrase) -> bool:
    """Whether a name is in apposition to the phrase: "a lawyer, Ana Ruiz", "experts including Ms. Ruiz"."""
    relative = re.search(r",? (who|which|that|whose)\b", phrase.after)
    before = phrase.after[: relative.start()] if relative else phrase.after
    if not phrase.is_plural and (_APPOSED_LAST.search(before) or _APPOSED_WORD.match(before) or _CALLED.search(phrase.after)):
        return True
    is_place = before.partition(" ")[0] in words("prepositions") - {"including", "like"}
    return bool(_APPOSED.search(before)) and not is_place


def _is_many(phrase: NounPhrase) -> bool:
    is_share = phrase.head.lower() in words("numbers", "counts") and not phrase.has("definite")
    return (
        phrase.is_plural
        or not phrase.head
        or is_share
        or phrase.head.lower() in words("indefinite_pronouns")
        or phrase.has("other_quantifiers")
    )


def _is_narrowed(phrase: NounPhrase) -> bool:
    """Whether the group is narrowed down: by a name or field before its head, or by a clause or place after it."""
    if phrase.lemma in words("informant"):
        return any(map(_tells_apart, phrase.modifiers)) or (
            bool(_NARROWS.match(phrase.after) or _INSIDE.match(phrase.after)) and not _IN_TOUCH.match(phrase.after)
        )
    if _NARROWS.match(phrase.after):
        return True
    if phrase.lemma in words("opinion"):
        return bool(_BELONGS.match(phrase.after))
    if any(_tells_apart(word) for word in phrase.modifiers):
        return True
    place = r"[A-Z0-9]" if phrase.lemma == "person" else r"[A-Z0-9]|\b(the|a|an|his|her|its|their|those)\b"
    return bool(_PLACE.match(phrase.after)) and bool(re.search(place, phrase.after))


def _tells_apart(modifier: str) -> bool:
    return modifier.lower() not in words("broad") and not (modifier.islower() and modifier.endswith(("ing", "ed")))


def _of_plural(phrase: NounPhrase) -> SourceType:
    head, lemma = phrase.head.lower(), phrase.lemma
    if not head or head in words("indefinite_pronouns"):
        counted = phrase.has("numbers") or "one" in phrase.determiners or bool(_NARROWS.match(phrase.after))
        counted = counted or ("those" in phrase.determiners and phrase.after.split(" ")[0] in words("prepositions"))
        return "anonymous" if counted else "vague"
    if lemma in words("institutions") or head in words("institutions"):
        return "named"
    if lemma in words("hearsay"):
        return "named" if any(map(_tells_apart, phrase.modifiers)) else "vague"
    if lemma in words("records"):
        return "named"
    is_specific = bool(phrase.modifiers or phrase.after) and (_is_narrowed(phrase) or phrase.has("definite") or phrase.has("possessive"))
    if lemma in words("studies"):
        return "named" if is_specific or phrase.has("definite") or phrase.has("possessive") or phrase.has("numbers") else "vague"
    is_bare = not (phrase.determiners or phrase.modifiers or phrase.after)
    is_known = (_is_thing(phrase) and not is_bare) or (is_body(lemma) and _is_known(phrase))
    if is_known and not phrase.has("vague_quantifiers"):
        return "named"
    if phrase.has("numbers") or "one" in phrase.determiners or "another" in phrase.determiners:
        return "anonymous"
    if phrase.has("vague_quantifiers") and not (phrase.has("definite") and "of" in phrase.determiners):
        return "anonymous" if _NARROWS.match(phrase.after) else "vague"
    if phrase.has("definite") or phrase.has("possessive") or _is_people(phrase):
        return "anonymous"
    return "anonymous" if _is_narrowed(phrase) else "vague"


def _of_singular(phrase: NounPhrase) -> SourceType:
    lemma = phrase.lemma
    if lemma in words("hearsay"):
        return "named" if _has_name(phrase) or any(map(_tells_apart, phrase.modifiers)) else "vague"
    if lemma in words("informant"):
        return "anonymous" if _is_narrowed(phrase) else "vague"
    if lemma in words("studies") or lemma in words("records"):
        return "vague" if phrase.has("vague_quantifiers") else "named"
    if re.match(r"spokes|speaker", lemma):
        return "named"
    if _AUTHORED.match(phrase.after) and not is_person(lemma):
        return "named"
    if phrase.has("vague_quantifiers") and not _NARROWS.match(phrase.after):
        return "vague"
    if phrase.has("indefinite") or phrase.has("numbers"):
        return "named" if _is_thing(phrase) else "anonymous"
    if lemma in words("unspecific") or "my" in phrase.determiners:
        return "anonymous"
    is_some_person = is_person(lemma) and not _is_office(phrase) and lemma not in words("bodies")
    return "anonymous" if (is_some_person or _is_former(phrase)) and not _goes_back(phrase) else "named"


def _goes_back(phrase: NounPhrase) -> bool:
    """Whether it is "the" and a noun, which refers to somebody named before: "the actress", but not "the actress's sister"."""
    is_owned = phrase.has("possessive") or any(word.endswith(("'s", "s'")) for word in phrase.modifiers)
    return phrase.has("definite") and not is_owned


def _is_known(phrase: NounPhrase) -> bool:
    """Whether it tells which ones: "both port boards", "UN agencies"."""
    is_all = phrase.has("definite") or "both" in phrase.determiners
    return is_all or any(word.isupper() for word in phrase.modifiers)


def _is_office(phrase: NounPhrase) -> bool:
    """Whether the phrase identifies one person by the office: "the mayor", "the attorney general", "the head teacher"."""
    before = {word.lower() for word in phrase.modifiers}
    return is_office(phrase.lemma) or bool(before & {"head", "chief"}) or (phrase.lemma == "general" and any(map(is_person, before)))


def _is_former(phrase: NounPhrase) -> bool:
    """Whether it is a former holder of the office: one of many."""
    return any(word.lower() in words("former") for word in phrase.modifiers)


def _is_thing(phrase: NounPhrase) -> bool:
    """Whether the head is a document, a measurement or the like, which speaks for unnamed people."""
    lemma = phrase.lemma
    is_human = (
        is_person(lemma)
        or is_group(lemma)
        or any(lemma in words(kind) for kind in ("unspecific", "opinion", "informant", "counts", "numbers"))
    )
    return is_common_noun(lemma) and not is_human and not phrase.after.startswith("who")


def _has_name(phrase: NounPhrase) -> bool:
    return any(word[:1].isupper() for word in phrase.modifiers) or bool(re.search(r"[A-Z]", phrase.after))
