"""The quality harness: its changes to a data set, its measures, its page."""

import json
from pathlib import Path

import mlflow
import numpy as np
import pytest
from sklearn.metrics import f1_score

from benchmarks.quality import results
from benchmarks.quality.measure import Arrays, rows_of
from benchmarks.quality.prepare import alone, hard, third
from benchmarks.quality.programme import _systems
from benchmarks.quality.targets import TARGETS, Target, statistic
from presscheck.configs.loader import load
from presscheck.data.schema import Document, Segment

pytestmark = pytest.mark.slow

ARTICLE = Document(
    "a",
    "a",
    "test",
    "none",
    (
        Segment("Ferry sinks", "headline", {"sensational": 0.4}),
        Segment("It sank.", "sentence", {"claim": 0.8}),
        Segment("It sank.", "sentence", notes=frozenset({"repeat"})),
    ),
    review=1.0,
)


def test_sentences_alone_keep_their_group_and_labels() -> None:
    found = list(alone([ARTICLE]))
    assert [(d.id, d.group, len(d.segments)) for d in found] == [("a", "a", 1), ("a/1", "a", 1)]
    assert found[1].segments[0].labels == {"claim": 0.8}


def test_hard_targets_and_a_third_touch_the_train_split_alone() -> None:
    (found,) = hard([ARTICLE], "train")
    assert [s.labels for s in found.segments] == [{"sensational": 0.0}, {"claim": 1.0}, {}]
    assert list(hard([ARTICLE], "dev")) == [ARTICLE]
    many = [Document(str(i), str(i), "test", "none", ARTICLE.segments) for i in range(600)]
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


def test_the_programme_reads_and_its_configs_load() -> None:
    for name, system in _systems().items():
        assert system.runs, name
        for overrides in system.runs.values():
            if system.probe is None and system.teacher is None:
                load(system.config, [*system.overrides, *overrides])


def test_the_page_shows_means_and_keeps_what_stands_above_the_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "RECORD", tmp_path / "quality.json")
    (tmp_path / "quality.md").write_text(f"Words of people.\n\n{results.MARK}\n\nold", encoding="utf-8")
    key = TARGETS[0].key
    rows = [{"value": value, "lower": 0.7, "upper": 0.9} for value in (0.8, 0.82)]
    runs = {
        f"seed {i}": {"bundle": "b", "minutes": 2.0, "mlflow_run": "r", "rows": {key: row}}
        for i, row in enumerate(rows)
    }
    results.draw({"news": runs}, {"Systems": ["news", "not yet"]}, {"F1": 0.5})
    page = (tmp_path / "quality.md").read_text()
    assert "Words of people." in page
    assert "old" not in page
    assert f"| {key} | ≥ 0.82 | 0.810 ± 0.014 [0.700, 0.900] |" in page
    assert "not yet" not in page


def test_figures_of_another_machine_are_restored_to_mlflow_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "RECORD", tmp_path / "quality.json")
    monkeypatch.setattr(results, "URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", results.URI)
    row = {"n": 10.0, "threshold": 0.5, "value": 0.8, "lower": 0.7, "upper": 0.9}
    about = {"bundle": "news-1-2", "minutes": 2.0, "mlflow_run": "elsewhere", "rows": {TARGETS[0].key: row}}
    (tmp_path / "quality.json").write_text(json.dumps({"news": {"seed 7": about}}), encoding="utf-8")
    for _ in range(2):
        results.restore()
    found = results.results()["news"]["seed 7"]
    assert found["rows"] == {TARGETS[0].key: row}
    assert (found["bundle"], found["minutes"]) == ("news-1-2", 2.0)
    runs = mlflow.search_runs(experiment_names=[results.EXPERIMENT], output_format="list")
    assert len(runs) == 1
