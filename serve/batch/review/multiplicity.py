"""Estimates how many articles to draw for a given number of distinct texts: near-duplicates are one item of the queue.

The number must not depend on the draws, or the inclusion probabilities would be wrong. So it comes from a sample of texts by a hash
of its own: the texts of the lowest hashes with all of their copies counted (a bottom-k sketch; Cohen and Kaplan 2007), whatever the seed.
"""

import hashlib
import heapq

_TEXTS = 512
_PART_BYTES = 16


class Multiplicity:
    """Counts copies of texts by the first part of their signatures, which small edits mostly leave unchanged; it holds _TEXTS texts."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}
        self._highest: list[int] = []

    def put(self, signature: bytes) -> None:
        """Counts a copy. A text that is evicted never comes back, so the counts of those held are complete."""
        key = int.from_bytes(hashlib.blake2b(signature[:_PART_BYTES], digest_size=8).digest(), "big")
        if key in self._counts:
            self._counts[key] += 1
        elif len(self._highest) < _TEXTS:
            heapq.heappush(self._highest, -key)
            self._counts[key] = 1
        elif key < -self._highest[0]:
            del self._counts[-heapq.heappushpop(self._highest, -key)]
            self._counts[key] = 1

    def texts(self) -> float:
        """The number of distinct texts: exact up to _TEXTS, then the sketch's unbiased estimate."""
        held = len(self._highest)
        return float(held) if held < _TEXTS else (held - 1) * 2.0**64 / -self._highest[0]

    def articles_for(self, items: int, *, of: int) -> int:
        """The smallest number of articles to draw at random out of `of` that holds on average at least `items` distinct texts."""
        if not self._counts or items >= self.texts():
            return of
        if max(self._counts.values()) == 1:
            return items
        scale = self.texts() / len(self._counts)
        low, high = 0, of
        while high - low > 1:
            middle = (low + high) // 2
            missed = 1 - middle / of
            expected = scale * sum(1 - missed**copies for copies in self._counts.values())
            low, high = (middle, high) if expected < items else (low, middle)
        return max(high, items)
