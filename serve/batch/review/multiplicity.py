"""How many articles have to be drawn for so many different ones: copies of a text are one item of the queue.

The number must not hang on the draws, or the probabilities would not be what they say. So it is taken from a sample of texts by a hash
of their own: the texts of the lowest hashes with all of their copies counted (a bottom-k sketch; Cohen and Kaplan 2007), whatever the seed.
"""

import hashlib
import heapq

_TEXTS = 512
_PART_BYTES = 16


class Multiplicity:
    """Copies of texts, by the first part of their signatures, which small edits mostly leave; it holds _TEXTS of them."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}
        self._highest: list[int] = []

    def put(self, signature: bytes) -> None:
        """Counts a copy. A text that falls out never comes back, so the counts of those within are whole."""
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
        """How many different texts there were: exact up to _TEXTS of them, then the sketch's unbiased estimate."""
        held = len(self._highest)
        return float(held) if held < _TEXTS else (held - 1) * 2.0**64 / -self._highest[0]

    def articles_for(self, items: int, *, of: int) -> int:
        """The least number of articles out of `of`, drawn at random, that hold on average at least `items` different texts."""
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
