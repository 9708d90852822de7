"""How far two sets of articles lie from each other among word vectors.

The squared Mahalanobis distance of their means. For two normal distributions of one covariance it is Jeffreys' divergence, of which the
population stability index is the binned form, so one limit holds for both. Where nothing has changed it is (1/n + 1/m) times Hotelling's
T², which is F distributed but for a factor (Hotelling 1931). Copies count as often as they came: where there are many, chance shows more.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import f as f_distribution

from presscheck.serve.moments import Moments

Array = NDArray[np.float64]


def _scatter(one: Moments) -> Array:
    """Covariance times the number of articles: from whole numbers, so that nothing is lost in a difference of large ones."""
    axes = len(one.sums)
    found = np.zeros((axes, axes))
    for i, j, product in zip(*np.triu_indices(axes), one.products, strict=True):
        found[i, j] = found[j, i] = (product * one.articles - one.sums[i] * one.sums[j]) / one.articles
    return found


def distance(first: Moments, second: Moments, *, alpha: float) -> tuple[float, float, float]:
    """The squared distance, its mean by chance, and the value that chance exceeds in a share of `alpha` of all pairs of sets."""
    n, m, axes = first.articles, second.articles, len(first.sums)
    freedom = n + m - 2
    between = np.array(first.sums) / n - np.array(second.sums) / m
    pooled = (_scatter(first) + _scatter(second)) / freedom
    value = float(between @ np.linalg.pinv(pooled, hermitian=True) @ between)
    unit = (1 / n + 1 / m) * axes * freedom
    rest = freedom + 1 - axes
    return value, unit / (rest - 2), unit / rest * float(f_distribution.ppf(1 - alpha, axes, rest))
