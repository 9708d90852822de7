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
from presscheck.serve.batch.shards.planner import Shard
from presscheck.serve.batch.shards.scorer import Done, ScorerSpec, ShardScorer
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
    """One process with its own shards: if it dies, the shard that it was scoring is known.

    Attributes:
        in_flight: its shards in the order in which it takes them; it is scoring the first.
    """

    def __init__(self, spec: ScorerSpec, core: int | None) -> None:
        self._spec, self._core = spec, core
        self.in_flight: deque[tuple[Shard, Future[Done]]] = deque()
        self._begin()

    def _begin(self) -> None:
        context = get_context("spawn")
        self.pool = ProcessPoolExecutor(1, mp_context=context, initializer=_start, initargs=(self._core,))
        self._loaded = self.pool.submit(_load, self._spec)

    def give(self, shard: Shard) -> None:
        """Gives it a shard; a dead process is noticed when its results are collected."""
        try:
            future = self.pool.submit(_score, shard)
        except BrokenProcessPool as error:
            future = Future()
            future.set_exception(error)
        self.in_flight.append((shard, future))

    def finished(self) -> Iterator[tuple[Shard, Done]]:
        """Takes its scored shards.

        Raises:
            BrokenProcessPool: where the process has died; the shards left in `in_flight` were not scored.
            ModelRefusedError: if it could not load the model.
        """
        if self._loaded.done():
            self._loaded.result()
        while self.in_flight and self.in_flight[0][1].done():
            shard, future = self.in_flight[0]
            done = future.result()
            self.in_flight.popleft()
            yield shard, done

    def restart(self) -> list[Shard]:
        """Replaces a dead process; returns the shards that were not scored."""
        self.end()
        lost = [shard for shard, _ in self.in_flight]
        self.in_flight.clear()
        self._begin()
        return lost

    def end(self) -> None:
        """Ends the process after its current shard."""
        self.pool.shutdown(wait=False, cancel_futures=True)


class Processes:
    """Several processes. If one dies, another takes its place and its shards are given out again; the others work on.

    Args:
        workers: how many.
        pinned: each to its own core, if there are enough cores and a worker has one thread.
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
        """Yields scored shards as they come."""
        self.workers = [Worker(spec, core) for core in self._cores(spec.threads)]
        again: deque[Shard] = deque()
        try:
            while self._give_out(shards, again):
                wait([worker.in_flight[0][1] for worker in self.workers if worker.in_flight], return_when=FIRST_COMPLETED)
                for worker in self.workers:
                    yield from self._taken(worker, again)
        finally:
            for worker in self.workers:
                worker.end()

    def _give_out(self, shards: Iterator[Shard], again: deque[Shard]) -> bool:
        """Gives out shards with back-pressure: at most WAITING for each worker. Returns whether any are in flight."""
        for _ in range(WAITING):  # round-robin, so that no worker waits while another has two
            for worker in sorted(self.workers, key=lambda one: len(one.in_flight)):
                if len(worker.in_flight) < WAITING:
                    shard = again.popleft() if again else next(shards, None)
                    if shard is None:
                        break
                    worker.give(shard)
        return any(worker.in_flight for worker in self.workers)

    def _taken(self, worker: Worker, again: deque[Shard]) -> Iterator[Done]:
        try:
            for shard, done in worker.finished():
                self._attempts.done(shard)
                yield done
        except BrokenProcessPool as error:
            at, _ = worker.in_flight[0]
            self._attempts.charge(at, str(error))  # the worker had not started the others
            logger.warning("a worker died over shard %d; another takes its place", at.index)
            again.extendleft(reversed(worker.restart()))
