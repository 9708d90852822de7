"""How far a batch lies from what the model was trained on, and from the batch before.

The population stability index of binned counts, sum of (p - q) ln(p / q) (Siddiqi 2006, Credit Risk Scorecards; his rule of thumb: under
0.1 nothing, from 0.25 a shift), beside what chance shows: over B bins of n and m independent items it is about (1/n + 1/m) times
chi-squared with B - 1 degrees of freedom where nothing has changed (Yurdakul and Naranjo 2020). Words of one article are not independent,
so for the vocabulary chance shows more than that. The Kolmogorov-Smirnov distance is taken at the bins' ends: it can only be too small.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from presscheck.configs.section import Section
from presscheck.serve.reference import ODDS_STEP, Reference

Array = NDArray[np.float64]
LIMIT = 0.25
_BROAD_BINS = 10
_PSEUDO = 0.5
_MIN_ITEMS = 30
_ALPHA = 0.001


class Shift(Section):
    """One quantity in both sets.

    Attributes:
        psi: population stability index, `by_chance` what it is on average where nothing has changed.
        ks: Kolmogorov-Smirnov distance of the binned counts; None where the bins have no order.
        drifted: psi is above LIMIT and above what chance shows in 1 of 1000 pairs of sets.
        why_not: why it was not judged.
    """

    name: str
    kind: Literal["score", "flag rate", "length", "language", "vocabulary"]
    psi: float | None
    by_chance: float | None
    ks: float | None
    items: int
    reference_items: int
    drifted: bool
    why_not: str | None = None


class Prevalence(Section):
    """Share of positives: as the mean of the calibrated scores says, and estimated by expectation maximisation from `base`."""

    name: str
    base: float
    mean_score: float
    estimated: float
    items: int


class Comparison(Section):
    """A batch beside a reference; `against` says which."""

    against: str
    shifts: tuple[Shift, ...]

    def drifted(self) -> list[Shift]:
        """Those that have."""
        return [shift for shift in self.shifts if shift.drifted]


def _broad(counts: Sequence[int]) -> Array:
    """Score bins joined to ten."""
    joined: Array = np.array(counts, dtype=float).reshape(_BROAD_BINS, -1).sum(axis=1)
    return joined


def psi(first: Array, second: Array) -> tuple[float, float, float]:
    """The index of two sets of counts, its mean by chance, and the value that chance exceeds once in 1 / _ALPHA pairs."""
    used = (first + second) > 0
    a, b = first[used] + _PSEUDO, second[used] + _PSEUDO
    n, m = a.sum(), b.sum()
    p, q = a / n, b / m
    value = float(((p - q) * np.log(p / q)).sum())
    freedom = max(int(used.sum()) - 1, 1)
    unit = 1 / n + 1 / m
    return value, float(freedom * unit), float(chi2.ppf(1 - _ALPHA, freedom) * unit)


def _shift(
    name: str,
    kind: Literal["score", "flag rate", "length", "language", "vocabulary"],
    now: Array,
    before: Array,
    *,
    is_ordered: bool,
) -> Shift:
    sizes = {"items": int(now.sum()), "reference_items": int(before.sum())}
    if min(sizes.values()) < _MIN_ITEMS:
        why = f"fewer than {_MIN_ITEMS} on one side"
        return Shift(name=name, kind=kind, psi=None, by_chance=None, ks=None, drifted=False, why_not=why, **sizes)
    value, mean, bound = psi(now, before)
    ks = float(np.abs(now.cumsum() / now.sum() - before.cumsum() / before.sum()).max()) if is_ordered else None
    return Shift(
        name=name,
        kind=kind,
        psi=round(value, 6),
        by_chance=round(mean, 6),
        ks=None if ks is None else round(ks, 6),
        drifted=value > max(LIMIT, bound),
        **sizes,
    )


def _shifts(now: Reference, before: Reference) -> Iterator[Shift]:
    for name in sorted(now.scores.keys() & before.scores.keys()):
        yield _shift(name, "score", _broad(now.scores[name]), _broad(before.scores[name]), is_ordered=True)
    for name in sorted(now.asked.keys() & before.asked.keys()):
        rates = (np.array([r.flagged[name], r.asked[name] - r.flagged[name]], dtype=float) for r in (now, before))
        yield _shift(name, "flag rate", *rates, is_ordered=False)
    lengths = (np.array(r.lengths, dtype=float) for r in (now, before))
    yield _shift("words", "length", *lengths, is_ordered=True)
    languages = sorted({*now.languages, *before.languages})
    spoken = (np.array([r.languages.get(code, 0) for code in languages], dtype=float) for r in (now, before))
    yield _shift("language", "language", *spoken, is_ordered=False)
    words = (np.array(r.vocabulary, dtype=float) for r in (now, before))
    yield _shift("vocabulary", "vocabulary", *words, is_ordered=False)


def compare(now: Reference, before: Reference, *, against: str) -> Comparison:
    """Every quantity that both have."""
    return Comparison(against=against, shifts=tuple(_shifts(now, before)))


def _expected(odds: Array, counts: Array, *, base: float) -> float:
    """Saerens, Latinne and Decaestecker 2002, equations 9 to 11: the prior that its own posteriors average to."""
    prevalence = base
    for _ in range(10_000):  # where nearly all are of one kind it is slow to settle
        shifted = odds * (prevalence / (1 - prevalence) * (1 - base) / base)
        found = float((shifted / (1 + shifted) * counts).sum() / counts.sum())
        found = min(max(found, 1e-9), 1 - 1e-9)
        if math.isclose(found, prevalence, rel_tol=1e-8):
            break
        prevalence = found
    return prevalence


def prevalences(now: Reference, bases: Mapping[str, float]) -> tuple[Prevalence, ...]:
    """For each score that is calibrated on a known share of positives.

    EM takes the scores to be calibrated and the texts of each kind to be as in training; scores enter by the middles of their narrow
    bins of log-odds.
    """
    found = []
    for name, base in bases.items():
        bins = now.odds.get(name, {})
        counts = np.array(list(bins.values()), dtype=float)
        if counts.sum() and 0 < base < 1:
            odds = np.exp((np.array(list(bins), dtype=float) + 0.5) * ODDS_STEP)
            found.append(
                Prevalence(
                    name=name,
                    base=base,
                    mean_score=round(float((odds / (1 + odds) * counts).sum() / counts.sum()), 6),
                    estimated=round(_expected(odds, counts, base=base), 6),
                    items=int(counts.sum()),
                )
            )
    return tuple(found)
