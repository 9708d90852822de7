"""Paired tests of two models on the same items.

Shapes: N items.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from presscheck.data.bootstrap import Estimate, bootstrap

Array = NDArray[np.float64]
Metric = Callable[[Array, Array], float | None]


@dataclass(frozen=True, slots=True)
class McNemar:
    """Items that only one of two models gets right, and the exact two-sided p-value that they are equally many (McNemar 1947)."""

    only_a: int
    only_b: int
    p_value: float


def mcnemar(is_right_a_N: NDArray[np.bool_], is_right_b_N: NDArray[np.bool_]) -> McNemar:
    """The exact test: under the null the disagreements are coin flips. Without any, p is 1."""
    only_a, only_b = int((is_right_a_N & ~is_right_b_N).sum()), int((~is_right_a_N & is_right_b_N).sum())
    p_value = float(binomtest(only_a, only_a + only_b).pvalue) if only_a + only_b else 1.0
    return McNemar(only_a, only_b, p_value)


def difference(metric: Metric, a_N: Array, b_N: Array, targets_N: Array, groups: Sequence[str], *, resamples: int) -> Estimate:
    """metric(b) - metric(a) with its paired 95 % bootstrap interval: every resample has the same items for both."""

    def statistic(index: NDArray[np.intp]) -> dict[str, float | None]:
        first, second = metric(a_N[index], targets_N[index]), metric(b_N[index], targets_N[index])
        return {"difference": None if first is None or second is None else second - first}

    return bootstrap(statistic, groups, resamples=resamples)["difference"]


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values of several comparisons (Holm 1979), in the order given."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted
