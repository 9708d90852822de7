"""The logistic function, for every logit that becomes a probability."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_FAR = 60.0  # beyond it every written digit of the probability is 0 or 1, and far beyond the exponential overflows


def sigmoid(logits: ArrayLike) -> NDArray[np.float64]:
    """Probabilities, in the shape of the logits; never 0, for any logit."""
    probabilities: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-np.minimum(np.maximum(np.asarray(logits, dtype=np.float64), -_FAR), _FAR)))
    return probabilities
