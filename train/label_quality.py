"""Confident learning (Northcutt et al. 2021): how much a model that did not see a label doubts it.

Shapes: N items of one label.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from presscheck.data.schema import POSITIVE

Array = NDArray[np.float64]
_MIN_OF_EACH = 5  # items of a class that label issues need (cleanlab's own bound)


@dataclass(frozen=True, slots=True)
class LabelQuality:
    """How well each label agrees with held-out probabilities.

    Attributes:
        quality_N: 0..1, low where the label is likely an error: the probability of the label that was given.
        is_issue_N: whether confident learning counts it as an error.
    """

    quality_N: Array  # noqa: N815 - the shape suffix
    is_issue_N: NDArray[np.bool_]  # noqa: N815 - as above

    def order(self) -> NDArray[np.intp]:
        """The items by doubt, the most doubtful first."""
        return np.argsort(self.quality_N, kind="stable")


def label_quality(targets_N: Array, probabilities_N: Array) -> LabelQuality:
    """Compares labels, 0..1, with probabilities of a model that was not trained on them.

    A label with fewer than five items of either kind has no issues: the method needs some of both.
    """
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    labels_N = (targets_N >= POSITIVE).astype(int)
    both_NC = np.stack([1 - probabilities_N, probabilities_N], axis=1)
    if np.bincount(labels_N, minlength=2).min() < _MIN_OF_EACH:
        return LabelQuality(np.take_along_axis(both_NC, labels_N[:, None], axis=1)[:, 0], np.zeros(len(labels_N), dtype=bool))
    quality_N: Array = get_label_quality_scores(labels_N, both_NC)
    is_issue_N: NDArray[np.bool_] = find_label_issues(labels_N, both_NC, n_jobs=1)
    return LabelQuality(quality_N, is_issue_N)
