"""From probabilities, spans and rules to the verdict of each sentence of a body."""

from collections.abc import Sequence
from dataclasses import dataclass

from presscheck.data.text.caption import ends_in_credit
from presscheck.data.text.hedging import is_speculation, unnamed_source
from presscheck.data.text.source_type import SourceType, is_pronoun, source_type
from presscheck.serve.predict import SegmentScores
from presscheck.serve.record import FLAGGED_VERDICTS, ScoredSegment, Source, Verdict
from presscheck.serve.spans import find_spans

_RANK: dict[SourceType, int] = {"named": 0, "anonymous": 1, "vague": 2, "platform": 3}
_LIKELIER_THAN_NOT = 0.5
_SURE = 0.9  # a line with a picture credit is a caption unless the model is sure that it claims something


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a body with the model's calibrated scores."""

    start: int
    end: int
    text: str
    scores: SegmentScores


def _own_source(sentence: Sentence, antecedent: Source | None, *, span_threshold: float) -> Source | None:
    """The best source that the sentence names itself: named before anonymous before vague before a platform, then the longest."""
    found: list[Source] = []
    for span in find_spans(sentence.scores, sentence.text, "source", threshold=span_threshold):
        text = sentence.text[span.start : span.end]
        kind = antecedent.type if antecedent and is_pronoun(text) else source_type(text)
        found.append(
            Source(
                start=sentence.start + span.start,
                end=sentence.start + span.end,
                text=text,
                type=kind,
                carried_over=False,
            )
        )
    return min(found, key=lambda source: (_RANK[source.type], source.start - source.end)) if found else None


def _hidden_source(sentence: Sentence) -> Source | None:
    """A vague source by rule: "reportedly", "it is believed" and the like."""
    place = unnamed_source(sentence.text)
    if place is None:
        return None
    start, end = place
    return Source(
        start=sentence.start + start,
        end=sentence.start + end,
        text=sentence.text[start:end],
        type="vague",
        carried_over=False,
    )


def _verdict(sentence: Sentence, *, source: Source | None, is_attributed: bool) -> Verdict:
    """The first that matches; thresholds of a policy have no say in it."""
    if sentence.scores.labels["claim"] < (_SURE if ends_in_credit(sentence.text) else _LIKELIER_THAN_NOT):
        return "not_a_claim"
    if source is not None and source.type in ("vague", "platform"):
        return "vague_source"
    if is_attributed:
        return "attributed"
    if is_speculation(sentence.text):
        return "speculation"
    return "unsourced" if sentence.scores.labels["needs_source"] >= _LIKELIER_THAN_NOT else "own_account"


def judge(sentences: Sequence[Sentence], *, threshold: float, span_threshold: float) -> list[ScoredSegment]:
    """Verdicts for the sentences of one body, in order.

    An attributed sentence without a source of its own carries over that of the attributed sentence before it.

    Args:
        threshold: the policy's threshold on `unsourced`: it decides what is flagged, not the verdict.
        span_threshold: probability from which a word belongs to a source.
    """
    segments: list[ScoredSegment] = []
    previous: Source | None = None  # the source that a running quotation or a pronoun goes back to
    for sentence in sentences:
        labels = sentence.scores.labels
        is_attributed = labels["attributed"] >= _LIKELIER_THAN_NOT
        own = _own_source(sentence, previous, span_threshold=span_threshold)
        hidden = _hidden_source(sentence) if own is None or own.type in ("vague", "platform") else None
        source = (own if is_attributed else None) or hidden
        if source is None and is_attributed and previous is not None:
            source = previous.model_copy(update={"carried_over": True})
        attributed = 0.0 if source is not None and source.type in ("vague", "platform") else labels["attributed"]
        unsourced = labels["claim"] * (1.0 - attributed) * labels["needs_source"]
        verdict = _verdict(sentence, source=source, is_attributed=is_attributed)
        segments.append(
            ScoredSegment(
                start=sentence.start,
                end=sentence.end,
                text=sentence.text,
                claim=round(labels["claim"], 6),
                attributed=round(labels["attributed"], 6),
                needs_source=round(labels["needs_source"], 6),
                loaded=round(labels["loaded"], 6),
                unsourced=round(unsourced, 6),
                verdict=verdict,
                flagged=verdict in FLAGGED_VERDICTS and unsourced >= threshold,
                source=source,
            )
        )
        if is_attributed and source is not None:
            previous = source if source.carried_over or not is_pronoun(source.text) else (previous or source)
        elif verdict != "not_a_claim":
            previous = None
    return segments
