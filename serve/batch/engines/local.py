"""The engine on one machine: this process, or several pinned to a core each."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any

from presscheck.serve.batch.engines.base import ATTEMPTS, WAITING, WorkerLostError
from presscheck.serve.batch.plan import Shard
from presscheck.serve.batch.shard import Done, ScorerSpec, ShardScorer

_worker: list[ShardScorer] = []


def in_process(shards: Iterator[Shard], spec: ScorerSpec) -> Iterator[Done]:
    """Scores in this process."""
    scorer = ShardScorer(spec)
    return map(scorer, shards)


def _die_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _start(spec: ScorerSpec, started: Any, cores: tuple[int, ...]) -> None:
    """Readies a worker: its core, its scorer. The parent alone answers to ctrl-C, and a worker does not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_die_with_parent, daemon=True).start()
    with started.get_lock():
        place = started.value
        started.value += 1
    if cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {cores[place % len(cores)]})
    _worker.append(ShardScorer(spec))


def _score(shard: Shard) -> Done:
    return _worker[0](shard)


class Processes:
    """Several processes. Where one dies, all are started anew and their shards are given out again."""

    def __init__(self, workers: int) -> None:
        self._workers = workers

    def _pool(self, spec: ScorerSpec) -> ProcessPoolExecutor:
        context = get_context("spawn")
        cores = tuple(sorted(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else ()
        pinned = cores if spec.threads == 1 and self._workers <= len(cores) else ()
        return ProcessPoolExecutor(
            self._workers, mp_context=context, initializer=_start, initargs=(spec, context.Value("i", 0), pinned)
        )

    def __call__(self, shards: Iterator[Shard], spec: ScorerSpec) -> Iterator[Done]:
        """Scored shards as they come."""
        ShardScorer(spec)  # a refusal of the model is raised here, not in a worker
        waiting: list[Shard] = []
        attempts: dict[int, int] = {}
        while True:
            pool = self._pool(spec)
            under_way: dict[Future[Done], Shard] = {}
            try:
                yield from self._until_broken(pool, shards, waiting, under_way)
            except BrokenProcessPool as error:
                lost = list(under_way.values()) or waiting[:1]
                waiting = [*under_way.values(), *waiting]
                for shard in lost:
                    attempts[shard.index] = attempts.get(shard.index, 0) + 1
                    if attempts[shard.index] >= ATTEMPTS:
                        raise WorkerLostError(shard, str(error)) from None
            else:
                pool.shutdown()
                return
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _until_broken(
        self,
        pool: ProcessPoolExecutor,
        shards: Iterator[Shard],
        waiting: list[Shard],
        under_way: dict[Future[Done], Shard],
    ) -> Iterator[Done]:
        while True:
            while len(under_way) < WAITING * self._workers:
                if not waiting:
                    waiting.extend(islice(shards, 1))
                if not waiting:
                    break
                future = pool.submit(_score, waiting[0])  # where this fails, the shard still waits
                under_way[future] = waiting.pop(0)
            if not under_way:
                return
            finished, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in finished:
                done = future.result()
                del under_way[future]
                yield done
