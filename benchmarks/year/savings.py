"""How many reviews random choice needs for what active selection has reached, with intervals over the seeds.

Shapes: S seeds, R rounds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_RESAMPLES = 2000


def needed(reviews: Sequence[float], curve: Sequence[float], value: float) -> float | None:
    """The reviews after which a curve first reaches a value, between rounds in a straight line; None if it never does."""
    for number, reached in enumerate(curve):
        if reached >= value:
            if number == 0:
                return float(reviews[0])
            before = curve[number - 1]
            share = (value - before) / (reached - before)
            return float(reviews[number - 1] + share * (reviews[number] - reviews[number - 1]))
    return None


@dataclass(frozen=True, slots=True)
class Saved:
    """Random choice's reviews for active selection's quality; infinite bounds where it does not reach it."""

    reviews: int
    needed: float | None
    lower: float | None
    upper: float | None

    def __str__(self) -> str:
        def shown(value: float | None) -> str:
            return "never" if value is None else f"{value:,.0f}"

        return f"{shown(self.needed)} ({shown(self.lower)} to {shown(self.upper)})"


def saved(reviews: Sequence[int], active_SR: Array, random_SR: Array, *, at: int) -> Saved:
    """The saving after a round, of mean curves over the seeds; the interval resamples them (2.5 to 97.5 %).

    Args:
        reviews: items labelled after each round of the longer curve, the seed included.
        at: the round.
    """

    def once(index: NDArray[np.intp]) -> float | None:
        return needed(reviews, random_SR[index].mean(axis=0).tolist(), float(active_SR[index, at].mean()))

    seeds = len(active_SR)
    generator = np.random.default_rng(0)
    draws = sorted(
        np.inf if (found := once(generator.integers(0, seeds, seeds))) is None else found for _ in range(_RESAMPLES if seeds > 1 else 0)
    )
    ends = [draws[round(share * (len(draws) - 1))] for share in (0.025, 0.975)] if draws else [np.inf, np.inf]
    lower, upper = (None if np.isinf(end) else float(end) for end in ends)
    return Saved(int(reviews[at]), once(np.arange(seeds)), lower, upper)
