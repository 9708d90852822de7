"""A token bucket per caller: limits articles a second, and how many at once."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from presscheck.serve.http.problems import RefusedError

MAX_CALLERS = 10_000


class Buckets:
    """Token buckets by the caller's name; each process has its own.

    Args:
        rate: tokens that a bucket gains a second; 0 for no limit.
        burst: tokens that it holds at most, and at first.
    """

    def __init__(self, *, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, and the time of the count

    def take(self, caller: str, tokens: float) -> int | None:
        """Takes tokens and returns None; where there are too few it takes none and returns the whole seconds to wait.

        A full bucket grants more tokens than it holds, and then has a debt.
        """
        if not self._rate:
            return None
        now = self._clock()
        level, since = self._levels.pop(caller, (self._burst, now))
        level = min(level + (now - since) * self._rate, self._burst)
        missing = min(tokens, self._burst) - level
        granted = missing <= 0
        self._levels[caller] = (level - tokens if granted else level, now)
        while len(self._levels) > MAX_CALLERS:
            self._levels.popitem(last=False)
        return None if granted else max(math.ceil(missing / self._rate), 1)

    def charge(self, caller: str, articles: int) -> None:
        """Takes a token per article.

        Raises:
            RefusedError: 429 where there are too few.
        """
        wait_s = self.take(caller, articles)
        if wait_s is not None:
            raise RefusedError(429, "too many articles for this key", retry_after_s=wait_s)
