"""Calibration figures against cases with a known answer."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, precision_score

from presscheck.eval.calibration import (
    brier_parts,
    calibrated_error,
    expected_calibration_error,
    precision_at,
    reliability,
    risk_coverage,
)

RANDOM = np.random.default_rng(3)


def test_the_calibration_error_of_a_constant_is_its_distance_from_the_share() -> None:
    targets_N = np.array([1.0] * 30 + [0.0] * 70)
    RANDOM.shuffle(targets_N)
    assert expected_calibration_error(np.full(100, 0.5), targets_N, bins=1) == pytest.approx(0.2)


def test_every_item_stands_in_one_bin() -> None:
    found = reliability(RANDOM.random(103), RANDOM.random(103))
    assert sum(b.n for b in found) == 103
    assert [b.probability for b in found] == sorted(b.probability for b in found)


def test_brier_agrees_with_scikit_learn_and_its_parts_add_up() -> None:
    probabilities_N = np.repeat([0.1, 0.3, 0.5, 0.8, 0.9], 40)  # one value a bin: nothing is lost by binning
    targets_N = (RANDOM.random(200) < probabilities_N).astype(float)
    parts = brier_parts(probabilities_N, targets_N, bins=5)
    assert parts.brier == pytest.approx(brier_score_loss(targets_N, probabilities_N))
    assert parts.reliability - parts.resolution + parts.uncertainty == pytest.approx(parts.brier)


def test_calibrated_scores_err_as_much_as_the_simulation_says() -> None:
    """Over many samples of truly calibrated scores, the error found and the error expected agree."""
    found, expected = [], []
    for _ in range(60):
        probabilities_N = RANDOM.beta(0.5, 1.0, 300)
        targets_N = (RANDOM.random(300) < probabilities_N).astype(float)
        found.append(expected_calibration_error(probabilities_N, targets_N))
        expected.append(calibrated_error(probabilities_N, targets_N, draws=40))
    assert np.mean(found) == pytest.approx(np.mean(expected), abs=0.004)


def test_graded_targets_are_expected_to_scatter_less() -> None:
    probabilities_N = RANDOM.random(400)
    graded_N = np.clip(probabilities_N + RANDOM.normal(0, 0.1, 400), 0, 1)
    coins_N = (RANDOM.random(400) < probabilities_N).astype(float)
    assert calibrated_error(probabilities_N, graded_N) < calibrated_error(probabilities_N, coins_N) / 2


def test_risk_coverage_ends_at_the_error_rate_and_precision_at_capacity_is_that_of_the_top() -> None:
    probabilities_N = RANDOM.random(500)
    is_positive_N = RANDOM.random(500) < probabilities_N
    coverage_N, risk_N = risk_coverage(probabilities_N, is_positive_N)
    assert coverage_N[-1] == 1.0
    assert risk_N[-1] == pytest.approx(np.mean((probabilities_N >= 0.5) != is_positive_N))
    assert risk_N[100] < risk_N[-1], "the surest are right more often"
    top_N = probabilities_N >= np.sort(probabilities_N)[-50]
    assert precision_at(probabilities_N, is_positive_N, capacity=0.1) == pytest.approx(precision_score(is_positive_N, top_N))
