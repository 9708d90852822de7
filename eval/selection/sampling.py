"""Random samples with given inclusion probabilities.

Shapes: N candidates.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Numbers = NDArray[np.intp]
_PRECISION = 1e-14  # of the bisection
_NEAR = 1e-9
_SMALLEST = 1e-6  # of the mean size: a candidate without any size could not be drawn when all others are


def inclusion_probabilities(sizes_N: Array, *, total: int, groups_N: Numbers, most: int | None) -> Array:
    """Probabilities (N,) in proportion to the sizes, none above 1, that add up to `total`.

    In no group do they add up to more than `most`: its own are scaled down and all others up. Where that leaves less than `total`, they
    add up to what is possible.

    Args:
        groups_N: the group of each candidate, -1 for none.
    """
    sizes_N = np.maximum(sizes_N, _SMALLEST * max(float(sizes_N.mean()), _SMALLEST))

    def scaled(scale: float) -> Array:
        found_N = np.minimum(scale * sizes_N, 1.0)
        if most is None or not (groups_N >= 0).any():
            return found_N
        sums = np.bincount(groups_N + 1, weights=found_N)
        factors = np.minimum(1.0, most / np.maximum(sums, _SMALLEST))
        factors[0] = 1.0
        bounded_N: Array = found_N * factors[groups_N + 1]
        return bounded_N

    low, high = 0.0, 1.0 / float(sizes_N.min())
    if scaled(high).sum() <= total:
        return scaled(high)
    while high - low > _PRECISION * high:
        middle = (low + high) / 2
        low, high = (middle, high) if scaled(middle).sum() < total else (low, middle)
    return scaled(high)


def settle(probabilities: list[float], order: Sequence[int], random: np.random.Generator) -> None:
    """Draws along an order, in place: afterwards each probability in it is 1 (drawn) or 0, but for at most one.

    Ordered pivotal sampling (Deville and Tillé 1998; Chauvet 2012): two neighbours at a time compete for the sum of their probabilities.
    Each candidate is drawn with exactly its probability, the sum is kept, and neighbours are rarely drawn together, which makes the order
    an implicit stratification.
    """
    held: int | None = None
    for unit in order:
        if _is_settled(probabilities, unit):
            continue
        if held is None:
            held = unit
            continue
        first, second = probabilities[held], probabilities[unit]
        both = first + second
        if both < 1:
            held, loser = (held, unit) if random.random() * both < first else (unit, held)
            probabilities[held], probabilities[loser] = both, 0.0
        else:
            winner, held = (held, unit) if random.random() * (2 - both) < 1 - second else (unit, held)
            probabilities[winner], probabilities[held] = 1.0, both - 1
        if _is_settled(probabilities, held):
            held = None


def _is_settled(probabilities: list[float], unit: int) -> bool:
    """Whether a probability is 0 or 1, up to rounding, which is removed."""
    value = probabilities[unit]
    if _NEAR < value < 1 - _NEAR:
        return False
    probabilities[unit] = float(round(value))
    return True
