"""Measures calibration, and precision for a team that can review only a part.

Shapes: N items, B bins.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of a reliability diagram: mean probability, share of positives, items."""

    probability: float
    share: float
    n: int


@dataclass(frozen=True, slots=True)
class BrierParts:
    """The Brier score and its parts (Murphy 1973): brier = reliability - resolution + uncertainty + within, the last from binning.

    Attributes:
        reliability: mean squared gap between a bin's probability and its share; 0 is calibrated.
        resolution: mean squared distance of the bins' shares from the overall share; more is better.
        uncertainty: variance of the targets.
    """

    brier: float
    reliability: float
    resolution: float
    uncertainty: float


def _bins(probabilities_N: Array, bins: int) -> list[NDArray[np.intp]]:
    """Item indices in bins of equal mass."""
    order = np.argsort(probabilities_N, kind="stable")
    return [part for part in np.array_split(order, bins) if len(part)]


def reliability(probabilities_N: Array, targets_N: Array, *, bins: int = BINS) -> list[Bin]:
    """The reliability diagram over bins of equal mass, in order of probability."""
    return [Bin(float(probabilities_N[part].mean()), float(targets_N[part].mean()), len(part)) for part in _bins(probabilities_N, bins)]


def expected_calibration_error(probabilities_N: Array, targets_N: Array, *, bins: int = BINS) -> float:
    """Expected calibration error over bins of equal mass (Nguyen and O'Connor 2015): mean |share - mean probability|."""
    found = reliability(probabilities_N, targets_N, bins=bins)
    return sum(abs(b.share - b.probability) * b.n for b in found) / len(probabilities_N)


def calibrated_error(probabilities_N: Array, targets_N: Array, *, draws: int = 200, seed: int = 0) -> float:
    """The expected calibration error that these scores would show if they were perfectly calibrated, with a sample of N.

    Targets are drawn from the probabilities. If the targets are graded, the draws are pulled towards the probability until they
    scatter as much as the targets do.
    """
    generator = np.random.default_rng(seed)
    scatter = float(np.mean((targets_N - probabilities_N) ** 2))
    coin = float(np.mean(probabilities_N * (1 - probabilities_N)))
    scale = min(1.0, (scatter / coin) ** 0.5) if coin > 0 else 0.0
    if np.isin(targets_N, (0.0, 1.0)).all():
        scale = 1.0
    errors = []
    for _ in range(draws):
        drawn_N = (generator.random(len(probabilities_N)) < probabilities_N).astype(np.float64)
        errors.append(expected_calibration_error(probabilities_N, probabilities_N + scale * (drawn_N - probabilities_N)))
    return float(np.mean(errors))


def brier_parts(probabilities_N: Array, targets_N: Array, *, bins: int = BINS) -> BrierParts:
    """The Brier score with its decomposition over bins of equal mass."""
    base = float(targets_N.mean())
    found = reliability(probabilities_N, targets_N, bins=bins)
    n = len(probabilities_N)
    return BrierParts(
        brier=float(np.mean((probabilities_N - targets_N) ** 2)),
        reliability=sum((b.probability - b.share) ** 2 * b.n for b in found) / n,
        resolution=sum((b.share - base) ** 2 * b.n for b in found) / n,
        uncertainty=float(targets_N.var()),
    )


def risk_coverage(probabilities_N: Array, is_positive_N: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Share of items kept, most confident first, and the error rate among them at 0.5 (Geifman and El-Yaniv 2017); both (N,)."""
    order = np.argsort(-np.abs(probabilities_N - 0.5), kind="stable")
    wrong_N = ((probabilities_N >= 0.5) != is_positive_N)[order]
    counts_N = np.arange(1, len(order) + 1)
    return counts_N / len(order), np.cumsum(wrong_N) / counts_N


def precision_at(probabilities_N: Array, is_positive_N: NDArray[np.bool_], *, capacity: float) -> float:
    """Precision among the items of the highest probability, where only the share `capacity` can be reviewed (at least one item)."""
    taken = max(1, round(capacity * len(probabilities_N)))
    return float(is_positive_N[np.argsort(-probabilities_N, kind="stable")[:taken]].mean())
