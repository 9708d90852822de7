"""The simulated year: what is saved, and rounds that go on where they were interrupted."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.frozen import Frozen
from benchmarks.report import mean_of
from benchmarks.year import rounds
from benchmarks.year.material import Material
from benchmarks.year.rounds import LABELS, Arm, read_year, run_year
from benchmarks.year.savings import needed, saved
from presscheck.data.schema import Document, Segment


def test_reviews_needed_lie_between_rounds_on_a_straight_line() -> None:
    assert needed([100, 200, 300], [0.5, 0.7, 0.6], 0.6) == pytest.approx(150)
    assert needed([100, 200, 300], [0.5, 0.7, 0.6], 0.4) == 100
    assert needed([100, 200, 300], [0.5, 0.7, 0.6], 0.8) is None


def test_savings_are_of_the_mean_curves_with_an_interval_over_seeds() -> None:
    reviews = [100, 200, 300, 400]
    random = np.array([[0.5, 0.6, 0.7, 0.8], [0.5, 0.6, 0.7, 0.8]])
    active = np.array([[0.5, 0.7], [0.5, 0.7]])
    same = saved(reviews, active, random, at=1)
    assert same.reviews == 200
    assert same.needed == pytest.approx(300)
    assert same.lower == same.upper == pytest.approx(300)
    assert saved(reviews, active + 0.2, random, at=1).needed is None
    split = saved(reviews, np.array([[0.5, 0.6], [0.5, 0.9]]), random, at=1)
    assert split.lower == pytest.approx(200)
    assert split.upper is None, "a seed that random choice never reaches has no upper bound"


def test_an_interval_is_student_s() -> None:
    found = mean_of([0.8, 0.9, 1.0])
    assert found.value == pytest.approx(0.9)
    assert found.reach == pytest.approx(4.303 * 0.1 / np.sqrt(3), rel=1e-3)
    assert mean_of([0.8]).reach is None


def material() -> Material:
    """Documents of one headline and one sentence, whose features tell their labels and not always clearly."""
    random = np.random.default_rng(0)

    def frozen(count: int, name: str) -> tuple[tuple[Document, ...], Frozen]:
        truth = random.random((count, 2, len(LABELS))) < 0.4
        features = truth.reshape(2 * count, -1) * 2.0 + random.normal(size=(2 * count, len(LABELS)))
        documents = tuple(
            Document(
                f"{name}{number}",
                f"{name}{number}",
                "made",
                "none",
                (
                    Segment("A headline", "headline", {"sensational": float(truth[number, 0, 0]), "loaded": float(truth[number, 0, 1])}),
                    Segment("A sentence.", "sentence", {label: float(truth[number, 1, k]) for k, label in enumerate(LABELS) if k}),
                ),
            )
            for number in range(count)
        )
        return documents, Frozen(tuple((d, s) for d in documents for s in d.segments), features.astype(np.float32))

    pool, train = frozen(60, "pool")
    tested, test = frozen(40, "test")
    segments = tuple(np.array([2 * number, 2 * number + 1]) for number in range(len(pool)))
    return Material(pool, (), tested, train, test, segments, tuple(range(len(pool))))


@pytest.mark.parametrize("arm", ["active", "random"])
def test_an_interrupted_year_ends_as_an_uninterrupted_one(arm: Arm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"SEED_ITEMS": 10, "PER_ROUND": 5, "ROUNDS": 4, "FURTHER": 1}.items():
        monkeypatch.setattr(rounds, name, value)
    found = material()
    whole = run_year(found, arm, 3, tmp_path / "whole.json")
    assert [point.reviews for point in whole.points] == [10, 15, 20, 25, 30, *([35] if arm == "random" else [])]
    taken = [number for picks in whole.picks for number in picks]
    assert len(set(taken)) == len(taken), "nothing is reviewed twice"
    assert set(whole.points[-1].auc) == set(LABELS)
    cut = read_year(tmp_path / "whole.json")
    monkeypatch.setattr(rounds, "ROUNDS", 2)
    monkeypatch.setattr(rounds, "FURTHER", 0)
    part = run_year(found, arm, 3, tmp_path / "part.json")
    assert part.picks == cut.picks[:3]
    monkeypatch.setattr(rounds, "ROUNDS", 4)
    monkeypatch.setattr(rounds, "FURTHER", 1)
    assert run_year(found, arm, 3, tmp_path / "part.json") == whole


def test_both_arms_start_from_the_same_seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"SEED_ITEMS": 10, "PER_ROUND": 5, "ROUNDS": 1, "FURTHER": 0}.items():
        monkeypatch.setattr(rounds, name, value)
    found = material()
    active, random = (run_year(found, arm, 0, tmp_path / f"{arm}.json") for arm in rounds.ARMS)
    assert active.picks[0] == random.picks[0]
    assert active.picks[1] != random.picks[1]
