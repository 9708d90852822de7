"""Whether a source is a platform, or an unnamed message on one."""

import re
from functools import cache

from presscheck.data.text.lexicon import either, words
from presscheck.data.text.noun_phrase import NounPhrase, singular, tokens_of


def is_platform(text: str, phrase: NounPhrase) -> bool:
    """A platform's name alone, or an anonymous post: without an owner, and without a name but the platform's."""
    lower = text.lower()
    rest = _platforms().sub("", lower)
    is_bare = rest != lower and not re.search(r"\w", re.sub(r"\b(?:and|or|the|on)\b", "", rest))
    if is_bare or lower in words("platforms"):
        return True
    others = any(word[0].isupper() and word.lower() in rest for word, at in tokens_of(text) if at)
    has_owner = phrase.has("possessive") and "my" not in phrase.determiners
    if others or has_owner or any(word.lower().endswith(("'s", "s'")) for word in phrase.modifiers):
        return False
    if rest != lower and not phrase.is_name:
        return True
    if phrase.lemma in words("posts") or (phrase.lemma in words("places") and _circulating().search(lower)):
        return True
    return _stands_on_page(phrase)


def _stands_on_page(phrase: NounPhrase) -> bool:
    """Whether it is a message or a person on a page or in a group: "a message in the fans' group", "somebody on a forum"."""
    found = re.match(r"(?:on|in|from|at)\b(.*)", phrase.after)
    if not found or not (phrase.lemma in words("places") or phrase.head.lower() in words("indefinite_pronouns")):
        return False
    pages = words("places", "posts")
    return any(singular(word.lower()) in pages for word, _ in tokens_of(found[1]))


@cache
def _circulating() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{either('circulating')})\b")


@cache
def _platforms() -> re.Pattern[str]:
    """Names of platforms that are not other words; "X" counts after "on"."""
    names = sorted(words("platforms") - words("common_platforms"), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b|\b(?:on|via|from) x\b")
