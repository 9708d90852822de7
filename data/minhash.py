"""MinHash signatures of texts (Broder 1997): near-duplicates share most of their numbers. One setting, for data sets and for batches."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

# Two texts become candidates if one of BANDS groups of ROWS numbers agrees: 98.8 % of the pairs that overlap by 0.7, 99.98 % by 0.8,
# 2.5 % by 0.2.
BANDS, ROWS = 16, 4
NUMBERS = BANDS * ROWS
Signature = NDArray[np.uint32]


def signatures(texts: Sequence[Sequence[str]]) -> list[Signature]:
    """The signature, (NUMBERS,), of each text's pairs of neighbouring words, or of its only word."""
    pairs = [{f"{a} {b}".encode() for a, b in pairwise(words)} or {" ".join(words).encode()} for words in texts]
    hashed = MinHash.bulk([sorted(one) for one in pairs], num_perm=NUMBERS, seed=1)
    return [np.asarray(one.hashvalues, dtype="<u4") for one in hashed]


def band_keys(signature: Signature) -> Iterator[tuple[int, bytes]]:
    """Keys to look texts up by: each band with its index."""
    for number, band in enumerate(signature.reshape(BANDS, ROWS)):
        yield number, band.tobytes()


def similarity(first: Signature, second: Signature) -> float:
    """The share of equal numbers, which estimates the overlap of the texts' word pairs."""
    return float((first == second).mean())


class FirstAlike:
    """Finds the first of the texts added before that a text resembles; in memory.

    Args:
        similar: share of equal numbers from which two texts resemble each other.
    """

    def __init__(self, similar: float) -> None:
        self._similar = similar
        self._index: dict[tuple[int, bytes], list[int]] = defaultdict(list)
        self._added: list[Signature] = []

    def find(self, signature: Signature) -> int | None:
        """The number of the text, counted from 0 in the order in which they were added."""
        near = sorted({number for key in band_keys(signature) for number in self._index.get(key, ())})
        return next((number for number in near if similarity(self._added[number], signature) >= self._similar), None)

    def add(self, signature: Signature) -> None:
        """Adds a text."""
        for key in band_keys(signature):
            self._index[key].append(len(self._added))
        self._added.append(signature)
