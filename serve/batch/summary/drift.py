"""Measures how far a batch has drifted from the model's training data, and from an earlier batch.

The population stability index of binned counts, sum of (p - q) ln(p / q) (Siddiqi 2006, Credit Risk Scorecards; his rule of thumb: under
0.1 nothing, from 0.25 a shift), compared with its mean by chance: over B bins of n and m independent items it is about (1/n + 1/m) times
chi-squared with B - 1 degrees of freedom where nothing has changed (Yurdakul and Naranjo 2020). Sentences of one article are not
independent, so for `unsourced` chance shows more than that (docs/lab/drift.md). The Kolmogorov-Smirnov distance is
taken at the bins' ends: it can only be too small.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from presscheck.configs.section import Section
from presscheck.serve.reference import Reference

Array = NDArray[np.float64]
Kind = Literal["score", "flag rate", "length", "language"]
LIMIT = 0.25
_BROAD_BINS = 10
_PSEUDO = 0.5
_MIN_ITEMS = 30
_ALPHA = 0.001


class Shift(Section):
    """The shift of one quantity between two sets.

    Attributes:
        psi: population stability index, `by_chance` its mean if nothing has changed.
        ks: Kolmogorov-Smirnov distance of the binned counts; None if the bins have no order.
        drifted: psi is above LIMIT and above what chance shows in 1 of 1000 pairs of sets.
        why_not: why it was not judged.
    """

    name: str
    kind: Kind
    psi: float | None
    by_chance: float | None
    ks: float | None
    items: int
    reference_items: int
    drifted: bool
    why_not: str | None = None

    def title(self) -> str:
        """A title for people."""
        return self.kind if self.name in (self.kind, "words") else f"{self.kind} of {self.name.replace('_', ' ')}"


class Comparison(Section):
    """A batch compared with a reference, which `against` names."""

    against: str
    shifts: tuple[Shift, ...]

    def drifted(self) -> list[Shift]:
        """The quantities that have drifted."""
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


def _shift(name: str, kind: Kind, now: Array, before: Array, *, is_ordered: bool) -> Shift:
    """The shift between two sets of counts, where there are enough to judge."""
    sizes = int(now.sum()), int(before.sum())
    if min(sizes) < _MIN_ITEMS:
        return Shift(
            name=name,
            kind=kind,
            psi=None,
            by_chance=None,
            ks=None,
            items=sizes[0],
            reference_items=sizes[1],
            drifted=False,
            why_not=f"fewer than {_MIN_ITEMS} on one side",
        )
    value, by_chance, bound = psi(now, before)
    ks = float(np.abs(now.cumsum() / now.sum() - before.cumsum() / before.sum()).max()) if is_ordered else None
    return Shift(
        name=name,
        kind=kind,
        psi=round(value, 6),
        by_chance=round(by_chance, 6),
        ks=None if ks is None else round(ks, 6),
        items=sizes[0],
        reference_items=sizes[1],
        drifted=value > max(LIMIT, bound),
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


def compare(now: Reference, before: Reference, *, against: str) -> Comparison:
    """Compares every quantity that both have."""
    return Comparison(against=against, shifts=tuple(_shifts(now, before)))
