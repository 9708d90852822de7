"""Vectors of texts by their words: TF-IDF and a truncated singular value decomposition. Also an order that puts similar texts together.

Shapes: N texts, D dimensions.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer

Vectors = NDArray[np.float32]
DIMENSIONS = 64
FITTED_ON = 10_000  # texts; more change the components little
_WORDS = 2**18  # hashed
_LEAF = 4


class TextVectors:
    """Fits on a sample of texts, and then makes vectors of any."""

    def __init__(self, sample: Sequence[str]) -> None:
        words = HashingVectorizer(n_features=_WORDS, alternate_sign=False, norm=None, stop_words="english", dtype=np.float32)
        dimensions = max(min(DIMENSIONS, len(sample) - 1), 1)
        svd = TruncatedSVD(dimensions, random_state=0)
        self._pipeline: Any = make_pipeline(words, TfidfTransformer(sublinear_tf=True), svd, Normalizer())
        with np.errstate(invalid="ignore"):  # the share of explained variance of texts that are all equal
            self._pipeline.fit(list(sample))

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """A vector (N, D) of length 1 for each text."""
        found: Vectors = self._pipeline.transform(list(texts)).astype(np.float32)
        return found


def neighbour_order(vectors_ND: Vectors) -> list[int]:
    """The numbers of all vectors, similar ones near each other: the leaves of a k-d tree (Bentley 1975), cut at the median."""
    found: list[int] = []
    waiting = [np.arange(len(vectors_ND))]
    while waiting:
        part = waiting.pop()
        if len(part) <= _LEAF:
            found += part.tolist()
            continue
        vectors = vectors_ND[part]
        axis = int(vectors.var(axis=0).argmax())
        along = part[np.argsort(vectors[:, axis], kind="stable")]
        middle = len(along) // 2
        waiting += [along[middle:], along[:middle]]
    return found
