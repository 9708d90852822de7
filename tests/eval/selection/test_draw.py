"""The selection's probabilities are true: by simulation, each candidate is drawn as often as is stated."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from presscheck.eval.selection.draw import SelectOptions, draw, numbered, outlet_bound
from presscheck.eval.selection.sampling import inclusion_probabilities, settle

ROUNDS = 800


def frequencies(sizes: np.ndarray, outlets: list[str | None], **options: object) -> tuple[np.ndarray, np.ndarray, list[list[int]]]:
    """How often each candidate is drawn, its stated probability (NaN where it never was), and the active part of every draw."""
    order = np.random.default_rng(1).permutation(len(sizes)).tolist()
    counts, stated, active = np.zeros(len(sizes)), np.full(len(sizes), np.nan), []
    for seed in range(ROUNDS):
        picks = draw(sizes, order, outlets, SelectOptions.model_validate({**options, "seed": seed}))
        for pick in picks:
            counts[pick.index] += 1
            assert np.isnan(stated[pick.index]) or stated[pick.index] == pick.probability
            stated[pick.index] = pick.probability
        active.append([pick.index for pick in picks if pick.why == "uncertain"])
    return counts / ROUNDS, stated, active


@pytest.mark.parametrize("audit", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("per_outlet", [2, None])
def test_candidates_are_drawn_as_often_as_stated(audit: float, per_outlet: int | None) -> None:
    random = np.random.default_rng(0)
    sizes = random.beta(0.5, 1.0, size=40)
    outlets = [None if index % 5 == 0 else "big" if index % 2 else f"small {index % 3}" for index in range(40)]
    found, stated, active = frequencies(sizes, outlets, count=12, audit=audit, per_outlet=per_outlet)
    seen = ~np.isnan(stated)
    deviations = np.sqrt(stated[seen] * (1 - stated[seen]) / ROUNDS)
    assert (np.abs(found[seen] - stated[seen]) < 4.5 * deviations + 1e-9).all()
    assert found[~seen].sum() == 0
    if per_outlet:
        most = max(sum(outlets[index] == name for index in part) for part in active for name in ("big", "small 0", "small 1", "small 2"))
        assert most <= per_outlet
    if audit:
        assert seen.all()
        assert stated.sum() == pytest.approx(12), "probabilities of a fixed number of draws add up to it"


def test_estimates_from_a_selection_are_unbiased() -> None:
    random = np.random.default_rng(3)
    sizes, order = random.beta(0.5, 1.0, size=60), list(range(60))
    truth = sizes > 0.4  # what is uncertain is also what is positive: a plain mean is far off
    weighted, plain = [], []
    for seed in range(ROUNDS):
        picks = draw(sizes, order, [None] * 60, SelectOptions(count=15, audit=0.3, seed=seed))
        weighted.append(sum(truth[pick.index] / pick.probability for pick in picks) / 60)
        plain.append(np.mean([truth[pick.index] for pick in picks]))
    error = np.std(weighted) / np.sqrt(ROUNDS)
    assert np.mean(weighted) == pytest.approx(truth.mean(), abs=4.5 * error)
    assert abs(np.mean(plain) - truth.mean()) > 20 * error


def test_neighbours_in_the_order_are_rarely_drawn_together() -> None:
    sizes, clusters = np.ones(60), np.repeat(range(6), 10)
    order = list(range(60))
    spread = [
        len({int(clusters[pick.index]) for pick in draw(sizes, order, [None] * 60, SelectOptions(count=6, audit=0.0, seed=seed))})
        for seed in range(200)
    ]
    shuffled = np.random.default_rng(0).permutation(60).tolist()
    alike = [
        len({int(clusters[pick.index]) for pick in draw(sizes, shuffled, [None] * 60, SelectOptions(count=6, audit=0.0, seed=seed))})
        for seed in range(200)
    ]
    assert np.mean(spread) > np.mean(alike) + 0.5


def test_a_seed_gives_one_selection() -> None:
    sizes, order = np.linspace(0, 1, 50), list(range(50))
    first, second, other = (draw(sizes, order, [None] * 50, SelectOptions(count=10, seed=seed)) for seed in (1, 1, 2))
    assert first == second != other


def test_small_pools_are_taken_whole() -> None:
    picks = draw(np.array([0.0, 0.5, 1.0]), [0, 1, 2], [None] * 3, SelectOptions(count=10))
    assert sorted(pick.index for pick in picks) == [0, 1, 2]
    assert all(pick.probability == pytest.approx(1.0) for pick in picks)
    assert draw(np.array([]), [], [], SelectOptions(count=10)) == []


def test_a_bound_that_leaves_too_few_selects_fewer() -> None:
    picks = draw(np.ones(100), list(range(100)), ["one"] * 100, SelectOptions(count=20, audit=0.2, per_outlet=5))
    assert sum(pick.why == "uncertain" for pick in picks) == 5
    assert sum(pick.why == "audit" for pick in picks) == 4


def test_the_default_bound_never_leaves_too_few() -> None:
    assert outlet_bound(numbered(["one"] * 100), active=20) >= 20
    assert outlet_bound(numbered(["big"] * 90 + [f"small {n}" for n in range(9)]), active=20) >= 11
    assert outlet_bound(numbered([f"paper {n % 10}" for n in range(1000)]), active=20) == 4
    assert outlet_bound(numbered([None] * 10), active=5) >= 1


def test_candidates_without_an_outlet_leave_the_bound_of_the_others_as_it_is() -> None:
    named = [f"paper {n % 10}" for n in range(500)]
    assert outlet_bound(numbered(named + [None] * 500), active=40) == outlet_bound(numbered(named), active=20)


@given(
    sizes=st.lists(st.floats(0, 1), min_size=1, max_size=40),
    share=st.floats(0.01, 1),
    most=st.one_of(st.none(), st.integers(1, 10)),
    seed=st.integers(0, 99),
)
def test_probabilities_hold_every_bound(sizes: list[float], share: float, most: int | None, seed: int) -> None:
    groups = np.random.default_rng(seed).integers(-1, 4, size=len(sizes))
    total = max(1, int(share * len(sizes)))
    found = inclusion_probabilities(np.array(sizes), total=total, groups_N=groups, most=most)
    assert (found > 0).all()
    assert (found <= 1).all()
    possible = sum(min(int((groups == g).sum()), most or len(sizes)) if g >= 0 else int((groups == g).sum()) for g in range(-1, 4))
    assert found.sum() == pytest.approx(min(total, possible))
    for group in range(4):
        assert found[groups == group].sum() <= (most or len(sizes)) + 1e-9
    drawn = found.tolist()
    settle(drawn, range(len(sizes)), np.random.default_rng(seed))
    assert sum(drawn) == pytest.approx(min(total, possible))
    assert all(value in (0.0, 1.0) for value in drawn)
