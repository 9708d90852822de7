"""The items of one label: targets and probabilities, from which every figure of an evaluation is computed.

Shapes: N items.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from presscheck.data.schema import POSITIVE, Document, Segment
from presscheck.train.scored import Scored

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Items:
    """The segments that carry a label, with their probabilities and targets (N,)."""

    label: str
    places: tuple[tuple[Document, Segment], ...]
    probabilities_N: Array  # noqa: N815 - the shape suffix
    targets_N: Array  # noqa: N815 - as above

    @property
    def groups(self) -> list[str]:
        """The group of each item."""
        return [document.group for document, _ in self.places]

    @property
    def is_positive_N(self) -> NDArray[np.bool_]:  # noqa: N802 - the shape suffix
        """Whether each target counts as positive."""
        return self.targets_N >= POSITIVE

    @property
    def is_flagged_N(self) -> NDArray[np.bool_]:  # noqa: N802 - as above
        """Whether each item is at or above 0.5."""
        return self.probabilities_N >= POSITIVE

    @property
    def is_right_N(self) -> NDArray[np.bool_]:  # noqa: N802 - as above
        """Whether each item is on its target's side of 0.5."""
        right: NDArray[np.bool_] = self.is_flagged_N == self.is_positive_N
        return right


def items_of(scored: Sequence[Scored], label: str) -> Items:
    """The items of a label."""
    found = [(document, segment, scores) for document, segment, scores in scored if label in segment.labels]
    return Items(
        label,
        tuple((document, segment) for document, segment, _ in found),
        np.array([scores.labels[label] for _, _, scores in found]),
        np.array([segment.labels[label] for _, segment, _ in found]),
    )
