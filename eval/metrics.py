"""Metrics of one output, with bootstrap intervals over groups.

Shapes: N items.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_fscore_support, roc_auc_score

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
}  # others are shown as they are


def metrics_of(probabilities_N: Array, targets_N: Array, *, threshold: float = 0.5) -> dict[str, float | None]:
    """All metrics of one output; ranking metrics are None where only one class is present.

    Targets are 0..1. From 0.5 on an item counts as positive; the calibration error is taken against the targets themselves, which is what
    calibration was fitted to.
    """
    is_positive_N = targets_N >= POSITIVE
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
        "brier": float(np.mean((probabilities_N - targets_N) ** 2)),
    }


def estimate(
    probabilities_N: Array, targets_N: Array, groups: Sequence[str], *, resamples: int, threshold: float = 0.5
) -> dict[str, Estimate]:
    """All metrics of one output with their intervals."""
    return bootstrap(
        lambda index: metrics_of(probabilities_N[index], targets_N[index], threshold=threshold),
        groups,
        resamples=resamples,
    )
