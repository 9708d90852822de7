"""Finds what a headline string holds besides the headline: a label before it, the name of a section or site after it.

By shape, never by name: in doubt a part stays in the headline.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from presscheck.data.text.normalise import fold
from presscheck.data.text.parts_of_speech import is_base, is_common_noun, is_finite
from presscheck.data.text.words import word_set

PartKind = Literal["label", "site"]

_MIN_WORDS = 3  # minimum length of the headline itself; a shorter rest may be half of it
_MAX_TAIL_WORDS = 5
_MAX_LABEL_WORDS = 4
SEPARATOR = re.compile(r"\s+(\||-|::|·|•|»|>)\s+|\s*\|\s*")
_SEPARATES = re.compile("[|:·•»>-]")  # in every separator; the pattern of one is slow where there is none
_DASH = "-"
_BRACKETED = re.compile(r"\s*(?:\[[^\[\]]{1,30}\]|\([A-Z][\w ]{1,30}\)|【[^【】]{1,30}】)[\s:-]*(?=[^\sa-z])")
_NUMBERED = re.compile(r"\s*(?:[A-Z]{3,}\s*/?\s*){1,4}\d{0,3}-(?=[^\Wa-z]|[\"'])")
_CAPITALS = re.compile(r"\s*((?:[A-Z]{2,}\s+){0,3}[A-Z]{2,}):\s+(?=\S)")
_LEADING = re.compile(r"\s*([^|]{1,40}?)\s*\|\s*(?=\S)")
_MEDIUM = re.compile(r"(photo|picture|image|video|audio|graphic|map|gallery|podcast)s?$", re.I)
_RUNNING = re.compile(r"\w+(ing|ive)$", re.I)  # "BREAKING", "EXCLUSIVE", "LIVE"
_DOMAIN = re.compile(r"(www\.)?[\w-]+(\.[a-z]{2,})+$", re.I)
_CONNECTOR = word_set("of and the for in on at de la le el & +")
_MIN_CAPITALS = 6  # letters before a hyphen: a shorter word in capitals is an acronym ("US-China talks")


@dataclass(frozen=True, slots=True)
class HeadlinePart:
    """A stretch of the headline string that is not the headline."""

    start: int
    end: int
    kind: PartKind


def _words(text: str) -> list[str]:
    return [word.strip("\"'.,:;!?()[]") for word in text.split()]


def _is_title(words: list[str]) -> bool:
    """Whether all words but connectors are capitalised, or the whole is an internet domain."""
    content = [word for word in words if word.lower() not in _CONNECTOR]
    return bool(content) and all(word[:1].isupper() or word[:1].isdigit() or _DOMAIN.match(word) for word in content)


def _states(words: list[str]) -> bool:
    """Whether some word after the first is a verb that a subject takes: then it is a clause and not a name."""
    return any(is_finite(word) and not is_common_noun(word) for word in words[1:])


def _is_name_behind_bar(tail: str) -> bool:
    words = _words(tail)
    is_short = 0 < len(words) <= _MAX_TAIL_WORDS and tail.rstrip()[-1] not in "?!…:"
    return is_short and not tail[0].islower() and _is_title(words) and not _states(words)


def _is_name_behind_dash(head: str, tail: str) -> bool:
    """A dash may also precede a speaker ("… - Ana Ruiz") or be inside the headline: only a name that ends in a common noun is a site."""
    words = _words(tail)
    if len(words) == 1 and _DOMAIN.match(tail):
        return True
    if not _is_name_behind_bar(tail) or re.search(r"\"|(?<!\w)'|\d$", head):
        return False
    is_named = words[0] == "The" or is_common_noun(words[-1]) or is_base(words[-1])
    return len(words) >= 2 and is_named and len(_words(head)) >= _MIN_WORDS


def before_site(text: str, site: str) -> int | None:
    """The end of a text without a closing separator and site's name; None if it has none."""
    text, site = fold(text).rstrip(), fold(site).strip()
    if not text.casefold().endswith(site.casefold()):
        return None
    head = text[: len(text) - len(site)].rstrip() + " "
    return next((m.start() for m in SEPARATOR.finditer(head) if m.end() == len(head) and m.start()), None)


def _tail(text: str, site: str | None) -> int:
    """The start of a site's name and its separator; the length of the text if there is none."""
    end = len(text.rstrip())
    named = before_site(text, site) if site else None
    if named:
        return named
    if not _SEPARATES.search(text):
        return len(text)
    for mark in reversed(list(SEPARATOR.finditer(text, 0, end))):
        head, tail = text[: mark.start()], text[mark.end() : end]
        if len(_words(head)) < 2 or not tail:
            break
        if mark[1] == _DASH and end == len(text.rstrip()):
            end = mark.start() if _is_name_behind_dash(head, tail) else end
            break
        if mark[1] != _DASH and len(_words(head)) >= _MIN_WORDS and _is_name_behind_bar(tail):
            end = mark.start()
        else:
            break
    return end if end < len(text.rstrip()) else len(text)


def _label(text: str) -> int:
    """The start of the headline after a label; 0 if there is none."""
    bracketed = _BRACKETED.match(text)
    if bracketed and len(_words(bracketed[0])) <= _MAX_LABEL_WORDS:
        return bracketed.end()
    if text.upper() == text:
        return 0  # capitals tell nothing if all words have them
    numbered = _NUMBERED.match(text)
    if numbered and (numbered[0][-2].isdigit() or sum(c.isalpha() for c in numbered[0]) >= _MIN_CAPITALS):
        return numbered.end()
    capitals = _CAPITALS.match(text)
    if capitals and _is_label(capitals[1].split()):
        return capitals.end()
    leading = _LEADING.match(text)
    if leading and len(_words(leading[1])) < _MIN_WORDS and _is_name_behind_bar(leading[1]):
        return leading.end()
    return 0


def _is_label(words: list[str]) -> bool:
    """Whether words in capitals are a label: an event in progress or a medium; a noun may be a speaker ("POLICE:")."""
    is_running = len(words) == 1 and bool(_RUNNING.match(words[0]))
    return is_running or bool(_MEDIUM.match(words[-1])) or (len(words) > 1 and words[0] == "AS")


def headline_parts(headline: str, *, site: str | None = None) -> list[HeadlinePart]:
    """Labels and site names around a headline, with their separators; the rest is the headline itself.

    Args:
        site: the site's name, if the headline's page gives it.
    """
    return list(_parts(headline, site))


@lru_cache(maxsize=16)  # several rules ask for the same headline
def _parts(headline: str, site: str | None) -> tuple[HeadlinePart, ...]:
    text = fold(headline.replace(" » ", " > "))  # folding turns it into a quotation mark
    start = _label(text)
    if start and len(_words(text[start:])) < _MIN_WORDS:
        start = 0
    end = start + _tail(text[start:], site)
    label = (HeadlinePart(0, start, "label"),) if start else ()
    return (*label, HeadlinePart(end, len(headline), "site")) if end < len(headline) else label


def bare_headline(headline: str, parts: list[HeadlinePart]) -> str:
    """The headline with its other parts blanked out, as the model reads it. The result has the length of the input."""
    for part in parts:
        headline = headline[: part.start] + " " * (part.end - part.start) + headline[part.end :]
    return headline
