"""Drift between sets that are the same, that differ by chance, and that differ."""

from collections import Counter

import numpy as np
import pytest

from presscheck.serve.batch.drift import LIMIT, compare, psi
from presscheck.serve.batch.prevalence import prevalences
from presscheck.serve.prior import shifted
from presscheck.serve.reference import SCORE_BINS, Reference, combined, odds_bin


def reference(scores: np.ndarray[tuple[int], np.dtype[np.float64]], *, english: int = 0) -> Reference:
    counts = np.bincount(np.minimum((scores * SCORE_BINS).astype(int), SCORE_BINS - 1), minlength=SCORE_BINS)
    count = len(scores)
    flagged = int((scores > 0.5).sum())
    return Reference(
        articles=count,
        scores={"review": counts.tolist()},
        odds={"review": dict(Counter(map(odds_bin, scores.tolist())))},
        flagged={"elevated": flagged},
        asked={"elevated": count},
        lengths=[0, 0, count, *([0] * 13)],
        languages={"en": count - english, "de": english},
        vocabulary=[count] * 256,
    )


def test_samples_of_one_source_have_not_drifted() -> None:
    generator = np.random.default_rng(0)
    drifted = 0
    for _ in range(200):
        first, second = (reference(generator.beta(2, 3, 60)) for _ in range(2))
        drifted += bool(compare(first, second, against="x").drifted())
    assert drifted <= 4  # two quantities of chance, each at 1 in 1000; the limit alone would say so far more often


def test_psi_shows_by_chance_what_it_says() -> None:
    generator = np.random.default_rng(1)
    draws = [psi(*(np.bincount(generator.integers(0, 10, n), minlength=10).astype(float) for n in (400, 900))) for _ in range(300)]
    values, means, bounds = map(np.array, zip(*draws, strict=True))
    assert values.mean() == pytest.approx(means.mean(), rel=0.15)
    assert (values > bounds).mean() < 0.02


def test_a_shift_is_found_and_named() -> None:
    generator = np.random.default_rng(2)
    first, second = reference(generator.beta(2, 3, 3000)), reference(generator.beta(5, 2, 3000), english=1500)
    found = {shift.name: shift for shift in compare(second, first, against="before").drifted()}
    assert set(found) == {"review", "elevated", "language"}
    assert (found["review"].psi or 0) > LIMIT
    assert (found["review"].ks or 0) > 0.4


def test_too_few_items_are_not_judged() -> None:
    few = reference(np.linspace(0.1, 0.2, 10))
    assert all(shift.psi is None and shift.why_not for shift in compare(few, few, against="x").shifts if shift.name == "review")


@pytest.mark.parametrize("share", [0.05, 0.3, 0.7])
def test_em_finds_the_share_that_the_texts_have(share: float) -> None:
    generator = np.random.default_rng(3)
    base, count = 0.5, 40_000
    positive = generator.random(count) < share
    evidence = generator.normal(np.where(positive, 1.0, -1.0), 1.0)
    scores = 1 / (1 + np.exp(-2.0 * evidence))  # calibrated where half of the items are positive
    (found,) = prevalences(reference(scores), {"review": base})
    assert found.estimated == pytest.approx(share, abs=0.02)
    assert abs(found.estimated - share) < abs(found.mean_score - share) + 1e-3
    assert shifted(0.5, base=base, prevalence=0.2) == pytest.approx(0.2)


@pytest.mark.parametrize("share", [0.0005, 0.002, 0.01])
def test_em_is_as_fine_near_zero_as_on_the_scores_themselves(share: float) -> None:
    generator = np.random.default_rng(6)
    base, count = 0.3, 60_000
    positive = generator.random(count) < share
    evidence = generator.normal(np.where(positive, 2.0, -2.0), 1.0)
    scores = 1 / (1 + np.exp(-4.0 * evidence) * (1 - base) / base)
    (found,) = prevalences(reference(scores), {"review": base})
    exact = base
    for _ in range(5000):
        odds = scores / (1 - scores) * exact / (1 - exact) * (1 - base) / base
        exact = float((odds / (1 + odds)).mean())
    assert found.estimated == pytest.approx(exact, rel=0.01)
    assert found.mean_score == pytest.approx(scores.mean(), rel=0.01)
    assert found.estimated == pytest.approx(share, abs=4 * np.sqrt(share / count))


def test_counts_add_up() -> None:
    generator = np.random.default_rng(4)
    scores = generator.random(500)
    whole, halves = reference(scores), combined(reference(scores[:200]), reference(scores[200:]))
    assert halves == whole.model_copy(update={"languages": halves.languages})
    assert Reference.model_validate_json(halves.model_dump_json()) == halves
