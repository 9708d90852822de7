"""Paired statistics against a library, and against simulations with a known answer."""

import numpy as np
import pytest
from scipy.stats import binomtest

from presscheck.eval.compare.paired import difference, holm, mcnemar

pytestmark = pytest.mark.slow

RANDOM = np.random.default_rng(5)


def squared_error(probabilities_N: np.ndarray, targets_N: np.ndarray) -> float | None:
    return float(np.mean((probabilities_N - targets_N) ** 2))


def test_mcnemar_is_the_sign_test_on_disagreements() -> None:
    a_N, b_N = np.array([True] * 30 + [False] * 10), np.array([True] * 22 + [False] * 8 + [True] * 2 + [False] * 8)
    found = mcnemar(a_N, b_N)
    assert (found.only_a, found.only_b) == (8, 2)
    assert found.p_value == pytest.approx(binomtest(8, 10).pvalue)
    assert mcnemar(a_N, a_N).p_value == 1.0


def test_mcnemar_keeps_its_size_under_the_null() -> None:
    """Two models of equal accuracy differ at the 5 % level in at most about 5 % of samples (the exact test is conservative)."""
    rejected = 0
    for _ in range(600):
        a_N, b_N = RANDOM.random(200) < 0.8, RANDOM.random(200) < 0.8
        rejected += mcnemar(a_N, b_N).p_value < 0.05
    assert rejected / 600 < 0.065


def test_the_paired_interval_covers_the_true_difference() -> None:
    """Two scores with noise of a known size: the squared errors differ by 1 - 0.49."""
    covered = 0
    for _ in range(200):
        targets_N = (RANDOM.random(150) < 0.4).astype(float)
        a_N, b_N = targets_N + RANDOM.normal(0, 0.7, 150), targets_N + RANDOM.normal(0, 1.0, 150)
        found = difference(squared_error, a_N, b_N, targets_N, [str(i) for i in range(150)], resamples=200)
        assert found.lower is not None
        assert found.upper is not None
        covered += found.lower <= 0.51 <= found.upper
    assert 178 <= covered <= 199  # 190 expected; 178 lies below the 0.01 % quantile


def test_a_model_against_itself_differs_by_nothing() -> None:
    scores_N, targets_N = RANDOM.random(80), (RANDOM.random(80) < 0.5).astype(float)
    found = difference(squared_error, scores_N, scores_N, targets_N, [str(i) for i in range(80)], resamples=100)
    assert (found.value, found.lower, found.upper) == (0.0, 0.0, 0.0)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []
    assert holm([0.6, 0.7]) == [1.0, 1.0]


def test_the_paired_test_keeps_its_size_under_the_null() -> None:
    """Two models of equal worth, items of one story alike: their paired interval leaves 0 out in about 5 % of samples, not many more."""
    rejected, samples = 0, 300
    groups = [str(i // 3) for i in range(180)]
    for _ in range(samples):
        targets_N = (RANDOM.random(180) < 0.4).astype(float)
        a_N, b_N = (targets_N + np.repeat(RANDOM.normal(0, 1, 60), 3) + RANDOM.normal(0, 1, 180) for _ in range(2))
        found = difference(squared_error, a_N, b_N, targets_N, groups, resamples=150)
        assert found.lower is not None
        assert found.upper is not None
        rejected += not found.lower <= 0 <= found.upper
    assert 4 <= rejected <= 32  # 15 expected; the percentile interval is a little narrow at 60 groups


def test_mcnemar_finds_a_difference_that_is_there() -> None:
    """Power against 80 and 70 % right on 300 items, so that the size above is not that of a test that never rejects."""
    found = [mcnemar(RANDOM.random(300) < 0.8, RANDOM.random(300) < 0.7).p_value < 0.05 for _ in range(200)]
    assert np.mean(found) > 0.6
