"""Batches: order, fairness, bounds, deadlines and clients that leave."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence

import pytest
from tests_support import PATIENCE_S

from presscheck.data.article import Article, Rejected
from presscheck.serve.http.batching.batcher import COST_OF_AN_ARTICLE, Batcher, FullError

Input = Article | Rejected


def texts(*names: str) -> list[Input]:
    return [Article(name, name, None) for name in names]


def run(
    work: Callable[[Batcher[str]], Awaitable[None]],
    score: Callable[[Sequence[Input]], list[str]],
    *,
    max_queue: int = 10,
    batch_articles: int = 4,
    batch_chars: int = 1000,
    on_batch: Callable[[int, int], None] = lambda _filled, _left: None,
) -> None:
    async def main() -> None:
        batcher = Batcher(
            score,
            max_queue=max_queue,
            batch_articles=batch_articles,
            batch_chars=batch_chars,
            wait_s=0.001,
            on_batch=on_batch,
        )
        task = asyncio.create_task(batcher.run())
        await work(batcher)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(main())


def test_answers_come_in_order_and_requests_share_batches() -> None:
    batches: list[list[str]] = []

    def score(articles: Sequence[Input]) -> list[str]:
        batches.append([a.id for a in articles])
        return [a.id.upper() for a in articles]

    async def work(batcher: Batcher[str]) -> None:
        first, second = await asyncio.gather(
            batcher.submit(texts("a", "b", "c", "d", "e"), timeout_s=PATIENCE_S),
            batcher.submit(texts("x"), timeout_s=PATIENCE_S),
        )
        assert (first, second) == (["A", "B", "C", "D", "E"], ["X"])
        assert batcher.depth == 0

    run(work, score)
    assert batches[0] == ["a", "x", "b", "c"], "a headline does not wait for a list"


def test_a_batch_ends_with_its_characters() -> None:
    sizes: list[int] = []

    def score(articles: Sequence[Input]) -> list[str]:
        sizes.append(len(articles))
        return [a.id for a in articles]

    async def work(batcher: Batcher[str]) -> None:
        await batcher.submit(texts("aaaa", "bbbb", "cccc"), timeout_s=PATIENCE_S)

    run(work, score, batch_chars=2 * (4 + COST_OF_AN_ARTICLE))
    assert sizes == [2, 1]


def test_what_ran_out_of_time_or_was_left_is_never_scored() -> None:
    seen: list[str] = []
    go = threading.Event()

    def score(articles: Sequence[Input]) -> list[str]:
        go.wait(PATIENCE_S)
        seen.extend(a.id for a in articles)
        return [a.id for a in articles]

    async def work(batcher: Batcher[str]) -> None:
        batcher._cost_per_s = 1e9  # so that nothing is refused for want of time
        held = asyncio.create_task(batcher.submit(texts("held"), timeout_s=PATIENCE_S))
        while batcher._requests or not batcher.depth:  # until the batch has it
            await asyncio.sleep(0)
        late = asyncio.create_task(batcher.submit(texts("late"), timeout_s=0.001))
        left = asyncio.create_task(batcher.submit(texts("left", "left too"), timeout_s=PATIENCE_S))
        await asyncio.wait({late})
        with pytest.raises(TimeoutError):
            late.result()
        left.cancel()
        await asyncio.wait({left})
        assert batcher.depth == 1
        go.set()
        assert await held == ["held"]
        assert batcher.depth == 0

    run(work, score, batch_articles=1)
    assert seen == ["held"]


def test_what_does_not_fit_is_refused_at_once() -> None:
    async def work(batcher: Batcher[str]) -> None:
        full = asyncio.create_task(batcher.submit(texts(*"abc"), timeout_s=PATIENCE_S))
        await asyncio.sleep(0)
        with pytest.raises(FullError) as error:
            await batcher.submit(texts("d"), timeout_s=PATIENCE_S)
        assert error.value.retry_after_s >= 1
        assert len(await full) == 3

    run(work, lambda articles: [a.id for a in articles], max_queue=3)


def test_what_would_not_be_done_in_time_is_refused_at_once() -> None:
    async def work(batcher: Batcher[str]) -> None:
        batcher._cost_per_s = 10.0 * (COST_OF_AN_ARTICLE + 1) / PATIENCE_S  # ten such articles in the time that they are given
        waiting = asyncio.create_task(batcher.submit(texts(*"abcd"), timeout_s=60 * PATIENCE_S))
        await asyncio.sleep(0)
        with pytest.raises(FullError):
            await batcher.submit(texts(*"efgh"), timeout_s=PATIENCE_S)
        found = await batcher.submit(texts("i"), timeout_s=PATIENCE_S)
        assert found == ["i"], "its turn comes before the long list's end"
        await waiting

    run(work, lambda articles: [a.id for a in articles])


def test_a_queue_of_requests_that_were_left_is_empty() -> None:
    async def work(batcher: Batcher[str]) -> None:
        batcher._cost_per_s = 1e-6  # so that any queue is too long
        left = asyncio.create_task(batcher.submit(texts("left"), timeout_s=PATIENCE_S))
        await asyncio.sleep(0)
        left.cancel()
        await asyncio.wait({left})
        assert await batcher.submit(texts("next"), timeout_s=PATIENCE_S) == ["next"]

    run(work, lambda articles: [a.id for a in articles])


def test_a_bad_article_fails_alone() -> None:
    def score(articles: Sequence[Input]) -> list[str]:
        if any(a.id == "bad" for a in articles):
            raise ValueError("bad")
        return [a.id for a in articles]

    async def work(batcher: Batcher[str]) -> None:
        found = await asyncio.gather(
            *(batcher.submit(texts(name), timeout_s=PATIENCE_S) for name in ("a", "bad", "b")), return_exceptions=True
        )
        assert (found[0], found[2]) == (["a"], ["b"])
        assert isinstance(found[1], ValueError)
        assert batcher.depth == 0

    run(work, score)


def test_a_fault_of_our_own_costs_its_batch_alone(caplog: pytest.LogCaptureFixture) -> None:
    faults: list[Exception] = [OSError(28, "No space left on device"), ValueError("closed")]

    def on_batch(_filled: int, _left: int) -> None:
        if faults:
            raise faults.pop()

    async def work(batcher: Batcher[str]) -> None:
        for name in "abc":
            assert await batcher.submit(texts(name), timeout_s=PATIENCE_S) == [name]
        assert batcher.depth == 0

    run(work, lambda articles: [a.id for a in articles], on_batch=on_batch)
    assert [record.message for record in caplog.records] == ["a batch failed"] * 2
    assert not faults


def test_results_that_are_missing_fail_their_articles_and_no_other() -> None:
    async def work(batcher: Batcher[str]) -> None:
        found = await asyncio.gather(
            *(batcher.submit(texts(name), timeout_s=PATIENCE_S) for name in ("lost", "a", "b")), return_exceptions=True
        )
        assert found[1:] == [["a"], ["b"]]
        assert "0 results for 1 articles" in str(found[0])
        assert batcher.depth == 0

    run(work, lambda articles: [a.id for a in articles if a.id != "lost"])


def test_what_still_waits_at_the_end_is_cancelled() -> None:
    go = threading.Event()

    def score(articles: Sequence[Input]) -> list[str]:
        go.wait(PATIENCE_S)
        return [a.id for a in articles]

    async def main() -> None:
        batcher = Batcher(score, max_queue=9, batch_articles=1, batch_chars=9, wait_s=0.0)
        task = asyncio.create_task(batcher.run())
        waiting = asyncio.create_task(batcher.submit(texts("a", "b"), timeout_s=PATIENCE_S))
        while len(batcher._requests) != 1 or batcher.depth != 2:
            await asyncio.sleep(0)
        task.cancel()
        go.set()
        await asyncio.wait({task, waiting})
        assert waiting.cancelled()

    asyncio.run(main())
