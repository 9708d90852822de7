"""Computes the risk of an article from named features of its scores, each of which can be a reason.

Every feature is bounded: a probability, a yes or no, or a share of the article's claims. A share of few claims is uncertain, so its part in
the risk is shrunk towards the average article's, and no single sentence decides.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from presscheck.serve.logistic import sigmoid
from presscheck.serve.manifest import Policy, RiskModel
from presscheck.serve.record import FLAGGED_VERDICTS, Headline, LedgerEntry, Level, Reason, Risk, ScoredSegment

_NUMBER = re.compile(r"(?<![\w.,-])\d[\d,.]*\d|(?<![\w.,-])\d(?![\w])")
_YEAR = re.compile(r"^(19|20)\d\d$")
_MIN_CONTRIBUTION = 0.1
_CLAIMS_FOR_HALF = 6.0  # number of claims at which a share has half of its weight in a long article
_FARTHEST = 3.0  # bound on a feature, in standard deviations from the average article
_MANY_SOURCES = 3
_ENOUGH_SOURCES = 4  # more named sources than this add nothing, so that long articles are judged like short ones


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of the risk model.

    Attributes:
        sign: +1 where more of it can only raise the risk, -1 where it can only lower it.
        message: the reason for an editor if it raises the risk; `{value}` is the feature's value, `{count}` the segments it points at.
        is_share: it is a share of the article's claims, and a reason only where there is a segment to point at.
    """

    sign: int
    message: str
    is_share: bool = True


RISK_FEATURES: Mapping[str, Feature] = {
    "headline_sensational": Feature(+1, "The headline is framed to alarm, tease or provoke ({value:.0%}).", is_share=False),
    "headline_loaded": Feature(+1, "The headline uses loaded words of its own ({value:.0%}).", is_share=False),
    "headline_assertion_question": Feature(+1, "The headline asserts something under a question mark.", is_share=False),
    "headline_unsupported": Feature(
        +1, "The body does not report what the headline states, or reports less ({value:.0%}).", is_share=False
    ),
    "unsourced_share": Feature(+1, "{value:.0%} of what the body claims needs a source and has none."),
    "vague_share": Feature(+1, "{value:.0%} of what the body claims rests on a vague source such as “experts” or “reportedly”."),
    "platform_share": Feature(+1, "{value:.0%} of what the body claims rests on a platform alone."),
    "speculation_share": Feature(+1, "{value:.0%} of what the body claims is the author's speculation."),
    "unsourced_numbers": Feature(+1, "Exact numbers without a source (sentences: {count})."),
    "sourced_share": Feature(-1, "{value:.0%} of the claims that need a source have a named or described one."),
    "named_sources": Feature(-1, "The body names few sources for what it claims (named sources: {sources})."),
    "single_source_share": Feature(+1, "{value:.0%} of the attributed claims rest on one source."),
    "loaded_share": Feature(+1, "The author's own wording is loaded (sentences: {count})."),
}


def exact_numbers(text: str) -> int:
    """The number of exact figures in a sentence; years are not counted."""
    return sum(not _YEAR.match(number) for number in _NUMBER.findall(text))


def _is(verdict: str, kind: str | None = None) -> Callable[[ScoredSegment], bool]:
    return lambda s: s.verdict == verdict and (kind is None or (s.source is not None and s.source.type == kind))


def _weight(segments: Sequence[ScoredSegment], verdict: str, kind: str | None = None) -> float:
    counts = _is(verdict, kind)
    return sum(s.unsourced or 0.0 for s in segments if counts(s))


def claims_of(segments: Sequence[ScoredSegment]) -> float:
    """The expected number of claims in the body."""
    return sum(s.claim or 0.0 for s in segments)


def _named(sources: Sequence[LedgerEntry]) -> int:
    """The number of named sources that claims rest on."""
    return sum(source.type == "named" for source in sources)


def _attributed(segments: Sequence[ScoredSegment], sources: Sequence[LedgerEntry]) -> list[list[int]]:
    """The attributed claims of each source that has some."""
    claims = ([i for i in source.segments if segments[i].verdict == "attributed"] for source in sources)
    return [found for found in claims if found]


def risk_features(headline: Headline, segments: Sequence[ScoredSegment], sources: Sequence[LedgerEntry]) -> dict[str, float]:
    """The features of a judged article, each 0..1; shares are of the expected number of claims."""
    claims = max(claims_of(segments), 1.0)
    rest = [len(found) for found in _attributed(segments, sources)]
    numbers = sum(exact_numbers(s.text) > 0 for s in segments if s.verdict == "unsourced")
    sourced = sum(s.claim or 0.0 for s in segments if s.verdict == "attributed")
    without = sum(s.unsourced or 0.0 for s in segments if s.verdict in FLAGGED_VERDICTS)
    return {
        "headline_sensational": headline.sensational or 0.0,
        "headline_loaded": headline.loaded or 0.0,
        "headline_assertion_question": float(headline.form == "assertion_question"),
        "headline_unsupported": 1.0 - headline.support.p if headline.support else 0.0,
        "unsourced_share": _weight(segments, "unsourced") / claims,
        "vague_share": _weight(segments, "vague_source", "vague") / claims,
        "platform_share": _weight(segments, "vague_source", "platform") / claims,
        "speculation_share": _weight(segments, "speculation") / claims,
        "unsourced_numbers": min(numbers / claims, 1.0),
        "sourced_share": sourced / (sourced + without) if sourced + without else 1.0,
        "named_sources": min(_named(sources), _ENOUGH_SOURCES) / _ENOUGH_SOURCES,
        "single_source_share": max(rest) / sum(rest) if sum(rest) >= _MANY_SOURCES else 0.0,
        "loaded_share": sum(s.loaded or 0.0 for s in segments) / max(len(segments), 1),
    }


def standardised(name: str, value: float, *, mean: float, scale: float, claims: float) -> float:
    """A feature standardised for the risk model: standard deviations from the average article, bounded, and shrunk where claims are few."""
    distance = min(max((value - mean) / scale, -_FARTHEST), _FARTHEST)
    return distance * (claims / (claims + _CLAIMS_FOR_HALF) if RISK_FEATURES[name].is_share else 1.0)


_POINTS_AT: Mapping[str, Callable[[ScoredSegment], bool]] = {
    "unsourced_share": _is("unsourced"),
    "vague_share": _is("vague_source", "vague"),
    "platform_share": _is("vague_source", "platform"),
    "speculation_share": _is("speculation"),
    "unsourced_numbers": lambda s: s.verdict == "unsourced" and exact_numbers(s.text) > 0,
    "sourced_share": lambda s: s.verdict in FLAGGED_VERDICTS,
    "named_sources": lambda s: s.verdict in FLAGGED_VERDICTS,
}


def level_of(p: float, policy: Policy) -> Level:
    """The band of a risk under a policy."""
    if p >= policy.high:
        return "high"
    return "elevated" if p >= policy.elevated else "low"


def assess(
    headline: Headline,
    segments: Sequence[ScoredSegment],
    sources: Sequence[LedgerEntry],
    *,
    model: RiskModel,
    policy: Policy,
) -> Risk:
    """The risk of an article with the reasons that raise it above an average article's, the strongest first."""
    values = risk_features(headline, segments, sources)
    claims = claims_of(segments)
    contributions = {
        name: w.weight * standardised(name, values[name], mean=w.mean, scale=w.scale, claims=claims) for name, w in model.features.items()
    }
    p = float(sigmoid(model.intercept + sum(contributions.values())))
    loaded = policy.thresholds.get("loaded")
    points_at: dict[str, Callable[[ScoredSegment], bool]] = {
        **_POINTS_AT,
        "loaded_share": lambda s: loaded is not None and (s.loaded or 0.0) >= loaded.threshold,
    }
    reasons = []
    for name in sorted(contributions, key=lambda n: -contributions[n]):
        if contributions[name] < _MIN_CONTRIBUTION:
            break
        if name == "single_source_share":
            points = max(_attributed(segments, sources), key=len, default=[])
        else:
            points = [i for i, s in enumerate(segments) if name in points_at and points_at[name](s)]
        if not points and RISK_FEATURES[name].is_share:
            continue  # a share may be above average without a sentence to point at
        message = RISK_FEATURES[name].message.format(value=values[name], count=len(points), sources=_named(sources))
        reasons.append(Reason(code=name, message=message, segments=points))
    return Risk(p=round(p, 6), level=level_of(p, policy), reasons=reasons)
