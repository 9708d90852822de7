"""The quality harness: its third of a data set, its measures, its table."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from benchmarks.quality.__main__ import draw
from benchmarks.quality.measure import Arrays, rows_of
from benchmarks.quality.targets import TARGETS, Target, statistic
from benchmarks.quality.third import third
from presscheck.data.schema import Document

pytestmark = pytest.mark.slow


def test_a_third_touches_the_train_split_alone() -> None:
    many = [Document(str(i), str(i), "test", "none", ()) for i in range(600)]
    assert 150 < len(list(third(many, "train"))) < 250
    assert len(list(third(many, "test"))) == 600


def test_explainable_variance_is_one_for_a_model_that_errs_by_the_noise() -> None:
    random = np.random.default_rng(1)
    truth_N = random.random(20_000)
    asked_N = truth_N + random.normal(0, 0.1, 20_000)
    index_N = np.arange(20_000)
    share = statistic("explainable variance", 0.5, noise=0.01)
    assert share(truth_N, asked_N, index_N) == pytest.approx(1.0, abs=0.02)
    assert share(np.full(20_000, asked_N.mean()), asked_N, index_N) == pytest.approx(0.0, abs=0.01)


def test_a_threshold_comes_from_dev() -> None:
    """On dev 0.3 separates; on test the same threshold is used, whatever would be best there."""

    def read(_target: Target, _corpus: str, split: str) -> Arrays:
        probabilities = [0.1, 0.2, 0.3, 0.4] if split == "dev" else [0.1, 0.35, 0.36, 0.9]
        return np.array(probabilities), np.array([0.0, 0.0, 1.0, 1.0]), list("abcd")

    target = next(t for t in TARGETS if t.measure == "macro-F1")
    (row,) = rows_of(read, noise=0.0, split="test", targets=[target])
    assert row["threshold"] == 0.3
    assert row["value"] == pytest.approx(f1_score([0, 0, 1, 1], [0, 1, 1, 1], average="macro"))


def test_runs_of_one_name_share_a_column_with_their_mean() -> None:
    key = TARGETS[0].key
    runs = {f"news-{i}": {key: {"value": value, "lower": 0.7, "upper": 0.9}} for i, value in enumerate((0.8, 0.82))}
    page = draw({"test": {"news": runs, "other": {}}})
    assert f"| {key} | ≥ 0.82 | 0.810 ± 0.014 [0.700, 0.900] | – |" in page
    assert "news (2 runs)" in page
    assert "news: news-0, news-1" in page
