"""Computes the metrics of one output, with bootstrap intervals over groups.

They are counted from one sort, since a thousand resamples of every token take minutes in scikit-learn; tests compare the two.

Shapes: N items, D distinct probabilities.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from presscheck.data.bootstrap import Estimate, bootstrap
from presscheck.data.schema import POSITIVE
from presscheck.eval.calibration import expected_calibration_error

Array = NDArray[np.float64]
METRICS = ("precision", "recall", "f1", "average_precision", "roc_auc", "ece", "brier")
NAMES = {
    "average_precision": "AP",
    "roc_auc": "ROC AUC",
    "f1": "F1",
    "ece": "ECE",
    "brier": "Brier",
}  # other names are shown unchanged


def ranking(scores_N: Array, is_positive_N: NDArray[np.bool_]) -> tuple[float, float] | None:
    """Average precision and ROC AUC, equal scores taken together; None if only one class is present."""
    order_N = np.argsort(scores_N, kind="stable")[::-1]
    ends_D = np.append(np.flatnonzero(np.diff(scores_N[order_N])), len(order_N) - 1)
    hits_D = np.cumsum(is_positive_N[order_N])[ends_D].astype(float)
    taken_D = ends_D + 1.0
    misses_D = taken_D - hits_D
    if hits_D[-1] == 0 or misses_D[-1] == 0:
        return None
    steps_D = np.diff(hits_D, prepend=0.0)
    precision = float(np.sum(steps_D * hits_D / taken_D) / hits_D[-1])
    area = float(np.sum(np.diff(misses_D, prepend=0.0) * (hits_D - steps_D / 2)))
    return precision, area / float(hits_D[-1] * misses_D[-1])


def metrics_of(probabilities_N: Array, targets_N: Array, *, threshold: float = 0.5) -> dict[str, float | None]:
    """All metrics of one output; ranking metrics are None where only one class is present.

    Targets are 0..1. An item counts as positive from 0.5 on; the calibration error uses the targets themselves, as
    calibration does.
    """
    is_positive_N, is_flagged_N = targets_N >= POSITIVE, probabilities_N >= threshold
    hits, positives, flagged = (int(part.sum()) for part in (is_positive_N & is_flagged_N, is_positive_N, is_flagged_N))
    ranked = ranking(probabilities_N, is_positive_N)
    return {
        "precision": hits / flagged if flagged else 0.0,
        "recall": hits / positives if positives else 0.0,
        "f1": 2 * hits / (flagged + positives) if flagged + positives else 0.0,
        "average_precision": ranked[0] if ranked else None,
        "roc_auc": ranked[1] if ranked else None,
        "ece": expected_calibration_error(probabilities_N, targets_N),
        "brier": float(np.mean((probabilities_N - targets_N) ** 2)),
    }


def estimate(
    probabilities_N: Array, targets_N: Array, groups: Sequence[str], *, resamples: int, threshold: float = 0.5
) -> dict[str, Estimate]:
    """All metrics of one output with their intervals."""
    order_N = np.argsort(probabilities_N, kind="stable")
    p_N, y_N = probabilities_N[order_N], targets_N[order_N]

    def statistic(index: NDArray[np.intp]) -> dict[str, float | None]:
        drawn = np.repeat(np.arange(len(p_N)), np.bincount(index, minlength=len(p_N)))  # already in order: no sort needed
        return metrics_of(p_N[drawn], y_N[drawn], threshold=threshold)

    return bootstrap(statistic, [groups[n] for n in order_N], resamples=resamples)
