"""Bootstrap intervals by resampling whole groups."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; None if it is not defined on these items."""

    value: float | None
    lower: float | None
    upper: float | None


def bootstrap(
    statistic: Callable[[NDArray[np.intp]], Mapping[str, float | None]],
    groups: Sequence[str],
    *,
    resamples: int,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Percentile bootstrap over whole groups (Davison and Hinkley 1997, section 3.8): items of one story are not independent.

    Args:
        statistic: maps item indices (with repeats) to named figures.
        groups: group of each of the N items.
    """
    names, codes_N = np.unique(np.array(groups), return_inverse=True)
    members = [np.flatnonzero(codes_N == code) for code in range(len(names))]
    generator = np.random.default_rng(seed)
    point = statistic(np.arange(len(groups)))
    draws: dict[str, list[float]] = {name: [] for name in point}
    for _ in range(resamples):
        chosen = generator.integers(0, len(members), len(members))
        for name, value in statistic(np.concatenate([members[c] for c in chosen])).items():
            if value is not None:
                draws[name].append(value)
    estimates = {}
    for name, value in point.items():
        if value is None or not draws[name]:
            estimates[name] = Estimate(value, None, None)
        else:
            lower, upper = np.percentile(draws[name], [2.5, 97.5])
            estimates[name] = Estimate(value, float(lower), float(upper))
    return estimates
