"""Micro-batches: articles of all waiting requests, a few of each in turn, scored together on one thread.

The queue bounds memory: what does not fit is refused at once. An article whose request timed out or whose client disconnected is
never scored.
"""

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar

from presscheck.data.article import Article, Rejected

logger = logging.getLogger("presscheck.batches")
T = TypeVar("T")
Input = Article | Rejected
MAX_RETRY_S = 60
COST_OF_AN_ARTICLE = 200  # in code points: the fixed cost of an article
SAFE_SHARE = 0.5  # share of the deadline that may be spent in the queue, by estimate: later requests take turns too


class FullError(Exception):
    """The queue has no room; `retry_after_s` is the time to drain it at the recent rate."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("the queue is full")
        self.retry_after_s = retry_after_s


@dataclass(eq=False)
class _Request(Generic[T]):
    """A waiting request: its articles that are in no batch yet, and its results so far."""

    waiting: deque[tuple[int, Input]]
    done: asyncio.Future[None]
    results: dict[int, T] = field(default_factory=dict)
    in_batch: int = 0


@dataclass(eq=False, slots=True)
class _Item(Generic[T]):
    request: _Request[T]
    index: int
    article: Input
    settled: bool = False


def cost(article: Input) -> int:
    """The cost of scoring an article, in code points."""
    text = len(article.headline or "") + len(article.body or "") if isinstance(article, Article) else 0
    return text + COST_OF_AN_ARTICLE


class Batcher(Generic[T]):
    """Scores submitted articles in batches while `run` runs.

    Args:
        score: maps articles to results, one for each; called on its own thread.
        on_batch: called with the number of articles of each batch and of those left.
    """

    def __init__(
        self,
        score: Callable[[Sequence[Input]], list[T]],
        *,
        max_queue: int,
        batch_articles: int,
        batch_chars: int,
        wait_s: float,
        on_batch: Callable[[int, int], None] = lambda _filled, _left: None,
    ) -> None:
        self._score = score
        self._max_queue = max_queue
        self._batch_articles = batch_articles
        self._batch_chars = batch_chars
        self._wait_s = wait_s
        self._on_batch = on_batch
        self._requests: deque[_Request[T]] = deque()
        self._wake = asyncio.Event()
        self._cost_per_s = float(batch_chars)  # a guess until the first batch
        self._cost_in_batch = 0
        self.depth = 0  # articles that wait or are in the batch

    async def submit(self, articles: Sequence[Input], *, timeout_s: float) -> list[T]:
        """Queues articles and returns their results in order.

        Raises:
            FullError: at once, where the queue has no room for all of them or they would miss the deadline.
            TimeoutError: if they missed the deadline.
        """
        wait_s = self._estimate_s(articles)
        others_wait = any(request.waiting for request in self._requests)  # nobody waits for the rest any more
        if self.depth + len(articles) > self._max_queue or (others_wait and wait_s > SAFE_SHARE * timeout_s):
            raise FullError(min(max(math.ceil(wait_s), 1), MAX_RETRY_S))
        request: _Request[T] = _Request(deque(enumerate(articles)), asyncio.get_running_loop().create_future())
        self.depth += len(articles)
        self._requests.append(request)
        self._wake.set()
        try:
            async with asyncio.timeout(timeout_s):
                await request.done
        finally:
            self._forget(request)
        return [request.results[index] for index in range(len(articles))]

    def _estimate_s(self, articles: Sequence[Input]) -> float:
        """Estimates the time for these articles at the recent rate, with every waiting request taking turns."""
        ahead = sum(cost(article) for r in self._requests for _, article in islice(r.waiting, len(articles)))
        return (ahead + self._cost_in_batch + sum(map(cost, articles))) / self._cost_per_s

    def _forget(self, request: _Request[T]) -> None:
        self.depth -= len(request.waiting)
        request.waiting.clear()

    def _take(self) -> list[_Item[T]]:
        """The next batch: one article of each waiting request in turn, so that a long list does not hold up a headline."""
        batch: list[_Item[T]] = []
        total = 0
        while self._requests and len(batch) < self._batch_articles and total < self._batch_chars:
            request = self._requests.popleft()
            if not request.waiting:
                continue
            index, article = request.waiting.popleft()
            request.in_batch += 1
            batch.append(_Item(request, index, article))
            total += cost(article)
            if request.waiting:
                self._requests.append(request)
        return batch

    def _settle(self, item: _Item[T], result: T | Exception) -> None:
        if item.settled:
            return
        item.settled = True
        request = item.request
        self.depth -= 1
        request.in_batch -= 1
        if request.done.done():
            return
        if isinstance(result, Exception):
            request.done.set_exception(result)
            return
        request.results[item.index] = result
        if not request.waiting and not request.in_batch:
            request.done.set_result(None)

    async def _scored(self, batch: Sequence[_Item[T]], pool: ThreadPoolExecutor) -> list[T] | Exception:
        try:
            results = await asyncio.get_running_loop().run_in_executor(pool, self._score, [item.article for item in batch])
        except Exception as error:
            return error
        if len(results) != len(batch):
            return ValueError(f"{len(results)} results for {len(batch)} articles")
        return results

    async def _run_batch(self, batch: Sequence[_Item[T]], pool: ThreadPoolExecutor) -> None:
        started = time.perf_counter()
        self._cost_in_batch = sum(cost(item.article) for item in batch)
        results = await self._scored(batch, pool)
        if isinstance(results, list):
            for item, result in zip(batch, results, strict=True):
                self._settle(item, result)
        elif len(batch) == 1:
            self._settle(batch[0], results)
        else:  # one bad article fails alone, not its batch mates
            for item in batch:
                await self._run_batch([item], pool)
            return
        pace = self._cost_in_batch / max(time.perf_counter() - started, 1e-6)
        self._cost_per_s += 0.2 * (pace - self._cost_per_s)
        self._cost_in_batch = 0

    async def run(self) -> None:
        """Scores until it is cancelled; then waiting requests are cancelled too."""
        with ThreadPoolExecutor(1, thread_name_prefix="score") as pool:
            try:
                while True:
                    await self._wake.wait()
                    if self.depth < self._batch_articles:
                        await asyncio.sleep(self._wait_s)
                    batch = self._take()
                    if not batch:
                        self._wake.clear()
                        continue
                    try:
                        await self._run_batch(batch, pool)
                        self._on_batch(len(batch), self.depth)
                    except Exception as error:  # an internal error loses this batch alone; the next one is scored
                        logger.exception("a batch failed")
                        self._cost_in_batch = 0
                        for item in batch:
                            self._settle(item, error)
            finally:
                for request in self._requests:
                    request.done.cancel()
