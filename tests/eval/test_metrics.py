from functools import partial

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from presscheck.data.audit.probes import fit_predict, shape_features
from presscheck.data.bootstrap import bootstrap
from presscheck.eval.calibration import expected_calibration_error
from presscheck.eval.metrics import estimate, metrics_of


def sample(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    probabilities = generator.random(count)
    return probabilities, generator.random(count) < probabilities


def test_metrics_are_those_of_scikit_learn() -> None:
    probabilities, is_positive = sample(500, 1)
    found = metrics_of(probabilities, is_positive, threshold=0.4)
    assert found["f1"] == pytest.approx(f1_score(is_positive, probabilities >= 0.4))
    assert found["roc_auc"] == pytest.approx(roc_auc_score(is_positive, probabilities))
    assert found["average_precision"] == pytest.approx(average_precision_score(is_positive, probabilities))


@pytest.mark.slow
def test_one_class_leaves_ranking_metrics_undefined() -> None:
    found = metrics_of(np.array([0.2, 0.9]), np.array([True, True]))
    assert found["roc_auc"] is None
    assert found["recall"] == 0.5
    assert estimate(np.array([0.2, 0.9]), np.array([True, True]), ["a", "b"], resamples=100)["roc_auc"].value is None


def test_calibrated_scores_have_a_small_error_and_shifted_ones_the_shift() -> None:
    probabilities, is_positive = sample(50_000, 2)
    assert expected_calibration_error(probabilities, is_positive) < 0.01
    shifted = np.clip(probabilities * 0.5, 0, 1)
    assert expected_calibration_error(shifted, is_positive) == pytest.approx(0.25, abs=0.01)


def mean_of(values: np.ndarray, index: np.ndarray) -> dict[str, float | None]:
    return {"mean": float(values[index].mean())}


@pytest.mark.slow
def test_intervals_cover_the_truth_about_95_times_in_100() -> None:
    hits = 0
    for seed in range(200):
        generator = np.random.default_rng(seed)
        values = np.repeat(generator.normal(0.0, 1.0, 60), 3)  # three equal items per group: items are not independent
        groups = [str(i // 3) for i in range(180)]
        found = bootstrap(partial(mean_of, values), groups, resamples=300, seed=seed)["mean"]
        assert found.lower is not None
        assert found.upper is not None
        hits += found.lower <= 0.0 <= found.upper
    assert 0.88 <= hits / 200 <= 0.98


@pytest.mark.parametrize("name", ["shape", "tfidf"])
def test_baselines_learn_what_they_can_see(name: str) -> None:
    shouted = [f"STORM NUMBER {i} HITS!" for i in range(60)]
    plain = [f"Council meets about item {i}" for i in range(60)]
    found = fit_predict(name, [*shouted, *plain], np.array([True] * 60 + [False] * 60), ["STORM 99 HITS!", "Council meets about roads"])
    assert found[0] > 0.8
    assert found[1] < 0.2
    assert (fit_predict(name, ["a", "b"], np.array([True, True]), ["c"]) == 1.0).all()


def test_the_shape_does_not_see_words() -> None:
    assert shape_features("Big dog ran.") == shape_features("Red cat sat.")
