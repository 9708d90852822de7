"""Tells apart the teller and the person told, dummy subjects ("it"), and the author's own comments."""

import re

from presscheck.data.text.lexicon import forms, words
from presscheck.data.text.noun_phrase import tokens_of
from presscheck.data.text.source_bounds import BOUNDARY, Range, trim

_MODAL = r"(?:should|must|can|could|may|might|ought\s+to|has\s+to|have\s+to|needs?\s+to)\s+(?:\w+\s+)?be"
_COMMENT = re.compile(rf"\W*(?:(?:and|but|here|also)\s+)?it\s+{_MODAL}\s+\w+(?:\s+\w+)?\s+that\b", re.I)
_DUMMY = re.compile(
    rf"\s*(?:'s|’s|\s(?:is|was|has\s+been|had\s+been|seems|appears|turns?\s+out|{_MODAL}))\b"
    r".{0,60}?(?:\bthat\b|\bwhether\b|\bto\b|[,.]|$)",
    re.I,
)
_LAST_VERB = re.compile(r"(?:^|\s)(?P<verb>\w+)(?P<to>\s+to)?\s+$")
_IN = re.compile(r"\b(?:in|on|during|at|after)\s+$", re.I)


def _verb_before(text: str, start: int) -> re.Match[str] | None:
    return _LAST_VERB.search(text[:start])


def is_told(text: str, start: int, end: int) -> bool:
    """Whether the span is the person told: "told the agency", "said to reporters", "the agency was told"."""
    before = _verb_before(text, start)
    if before:
        verb = before["verb"].lower()
        has_subject = verb in ("told", "tell", "tells", "telling") or text[: before.start("verb")].rstrip()[-1:].isalnum()
        if not has_subject:
            return False  # "…, informed the operator": the verb precedes its subject
        if verb in forms("told") and not before["to"]:
            return True
        if before["to"] and verb in forms() and not re.search(r"\b(?:is|are|was|were|be|been)\s+\w+\s+to\s+$", text[:start], re.I):
            return True
    after = re.match(r"\s+(?:is|are|was|were|has\s+been|have\s+been|had\s+been)\s+(?:\w+ly\s+)?(?P<verb>\w+)", text[end:])
    return after is not None and after["verb"].lower() in forms("told")


def is_dummy(text: str, start: int, end: int) -> bool:
    """Whether the span is a dummy "it": "it is said that", "it seems that"."""
    return text[start:end].lower() in ("it", "it's", "it’s") and bool(_DUMMY.match(text[start + 2 :]))


def is_comment(text: str) -> bool:
    """Whether the sentence starts as the author's own comment: "it should be noted that", which has no other speaker."""
    return bool(_COMMENT.match(text))


def is_medium(text: str, start: int) -> bool:
    """Whether a span follows "in" or "on", as the medium of a statement: "said in a statement"."""
    return bool(_IN.search(text[:start]))


def split_telling(text: str, start: int, end: int) -> Range:
    """The part before the verb, of a span from the teller to the person told."""
    for word, at in tokens_of(text[start:end]):
        if at and word in forms("told"):
            return start, start + len(text[start : start + at].rstrip())
    return start, end


def teller(text: str) -> Range | None:
    """The subject of a telling: the words before "told", from the last boundary on; a clause between commas belongs to them."""
    for word, at in tokens_of(text):
        if word in forms("told") and not word.endswith("ing"):
            subject = re.sub(r"(?:\s+(?:has|have|had|also|later|then|now|once|\w+ly))+\s*$", "", text[:at]).rstrip()
            if re.search(r"\b(?:is|are|was|were|be|been|being|to|not)$", subject):
                continue
            if subject.endswith(","):
                clause = re.search(r",\s+(?:who|which|whose)\b[^,]*,$|,[^,]*,$", subject)
                subject = subject[: clause.start()] if clause else subject[:-1]
            boundary = list(BOUNDARY.finditer(subject))
            start = boundary[-1].end() if boundary else 0
            inner = re.search(r"\b(?:that|but|and|as|because|while|when|after)\s+(?=[^\s].*$)", subject[start:])
            if inner and inner.group().strip() != "and":
                start += inner.end()
            span = trim(text, start, len(subject))
            if span[0] < span[1] and text[slice(*span)].lower() not in words("relative") - words("pronouns"):
                return span
    return None
