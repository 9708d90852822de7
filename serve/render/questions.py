"""What to ask of a flag: a question to the author that quotes the words it is about. The record does not hold it."""

from collections.abc import Mapping

from pydantic import BaseModel, Field

from presscheck.data.text.claim_kind import ClaimKind, claim_of
from presscheck.data.text.hedging import speculative_words
from presscheck.serve.record import Headline, Record, ScoredSegment

_OF_CLAIMS: Mapping[ClaimKind, str] = {
    "exclusive": "Who else can confirm what stands behind “{}”?",
    "allegation": "Who makes the allegation “{}”, and what do those accused say to it?",
    "motive": "How is the motive known: “{}”?",
    "cause": "Who established that this is the cause: “{}”?",
    "number": "Where does the figure “{}” come from?",
    "superlative": "By whose comparison is it “{}”?",
    "other": "Who says so: “{}”?",
}
_CLAUSES = ("motive", "cause", "other")  # their words are a clause, of which only the beginning may be quoted
_QUOTES = "\"“”'‘’"
_SINGLE = str.maketrans(dict.fromkeys('"“”', "'"))
_COUNTED = "Who counted “{}”?"
_VAGUE = "Who stands behind “{}”, and how do they know?"
_PLATFORM = "Who posted it on “{}”, and who has checked it?"
_SPECULATION = "What is this inference based on: “{}”?"
_FRAMED = "What would the headline lose without “{}”?"
_UNFRAMED = "What would a plain headline say?"
_MISSING = "Where does the body say “{}”?"
_UNSUPPORTED = "Which sentence of the body reports what the headline states?"


class Questions(BaseModel):
    """What an editor may ask the author of a record's flags."""

    headline: list[str] = Field(
        description="Of the headline's framing, and of what its body does not report; empty where neither is flagged"
    )
    segments: list[str | None] = Field(description="Of each segment in its order; null where it is not flagged")


def questions_of(record: Record) -> Questions:
    """What to ask of a record's flags."""
    title = record.headline
    asked = [] if title is None else [framing_question(title), support_question(title)]
    return Questions(headline=[question for question in asked if question], segments=[question_of(segment) for segment in record.segments])


def question_of(segment: ScoredSegment) -> str | None:
    """What to ask of a flagged sentence; None where it is not flagged."""
    if not segment.flagged:
        return None
    if segment.verdict == "vague_source" and segment.source is not None:
        return (_PLATFORM if segment.source.type == "platform" else _VAGUE).format(_quoted(segment.source.text))
    guess = speculative_words(segment.text) if segment.verdict == "speculation" else None
    if guess is not None:
        is_cut = not segment.text.rstrip("\"”'’.!? \n").endswith(guess.rpartition(" ")[2])
        return _SPECULATION.format(_quoted(guess) + (" …" if is_cut else ""))
    claim = claim_of(segment.text)
    template = _COUNTED if claim.is_counted else _OF_CLAIMS[claim.kind]
    is_cut = claim.kind in _CLAUSES and segment.text[claim.end : claim.end + 1].isspace()
    return template.format(_quoted(segment.text[claim.start : claim.end]) + (" …" if is_cut else ""))


def framing_question(headline: Headline) -> str | None:
    """What to ask of the words that a headline's flag is based on; None where it is not flagged."""
    if not headline.flagged:
        return None
    return _FRAMED.format("”, “".join(_quoted(cue.text) for cue in headline.cues)) if headline.cues else _UNFRAMED


def support_question(headline: Headline) -> str | None:
    """What to ask where the body reports less than the headline states; None where it reports it, or could not be judged."""
    if headline.support is None or headline.support.verdict == "supported":
        return None
    missing = headline.support.missing
    return _MISSING.format("”, “".join(_quoted(words.text) for words in missing)) if missing else _UNSUPPORTED


def _quoted(text: str) -> str:
    """The words on one line, without quotation marks around them, and single ones within."""
    shown = " ".join(text.split())
    if len(shown) > 2 and shown[0] in _QUOTES and shown[-1] in _QUOTES:
        shown = shown[1:-1]
    return shown.translate(_SINGLE)
