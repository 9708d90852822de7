"""Estimates the share of positives in a batch from its scores alone."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from presscheck.configs.section import Section
from presscheck.serve.reference import ODDS_STEP, Reference

Array = NDArray[np.float64]


class Prevalence(Section):
    """Share of positives: the mean of the calibrated scores, and the estimate by expectation maximisation from `base`."""

    name: str
    base: float
    mean_score: float
    estimated: float
    items: int


def _expected(odds: Array, counts: Array, *, base: float) -> float:
    """Saerens, Latinne and Decaestecker 2002, equations 9 to 11: the prior that its own posteriors average to."""
    prevalence = base
    for _ in range(10_000):  # converges slowly if nearly all are of one kind
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
