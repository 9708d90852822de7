from typing import Literal, get_args

import numpy as np
import pytest
from scipy.special import expit
from tests_support import fitted_threshold

from presscheck.serve.bundle import Policy, RiskModel, RiskWeight
from presscheck.serve.logistic import sigmoid
from presscheck.serve.record import Headline, ScoredSegment, Source, Verdict
from presscheck.serve.risk import RISK_FEATURES, assess, exact_numbers, level_of, risk_features, speakers, standardised

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


def named(name: str) -> Source:
    return Source(start=0, end=1, text=name, type="named", carried_over=False)


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
    calm = [segment("attributed", source=named(n)) for n in ("a", "b", "c")]
    base = assess(headline(0.1), calm, model=model(), policy=POLICY).p
    assert base is not None
    louder = assess(headline(0.9), calm, model=model(), policy=POLICY).p
    unsourced = assess(headline(0.1), [*calm, segment("unsourced", "47 men left.")], model=model(), policy=POLICY).p
    fewer = assess(headline(0.1), [segment("attributed", source=named("a"))] * 3, model=model(), policy=POLICY).p
    assert louder is not None
    assert unsourced is not None
    assert fewer is not None
    assert louder > base
    assert unsourced > base
    assert fewer > base


def test_reasons_point_at_their_segments_and_come_strongest_first() -> None:
    told = [segment("attributed", source=named("a")), segment("unsourced", "47 men left."), segment("speculation")]
    risk = assess(headline(0.99), told * 4, model=model(), policy=POLICY)
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


def test_a_name_its_last_part_and_its_pronoun_are_one_speaker() -> None:
    texts = ("Minister Ana Ruiz", "she", "Ruiz", "Zoran Ilic")
    assert speakers([segment("attributed", source=named(t)) for t in texts]) == ["ruiz", "ruiz", "ruiz", "ilic"]


def test_the_features_do_not_depend_on_what_a_policy_flags() -> None:
    segments = [segment("unsourced"), segment("vague_source", source=named("experts"))]
    unflagged = [s.model_copy(update={"flagged": False}) for s in segments]
    assert risk_features(headline(0.1), segments) == risk_features(headline(0.1), unflagged)


def test_carried_sources_count_once() -> None:
    carried = named("a").model_copy(update={"carried_over": True})
    values = risk_features(headline(0.1), [segment("attributed", source=named("a")), *[segment("attributed", source=carried)] * 3])
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
        calm = [segment("attributed", source=named(str(n))) for n in range(count)]
        for strength in (0.05, 0.5, 0.95):
            before = assess(headline(strength), calm, model=model(), policy=POLICY).level
            for verdict in get_args(Literal["unsourced", "speculation"]):
                after = assess(headline(strength), [*calm, segment(verdict, "47 men left.")], model=model(), policy=POLICY).level
                assert before is not None
                assert after is not None
                assert abs(bands.index(after) - bands.index(before)) <= 1


@pytest.mark.parametrize(("weight", "expected"), [(-2000.0, 0.0), (2000.0, 1.0)])
def test_a_risk_far_from_the_average_is_still_a_probability(weight: float, expected: float) -> None:
    steep = model().model_copy(update={"intercept": weight})
    assert assess(headline(0.9), [segment("unsourced")], model=steep, policy=POLICY).p == expected


def test_the_logistic_function_keeps_to_its_bounds() -> None:
    logits = np.array([-1e308, -710.0, -60.0, -1.0, 0.0, 1.0, 710.0, 1e308])
    with np.errstate(all="raise"):
        found = sigmoid(logits)
    np.testing.assert_allclose(found, expit(logits), atol=1e-25)
    assert (np.diff(found) >= 0).all()
    assert float(sigmoid(0.0)) == 0.5
