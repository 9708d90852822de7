"""Recognises the author's speculation, and claims of unnamed sources, by their words: by rule, never trained."""

import re
from collections.abc import Callable
from functools import cache

from presscheck.data.text.lexicon import participles, read_words, words
from presscheck.data.text.normalise import fold, plain

MAX_SENTENCE_CHARS = 2000  # the rest of a longer "sentence" is not searched


_ADVERB = r"(?:\s+(?:\w+ly|also|now|often|still|long|since|later|first|already|once|being|even))*"
_BE = rf"(?:'s|\s+is|\s+was|\s+(?:has|had){_ADVERB}\s+been)"
_IT_IS_SAID = re.compile(rf"\b(?:(?:as\s+)?it{_BE}|as\s+(?:is|was|has{_ADVERB}\s+been)){_ADVERB}\s+(?P<verb>\w+(?:\s+out)?)\b", re.I)
_SAID_TO = re.compile(
    rf"\b(?:is|are|was|were|has\s+been|have\s+been|had\s+been){_ADVERB}\s+(?P<verb>\w+)"
    r"(?:\s+by\s+(?:many|some|most|experts))?\s+to\s+(?P<next>\w+)",
    re.I,
)
_HAS_IT = re.compile(r"\b(?P<noun>\w+)\s+(?:has\s+it|goes\s+that)\b", re.I)
_FOLLOWING = re.compile(r"(?: ?[\w'-]+){1,4}")  # words without punctuation between
_WORD = re.compile(r"\b[a-z]+edly\b", re.I)
_SPACE = re.compile(r"\s+")
_PARTICIPLE = re.compile(r"(?:ed|en|wn|id|ld|ght|nd)$")
_NO_RAISING = frozenset(("supposed", "expected", "known", "hoped", "heard"))


@cache
def _speculation() -> re.Pattern[str]:
    read = dict(read_words("hedging.yaml"))
    modal = "|".join(read.pop("modal"))
    return re.compile(f"{modal}|(?i:{'|'.join(pattern for kind in read.values() for pattern in kind)})")


def is_speculation(sentence: str) -> bool:
    """Whether the author marks the sentence as an inference or a guess."""
    return speculative_words(sentence) is not None


def speculative_words(sentence: str) -> str | None:
    """The words that mark the sentence as an inference or a guess, with a few that follow; None if there are none."""
    text = plain(sentence[:MAX_SENTENCE_CHARS])
    text = _SPACE.sub(" ", text.lower() if text.isupper() else text)
    found = _speculation().search(text)
    if not found:
        return None
    following = _FOLLOWING.match(text, found.end())
    return text[found.start() : following.end() if following else found.end()].strip()


def unnamed_source(sentence: str, *, is_cue: Callable[[int, int], bool] | None = None) -> tuple[int, int] | None:
    """The words that hide the source: "reportedly", "it is believed", "is said to" and the like; None if there are none.

    Args:
        is_cue: whether the words at these offsets attribute something, by the model; it adds to the verbs that the rule knows.
    """
    text = fold(sentence[:MAX_SENTENCE_CHARS])
    places = [*_adverbs(text), *_dummies(text, is_cue or (lambda *_: False)), *_raised(text)]
    return min(places, default=None)


@cache
def _hearsay_adverbs() -> frozenset[str]:
    return frozenset(f"{verb}ly" for verb in participles("thought") if verb.endswith("ed")) | {"purportedly"}


def _adverbs(text: str) -> list[tuple[int, int]]:
    if "edly" not in text.casefold():  # few sentences have one, and a search for it is slow
        adverbs = []
    else:
        adverbs = [found for found in _WORD.finditer(text) if found.group().lower() in _hearsay_adverbs()]
    hearsay = [found for found in _HAS_IT.finditer(text) if found["noun"].lower() in words("hearsay")]
    return [found.span() for found in (*adverbs, *hearsay)]


def _dummies(text: str, is_cue: Callable[[int, int], bool]) -> list[tuple[int, int]]:
    """A dummy subject, a form of "be" and a verb of saying or thinking: "it is believed that", "…, it is feared, …".

    With "that" any such verb counts; without it only one without another reading ("it was read", "it was found in the yard").
    """
    places = []
    for found in _IT_IS_SAID.finditer(text):
        verb = re.sub(r"\s+", " ", found["verb"].lower())
        after = text[found.end() :]
        is_thought = verb in participles("thought")
        if re.match(r"\s+that\b|\s+(?!by\b)(?:\w+\s+){1,6}that\b", after):
            holds = is_thought or verb in participles() or (bool(_PARTICIPLE.search(verb)) and is_cue(*found.span("verb")))
        elif re.match(
            r"\s+(?:(?:only|just|\w+ly)\s+)?(?:by|of|as|with|from|for|in|on|at|into|to\s+(?:the|an?|its|his|her|their))\b",
            after,
        ):
            holds = False
        else:
            is_inserted = text[: found.start()].rstrip()[-1:] in set(",-\u2013\u2014(")
            is_over = bool(re.match(r"\s*(?:[,;)\u2013\u2014-]|\W*$)", after))
            holds = is_thought or (is_inserted and is_over and (verb in participles() or is_cue(*found.span("verb"))))
        if holds:
            places.append((found.start(), found.end("verb")))
    return places


def _raised(text: str) -> list[tuple[int, int]]:
    """A verb of thinking in the passive with an infinitive: "the plant is said to have been sold"."""
    places = []
    for found in _SAID_TO.finditer(text):
        verb, following = found["verb"].lower(), found["next"]
        is_infinitive = following.islower() and not any(
            following in words(kind) for kind in ("definite", "possessive", "indefinite", "pronouns")
        )
        if verb in participles("thought") and verb not in _NO_RAISING and is_infinitive:
            places.append((found.start(), found.end("verb")))
    return places
