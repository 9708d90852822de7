"""The engine on one machine: this process, or several pinned to a core each."""

import logging
import os
import signal
from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from threading import Thread

from presscheck.serve.batch.engines.base import WAITING, Attempts
from presscheck.serve.batch.plan import Shard
from presscheck.serve.batch.shard import Done, ScorerSpec, ShardScorer
from presscheck.serve.process import prepare_to_score

logger = logging.getLogger(__name__)
_scorer: list[ShardScorer] = []


def in_process(shards: Iterator[Shard], spec: ScorerSpec) -> Iterator[Done]:
    """Scores in this process."""
    scorer = ShardScorer(spec)
    return map(scorer, shards)


def _die_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _start(core: int | None) -> None:
    """Readies a worker. The parent alone answers to ctrl-C, and a worker does not outlive it."""
    prepare_to_score()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_die_with_parent, daemon=True).start()
    if core is not None:
        os.sched_setaffinity(0, {core})


def _load(spec: ScorerSpec) -> None:
    _scorer.append(ShardScorer(spec))


def _score(shard: Shard) -> Done:
    return _scorer[0](shard)


class Worker:
    """One process with shards of its own: where it dies, the shard that it was at is known.

    Attributes:
        under_way: its shards in the order in which it takes them; it is at the first.
    """

    def __init__(self, spec: ScorerSpec, core: int | None) -> None:
        self._spec, self._core = spec, core
        self.under_way: deque[tuple[Shard, Future[Done]]] = deque()
        self._begin()

    def _begin(self) -> None:
        context = get_context("spawn")
        self.pool = ProcessPoolExecutor(1, mp_context=context, initializer=_start, initargs=(self._core,))
        self._loaded = self.pool.submit(_load, self._spec)

    def give(self, shard: Shard) -> None:
        """Hands it a shard; a process that has died meanwhile is noticed when its shards are looked at."""
        try:
            future = self.pool.submit(_score, shard)
        except BrokenProcessPool as error:
            future = Future()
            future.set_exception(error)
        self.under_way.append((shard, future))

    def finished(self) -> Iterator[tuple[Shard, Done]]:
        """Its scored shards, which it then has no longer.

        Raises:
            BrokenProcessPool: where the process has died; what is left in `under_way` was not scored.
            ModelRefusedError: where it could not load the model.
        """
        if self._loaded.done():
            self._loaded.result()
        while self.under_way and self.under_way[0][1].done():
            shard, future = self.under_way[0]
            done = future.result()
            self.under_way.popleft()
            yield shard, done

    def begin_anew(self) -> list[Shard]:
        """Starts another process in place of a dead one; the shards that were not scored."""
        self.end()
        lost = [shard for shard, _ in self.under_way]
        self.under_way.clear()
        self._begin()
        return lost

    def end(self) -> None:
        """Lets the process go when it has done what it is at."""
        self.pool.shutdown(wait=False, cancel_futures=True)


class Processes:
    """Several processes. Where one dies, another takes its place, its shards are given out again, and the others work on.

    Args:
        workers: how many.
        pinned: each to a core of its own, where there are as many cores and a worker has one thread.
    """

    def __init__(self, workers: int, *, pinned: bool = True) -> None:
        self._workers, self._pinned = workers, pinned
        self._attempts = Attempts()
        self.workers: list[Worker] = []

    def _cores(self, threads: int) -> list[int | None]:
        cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []
        if self._pinned and threads == 1 and self._workers <= len(cores):
            return list(cores[: self._workers])
        return [None] * self._workers

    def __call__(self, shards: Iterator[Shard], spec: ScorerSpec) -> Iterator[Done]:
        """Scored shards as they come."""
        self.workers = [Worker(spec, core) for core in self._cores(spec.threads)]
        again: deque[Shard] = deque()
        try:
            while self._give_out(shards, again):
                wait([worker.under_way[0][1] for worker in self.workers if worker.under_way], return_when=FIRST_COMPLETED)
                for worker in self.workers:
                    yield from self._taken(worker, again)
        finally:
            for worker in self.workers:
                worker.end()

    def _give_out(self, shards: Iterator[Shard], again: deque[Shard]) -> bool:
        """Back-pressure: a worker has at most WAITING shards, and no more are read from the inputs; whether any are under way."""
        for _ in range(WAITING):  # round and round, so that no worker waits while another has two
            for worker in sorted(self.workers, key=lambda one: len(one.under_way)):
                if len(worker.under_way) < WAITING:
                    shard = again.popleft() if again else next(shards, None)
                    if shard is None:
                        break
                    worker.give(shard)
        return any(worker.under_way for worker in self.workers)

    def _taken(self, worker: Worker, again: deque[Shard]) -> Iterator[Done]:
        try:
            for shard, done in worker.finished():
                self._attempts.done(shard)
                yield done
        except BrokenProcessPool as error:
            at, _ = worker.under_way[0]
            self._attempts.charge(at, str(error))  # the others it had not begun
            logger.warning("a worker died over shard %d; another takes its place", at.index)
            again.extendleft(reversed(worker.begin_anew()))
