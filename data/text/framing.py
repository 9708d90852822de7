"""Computes the features that tell the type of a framing span, from its words and their context."""

import re
from collections.abc import Mapping

from presscheck.data.text.normalise import plain
from presscheck.data.text.parts_of_speech import is_base, is_common_noun, is_finite, is_participle, is_third_person
from presscheck.data.text.words import word_set

_WORD = re.compile(r"[a-z0-9']+")
_ENDING = re.compile(r"(?:ing|ed|es|s)$")
_YOU = word_set("you your yours you're you'll you've you'd yourself yourselves")
_QUOTES = "\"'"
_MIN_STEM = 5
MAX_SPAN_CHARS = 300


def framing_features(headline: str, start: int, end: int) -> Mapping[str, float]:
    """Named features of the framing words at these offsets; those that are 0 are left out."""
    text = plain(headline)
    span, before, after = text[start:end][:MAX_SPAN_CHARS], text[:start], text[end:]
    words = _WORD.findall(span.lower())
    found: dict[str, float] = dict.fromkeys((f"word {_stem(word)}" for word in words), 1.0)
    for name, listed in (("before", _WORD.findall(before.lower())[-1:]), ("after", _WORD.findall(after.lower())[:1])):
        found |= {f"{name} {word}": 0.7 for word in listed}
    if words:
        found |= {f"first {words[0]}": 1.0, f"last {words[-1]}": 1.0}
    found["words"] = min(len(words), 10) / 5
    return found | {name: 1.0 for name, holds in _signs(span, words, before, after).items() if holds}


def _signs(span: str, words: list[str], before: str, after: str) -> dict[str, bool]:
    first, last = (words[0], words[-1]) if words else ("", "")
    is_quoted = span[:1] in _QUOTES and span[-1:] in _QUOTES
    return {
        "asks": "?" in span,
        "asked": after.strip("\"' !.").startswith("?"),
        "question": "?" in before + span + after,
        "quoted": is_quoted or (before[-1:] != "" and before[-1:] in _QUOTES and after[:1] != "" and after[:1] in _QUOTES),
        "you": bool(_YOU & set(words)),
        "exclaims": "!" in span,
        "capitals": span.isupper(),
        "number": any(word.isdigit() for word in words),
        "one word": len(words) == 1,
        "opens": not _WORD.search(before.lower()),
        "closes": not _WORD.search(after.lower()),
        "behind a colon": before.rstrip().endswith(":"),
        "before a colon": after.startswith(":"),
        "behind a comma": before.rstrip().endswith(","),
        "base form first": is_base(first),
        "participle first": is_participle(first),
        "third person first": is_third_person(first),
        "finite": any(map(is_finite, words)),
        "noun last": is_common_noun(last),
    }


def _stem(word: str) -> str:
    return _ENDING.sub("", word) if len(word) >= _MIN_STEM else word
