from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import pytest
from scipy.special import expit
from tests_support import fitted_threshold

from presscheck.serve.logistic import sigmoid
from presscheck.serve.manifest import Policy, RiskModel, RiskWeight
from presscheck.serve.record import Headline, LedgerEntry, Risk, ScoredSegment, Source, Verdict
from presscheck.serve.risk import RISK_FEATURES, assess, exact_numbers, level_of, risk_features, standardised
from presscheck.serve.sources.ledger import count_words, ledger

THRESHOLD = fitted_threshold()
POLICY = Policy(thresholds={"sensational": THRESHOLD, "loaded": THRESHOLD, "unsourced": THRESHOLD}, elevated=0.35, high=0.65)


def headline(sensational: float) -> Headline:
    return Headline(text="X", sensational=sensational, loaded=0.1, form="statement", flagged=sensational > 0.5, cues=[])


def segment(verdict: Verdict, text: str = "It fell.", source: Source | None = None) -> ScoredSegment:
    unsourced = 0.1 if verdict in ("attributed", "not_a_claim", "own_account") else 0.9
    return ScoredSegment(
        start=0,
        end=len(text),
        text=text,
        claim=0.9,
        attributed=0.1,
        needs_source=0.1 if verdict == "own_account" else 0.9,
        loaded=0.1,
        unsourced=unsourced,
        verdict=verdict,
        flagged=unsourced > 0.5,
        source=source,
    )


def named(name: str, *, start: int = 0) -> Source:
    return Source(start=start, end=start + len(name), text=name, type="named", carried_over=False)


def sources_of(segments: Sequence[ScoredSegment]) -> list[LedgerEntry]:
    return ledger(segments, [count_words(segment.text) for segment in segments])


def risk_of(strength: float, segments: Sequence[ScoredSegment], *, by: RiskModel | None = None) -> Risk:
    return assess(headline(strength), segments, sources_of(segments), model=by or model(), policy=POLICY)


def by_names(*names: str) -> list[ScoredSegment]:
    return [segment("attributed", source=named(name, start=100 * at)) for at, name in enumerate(names)]


def model() -> RiskModel:
    return RiskModel(
        intercept=0.0,
        features={n: RiskWeight(mean=0.2, scale=0.5, weight=float(f.sign)) for n, f in RISK_FEATURES.items()},
        articles=50,
        base=0.5,
        auc=0.8,
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [("In 2019 it fell.", 0), ("230,000 men, 47 guns and 3.5 tonnes", 3), ("The T-72B3M and base F16", 0)],
)
def test_exact_numbers(text: str, count: int) -> None:
    assert exact_numbers(text) == count


def test_more_of_what_a_feature_measures_moves_the_risk_in_its_direction() -> None:
    calm = by_names("Roth", "Ilic", "Ruiz")
    base = risk_of(0.1, calm).p
    assert base is not None
    louder = risk_of(0.9, calm).p
    unsourced = risk_of(0.1, [*calm, segment("unsourced", "47 men left.")]).p
    fewer = risk_of(0.1, by_names("Roth", "Roth", "Roth")).p
    assert louder is not None
    assert unsourced is not None
    assert fewer is not None
    assert louder > base
    assert unsourced > base
    assert fewer > base


def test_reasons_point_at_their_segments_and_come_strongest_first() -> None:
    told = [segment("attributed", source=named("Roth")), segment("unsourced", "47 men left."), segment("speculation")]
    risk = risk_of(0.99, told * 4)
    reasons = {reason.code: reason.segments for reason in risk.reasons}
    assert reasons["unsourced_share"] == [1, 4, 7, 10]
    assert reasons["unsourced_numbers"] == [1, 4, 7, 10]
    assert reasons["speculation_share"] == [2, 5, 8, 11]
    assert "loaded_share" not in reasons


def test_levels() -> None:
    assert [level_of(p, POLICY) for p in (0.0, 0.349, 0.35, 0.649, 0.65, 1.0)] == [
        "low",
        "low",
        "elevated",
        "elevated",
        "high",
        "high",
    ]


def test_the_features_do_not_depend_on_what_a_policy_flags() -> None:
    segments = [segment("unsourced"), segment("vague_source", source=named("experts"))]
    unflagged = [s.model_copy(update={"flagged": False}) for s in segments]
    values = [risk_features(headline(0.1), found, sources_of(found)) for found in (segments, unflagged)]
    assert values[0] == values[1]


def test_carried_sources_count_once() -> None:
    carried = named("Roth").model_copy(update={"carried_over": True})
    told = [segment("attributed", source=named("Roth")), *[segment("attributed", source=carried)] * 3]
    values = risk_features(headline(0.1), told, sources_of(told))
    assert values["single_source_share"] == 1.0
    assert values["named_sources"] == 0.25, "one named source, of the four that are enough"


def test_a_share_of_few_claims_hardly_counts_and_nothing_is_unbounded() -> None:
    few, many = (standardised("unsourced_share", 0.9, mean=0.2, scale=0.5, claims=claims) for claims in (1.0, 60.0))
    assert 0 < few < many / 4
    assert standardised("headline_sensational", 1.0, mean=0.2, scale=1e-9, claims=1.0) == 3.0


def test_one_sentence_moves_an_article_by_one_band_at_most() -> None:
    """Every article of up to twelve sourced sentences, and each hedge or unsourced sentence put beside them."""
    bands = ("low", "elevated", "high")
    for count in range(1, 13):
        calm = by_names(*(f"Roth{n}" for n in range(count)))
        for strength in (0.05, 0.5, 0.95):
            before = risk_of(strength, calm).level
            for verdict in get_args(Literal["unsourced", "speculation"]):
                after = risk_of(strength, [*calm, segment(verdict, "47 men left.")]).level
                assert before is not None
                assert after is not None
                assert abs(bands.index(after) - bands.index(before)) <= 1


@pytest.mark.parametrize(("weight", "expected"), [(-2000.0, 0.0), (2000.0, 1.0)])
def test_a_risk_far_from_the_average_is_still_a_probability(weight: float, expected: float) -> None:
    steep = model().model_copy(update={"intercept": weight})
    assert risk_of(0.9, [segment("unsourced")], by=steep).p == expected


def test_the_logistic_function_keeps_to_its_bounds() -> None:
    logits = np.array([-1e308, -710.0, -60.0, -1.0, 0.0, 1.0, 710.0, 1e308])
    with np.errstate(all="raise"):
        found = sigmoid(logits)
    np.testing.assert_allclose(found, expit(logits), atol=1e-25)
    assert (np.diff(found) >= 0).all()
    assert float(sigmoid(0.0)) == 0.5
