"""Classifies an article as news, opinion, satire, a press release, a listing or other, and caps the level of opinion and satire.

The features are the model's scores of its sentences and how it is written (`data.text.register`); no second model pass is needed.
"""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from presscheck.data.schema import Genre as GenreName
from presscheck.data.text.quotation import paragraphs_of
from presscheck.data.text.register import FUNCTION_WORDS, SHARES, register_of
from presscheck.serve.manifest import GenreModel
from presscheck.serve.record import FLAGGED_VERDICTS, Genre, Headline, Reason, Risk, ScoredSegment

MIN_SENTENCES = 3  # a shorter text may be anything
CAPPED: Mapping[GenreName, str] = {
    "opinion": "This reads as opinion ({p:.0%}), which may judge without a source: the level is at most elevated. {look}",
    "satire": "This reads as satire ({p:.0%}), which reports nothing: the level is at most elevated. {look}",
}
CODE = "genre"
_FARTHEST = 3.0  # bound on a feature, in standard deviations from the average article
_LONG_WORDS = 1000
_OPENING_CHARS = 200
_MARK_WORDS = 9  # a line that marks the text is a byline or a label, not a sentence
_SPEAKS = re.compile(r"\b(?:I|[Mm]y|[Ww]e|[Oo]ur|[Yy]ou|[Yy]our)\b")
_OPINION = re.compile(r"\b(?:opinion|editorial|op-ed|column(?:ist)?|comment|commentary|leader|letters?|review)\b", re.I)
_RELEASE = re.compile(
    r"\b(?:immediate release|press release|media contact|statement (?:of|from|by|on)|notice (?:of|from)|today announce[sd]|announced today"
    r"|today launch\w*|unveil(?:s|ed))\b",
    re.I,
)
GENRE_FEATURES: tuple[str, ...] = (
    *("claim", "attributed", "needs_source", "loaded", "headline_sensational", "headline_loaded", "headline_question"),
    *("headline_speaks", "marked_opinion", "marked_release", "words"),
    *SHARES,
    *(f"word_{word}" for word in FUNCTION_WORDS),
)


def _is_marked_opinion(headline: str, opening: str) -> bool:
    lines = [headline.partition(":")[0], *opening.split("\n")]
    return any(len(line.split()) <= _MARK_WORDS and _OPINION.search(line) for line in lines if line != headline)


def genre_features(headline: Headline, segments: Sequence[ScoredSegment], body: str) -> dict[str, float]:
    """The features of a judged article with a headline and at least one sentence, each 0..1."""
    claims = sum(s.claim or 0.0 for s in segments)
    texts = [s.text for s in segments]
    opening = body[:_OPENING_CHARS]
    return {
        "claim": claims / len(segments),
        "attributed": sum((s.claim or 0.0) * (s.attributed or 0.0) for s in segments) / max(claims, 1.0),
        "needs_source": sum((s.claim or 0.0) * (s.needs_source or 0.0) for s in segments) / max(claims, 1.0),
        "loaded": sum(s.loaded or 0.0 for s in segments) / len(segments),
        "headline_sensational": headline.sensational or 0.0,
        "headline_loaded": headline.loaded or 0.0,
        "headline_question": float((headline.form or "").endswith("question")),
        "headline_speaks": float(bool(_SPEAKS.search(headline.text))),
        "marked_opinion": float(_is_marked_opinion(headline.text, opening)),
        "marked_release": float(bool(_RELEASE.search(f"{headline.text}\n{opening}"))),
        "words": min(sum(len(text.split()) for text in texts) / _LONG_WORDS, 1.0),
        **register_of(texts, paragraphs_of(body, [(s.start, s.end) for s in segments])),
    }


def standardised(value: float, *, mean: float, scale: float) -> float:
    """A feature standardised for the genre model: standard deviations from the average article, bounded."""
    return min(max((value - mean) / scale, -_FARTHEST), _FARTHEST)


def genre_probabilities(values: Mapping[str, float], model: GenreModel) -> dict[GenreName, float]:
    """The probability of each genre that the model knows."""
    sums = list(model.intercepts)
    for name, feature in model.features.items():
        value = standardised(values[name], mean=feature.mean, scale=feature.scale)
        sums = [so_far + weight * value for so_far, weight in zip(sums, feature.weights, strict=True)]
    logits = np.array(sums)
    odds = np.exp(logits - logits.max())
    return dict(zip(model.genres, (odds / odds.sum()).tolist(), strict=True))


def genre_of(
    headline: Headline, segments: Sequence[ScoredSegment], body: str, *, model: GenreModel, is_in_turns: bool = False
) -> Genre | None:
    """The likeliest genre of a judged article; None where it is too short to tell.

    Args:
        is_in_turns: whether the body is an interview or a transcript. Its "I" is not the author's, so that what reads as opinion is news.
    """
    if len(segments) < MIN_SENTENCES:
        return None
    probabilities = genre_probabilities(genre_features(headline, segments, body), model)
    if is_in_turns and "opinion" in probabilities:
        probabilities["news"] = probabilities.get("news", 0.0) + probabilities.pop("opinion")
    value = max(probabilities, key=lambda name: probabilities[name])
    return Genre(value=value, p=round(probabilities[value], 6))


def with_cap(risk: Risk, genre: Genre | None, segments: Sequence[ScoredSegment], *, model: GenreModel | None) -> Risk:
    """The risk with its level lowered to `elevated` where the article is opinion or satire, and the reason; `risk.p` stays."""
    reasons = [reason for reason in risk.reasons if reason.code != CODE]
    if model is None or genre is None or risk.level != "high" or genre.value not in CAPPED or genre.p < model.cap:
        return risk.model_copy(update={"reasons": reasons})
    points = [i for i, s in enumerate(segments) if s.verdict == "not_a_claim"]
    look = "These sentences judge or tell and claim nothing."
    if not points:
        points = [i for i, s in enumerate(segments) if s.verdict in FLAGGED_VERDICTS]
        look = "What it states as fact still needs a look." if points else "Look at the headline."
    message = CAPPED[genre.value].format(p=genre.p, look=look)
    return risk.model_copy(update={"level": "elevated", "reasons": [*reasons, Reason(code=CODE, message=message, segments=points)]})
