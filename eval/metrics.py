"""Metrics of one output, with bootstrap intervals over groups.

Shapes: N items.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_fscore_support, roc_auc_score

Array = NDArray[np.float64]
METRICS = ("precision", "recall", "f1", "average_precision", "roc_auc", "ece")
_ECE_BINS = 10


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; None where it is not defined on these items."""

    value: float | None
    lower: float | None
    upper: float | None


def expected_calibration_error(probabilities_N: Array, targets_N: Array, *, bins: int = _ECE_BINS) -> float:
    """Expected calibration error over bins of equal mass (Nguyen and O'Connor 2015): mean |share - mean probability|."""
    order = np.argsort(probabilities_N, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [abs(float(targets_N[part].mean()) - float(probabilities_N[part].mean())) * len(part) for part in parts]
    return sum(gaps) / len(probabilities_N)


def metrics_of(probabilities_N: Array, targets_N: Array, *, threshold: float = 0.5) -> dict[str, float | None]:
    """All metrics of one output; ranking metrics are None where only one class is present.

    Targets are 0..1. From 0.5 on an item counts as positive; the calibration error is taken against the targets themselves, which is what
    calibration was fitted to.
    """
    is_positive_N = targets_N >= 0.5
    precision, recall, f1, _ = precision_recall_fscore_support(
        is_positive_N, probabilities_N >= threshold, average="binary", zero_division=0.0
    )
    both = 0 < int(is_positive_N.sum()) < len(is_positive_N)
    return {
        "precision": float(precision),
        "recall": float(recall),
        "f1": float(f1),
        "average_precision": float(average_precision_score(is_positive_N, probabilities_N)) if both else None,
        "roc_auc": float(roc_auc_score(is_positive_N, probabilities_N)) if both else None,
        "ece": expected_calibration_error(probabilities_N, targets_N),
    }


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


def estimate(
    probabilities_N: Array, targets_N: Array, groups: Sequence[str], *, resamples: int, threshold: float = 0.5
) -> dict[str, Estimate]:
    """All metrics of one output with their intervals."""
    return bootstrap(
        lambda index: metrics_of(probabilities_N[index], targets_N[index], threshold=threshold),
        groups,
        resamples=resamples,
    )
