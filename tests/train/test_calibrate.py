import numpy as np
import pytest
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from presscheck.configs.policies import BandConfig, PolicyConfig
from presscheck.train.calibrate import fit_band, fit_platt, fit_threshold, measured


def test_platt_finds_the_scaling_that_made_the_data() -> None:
    generator = np.random.default_rng(1)
    logits = generator.normal(0, 2, 20_000)
    targets = (generator.random(20_000) < expit(0.5 * logits - 1.0)).astype(float)
    found = fit_platt(logits, targets)
    assert found.slope == pytest.approx(0.5, abs=0.03)
    assert found.intercept == pytest.approx(-1.0, abs=0.05)
    peer = LogisticRegression(C=1e6).fit(logits[:, None], targets)
    assert found.slope == pytest.approx(float(peer.coef_[0, 0]), abs=1e-2)


def test_platt_takes_soft_targets() -> None:
    generator = np.random.default_rng(2)
    logits = generator.normal(0, 2, 5_000)
    found = fit_platt(logits, expit(1.5 * logits + 0.3))
    assert found.slope == pytest.approx(1.5, abs=0.02)
    assert found.intercept == pytest.approx(0.3, abs=0.02)


def test_platt_never_turns_a_ranking_over() -> None:
    logits = np.array([-2.0, -1.0, 1.0, 2.0])
    assert fit_platt(logits, np.array([1.0, 1.0, 0.0, 0.0])).slope > 0
    assert fit_platt(np.empty(0), np.empty(0)).slope == 1.0


def test_a_threshold_meets_its_target_and_says_what_it_reached() -> None:
    probabilities = np.linspace(0.01, 0.99, 400)
    is_positive = np.random.default_rng(3).random(400) < probabilities
    found = fit_threshold(probabilities, is_positive, target=0.8, prevalence=None)
    flagged = probabilities >= found.threshold
    assert found.reached
    assert found.precision == pytest.approx(is_positive[flagged].mean())
    assert found.precision >= 0.8
    assert found.precision_lower < found.precision
    assert found.flagged == flagged.sum()
    lower = fit_threshold(probabilities, is_positive, target=0.6, prevalence=None)
    assert lower.threshold < found.threshold
    assert lower.recall > found.recall


def test_of_thresholds_with_nearly_the_same_f1_the_lowest_is_taken() -> None:
    """200 sure hits; below them 4 hits among 9, which cost as much precision as they bring recall; 100 that are none."""
    probabilities = np.repeat([0.8, 0.45, 0.1], [200, 9, 100])
    is_positive = np.repeat([True, True, False, False], [200, 4, 5, 100])
    assert fit_threshold(probabilities, is_positive, target=0.9, prevalence=None).threshold == 0.45
    assert fit_threshold(probabilities, is_positive, target=0.99, prevalence=None).threshold == 0.8


def test_a_rarer_flag_needs_a_higher_threshold() -> None:
    probabilities = np.linspace(0.01, 0.99, 400)
    is_positive = np.random.default_rng(3).random(400) < probabilities
    own = fit_threshold(probabilities, is_positive, target=0.7, prevalence=None)
    rare = fit_threshold(probabilities, is_positive, target=0.7, prevalence=0.2)
    assert rare.threshold > own.threshold
    assert rare.prevalence == 0.2


def test_a_target_out_of_reach_is_marked() -> None:
    probabilities = expit(logit(np.linspace(0.1, 0.9, 200)))
    found = fit_threshold(probabilities, np.arange(200) % 2 == 0, target=0.95, prevalence=None)
    assert not found.reached
    assert found.flagged >= 10
    assert not fit_threshold(probabilities, np.zeros(200, dtype=bool), target=0.9, prevalence=None).reached


def risks() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(6)
    risk_A = generator.random(500)
    return risk_A, generator.random(500) < risk_A


def test_a_band_for_a_capacity_holds_as_many_articles() -> None:
    found = fit_band(*risks(), wanted=BandConfig(precision=None, capacity=0.1))
    assert found.flagged == 50
    assert found.precision_lower < found.precision
    assert found.precision > 0.85


def test_a_band_for_a_precision_reaches_it_and_a_given_one_says_what_it_reaches() -> None:
    risk_A, is_positive_A = risks()
    found = fit_band(risk_A, is_positive_A, wanted=BandConfig(precision=0.8, capacity=None))
    assert found.reached
    assert is_positive_A[risk_A >= found.threshold].mean() >= 0.8
    rare = fit_band(risk_A, is_positive_A, wanted=BandConfig(precision=0.8, capacity=None), prevalence=0.05)
    assert rare.threshold > found.threshold, "where fewer articles are to be reviewed, a sure band starts later"
    given = fit_band(risk_A, is_positive_A, wanted=0.65)
    assert given.threshold == 0.65
    assert given.precision == pytest.approx(is_positive_A[risk_A >= 0.65].mean())


def test_a_precision_is_re_weighted_to_the_expected_share() -> None:
    """Ten of twenty flagged are right where half are positive; at one in ten, odds of 1 become odds of 1/9."""
    scores_N, is_positive_N = np.repeat([0.9, 0.1], 20), np.tile([True, False], 20)
    found = measured(scores_N, is_positive_N, 0.5, target=0.0, prevalence=0.1, reached=True)
    assert found.precision == pytest.approx(0.1)
    assert found.base == 0.5
    assert measured(scores_N, is_positive_N, 0.95, target=0.0, prevalence=None, reached=False).precision == 0.0


def test_a_band_is_asked_for_in_one_way() -> None:
    for both in ({}, {"precision": 0.5, "capacity": 0.1}):
        with pytest.raises(ValueError, match="one of the two"):
            BandConfig.model_validate(both)
    assert PolicyConfig.model_validate({"elevated": {"capacity": 0.2}, "high": 0.9}).high == 0.9
