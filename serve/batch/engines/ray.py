"""The engine beyond one machine: Ray actors, each with a scorer of its own. The one file that imports ray.

The driver reads and writes; rows go to the actors and parts come back, so that actors need the bundle but no input and no output folder.
Actors and not Ray Data: a shard that is lost is named and given to another actor, and nothing else competes for the CPUs.
"""

import logging
import os
from collections import deque
from collections.abc import Iterator
from typing import Any

from presscheck.configs.offline import environment
from presscheck.serve.batch.engines.base import ATTEMPTS, WAITING, Attempts
from presscheck.serve.batch.plan import Shard
from presscheck.serve.batch.shard import Done, ScorerSpec, ShardScorer
from presscheck.serve.cores import usable_cores
from presscheck.serve.errors import EngineError
from presscheck.serve.process import prepare_to_score

# Ray reads them when it is imported and when it starts. A cluster of this command's own listens on the loopback address alone; Ray
# resolves every name of it to an address that others reach, unless it is told that there will be no other machine.
_SETTINGS = {"RAY_USAGE_STATS_ENABLED": "0"}
if not os.environ.get("RAY_ADDRESS"):
    _SETTINGS["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    # Ray makes its workers nice by 15: beside anything else that is busy they get a twentieth of a core. Here they are as the command is.
    _SETTINGS["RAY_worker_niceness"] = os.environ.get("RAY_worker_niceness", "0")  # noqa: SIM112 - its name
with environment(_SETTINGS):
    import ray
    from ray import exceptions

logger = logging.getLogger(__name__)
CPUS_PER_ACTOR = 0.9  # the rest is left for Ray's own tasks: with every CPU taken they wait for ever without a word
SAY_AFTER_S = 30.0
# The actor, its node or what it handed over is gone, and another can do the shard. Any other error of Ray's ends the job.
LOST: tuple[type[exceptions.RayError], ...] = (
    exceptions.RayActorError,
    exceptions.WorkerCrashedError,
    exceptions.NodeDiedError,
    exceptions.LocalRayletDiedError,
    exceptions.OutOfMemoryError,
    exceptions.OutOfDiskError,
    exceptions.ObjectLostError,
    exceptions.ObjectStoreFullError,
    exceptions.RpcError,
)


class ScorerActor:
    """A worker of the cluster."""

    def __init__(self) -> None:
        prepare_to_score()

    def load(self, spec: ScorerSpec) -> None:
        """Readies the scorer. Not done by `__init__`: what that raises comes back as a dead actor."""
        self._scorer = ShardScorer(spec)

    def score(self, shard: Shard) -> Done:
        """Scores one shard."""
        return self._scorer(shard)


class Worker:
    """An actor and what it was given.

    Attributes:
        loading: what answers when it has loaded its model; None afterwards. It gets no shard before.
        under_way: its shards in the order in which it takes them; it is at the first.
    """

    def __init__(self, spec: ScorerSpec) -> None:
        self._spec = spec
        self.under_way: deque[tuple[Any, Shard]] = deque()
        self.begin()

    def begin(self) -> None:
        """Starts an actor, as soon as the cluster has room for it."""
        make: Any = ray.remote(num_cpus=CPUS_PER_ACTOR, max_restarts=0, max_task_retries=0)(ScorerActor)
        self.actor = make.remote()
        self.loading: Any = self.actor.load.remote(self._spec)

    def give(self, shard: Shard) -> None:
        """Hands it a shard."""
        self.under_way.append((self.actor.score.remote(shard), shard))

    def next(self) -> Any:
        """What it will answer next, None where it has nothing to do."""
        if self.loading is not None:
            return self.loading
        return self.under_way[0][0] if self.under_way else None

    def answer(self) -> Done | None:
        """Takes its next answer, a scored shard or, as None, that it has loaded its model.

        Raises:
            RayError: where there is none; what it had stays in `under_way`.
        """
        done: Done | None = ray.get(self.next())
        if self.loading is not None:
            self.loading = None
        else:
            self.under_way.popleft()
        return done

    def begin_anew(self) -> list[Shard]:
        """Starts another actor in place of one that is lost; the shards that were not scored."""
        self.end()
        lost = [shard for _, shard in self.under_way]
        self.under_way.clear()
        self.begin()
        return lost

    def end(self) -> None:
        """Ends the actor."""
        ray.kill(self.actor)


class Actors:
    """As many actors as asked for. Where one is lost, another is started, its shards are given out again, and the others work on."""

    def __init__(self, workers: int, *, say_after_s: float = SAY_AFTER_S) -> None:
        self._count = workers
        self._say_after_s = say_after_s
        self._attempts = Attempts()
        self._failed_starts = 0
        self.workers: list[Worker] = []

    def _connect(self) -> None:
        if ray.is_initialized():
            return
        options: dict[str, Any] = {"log_to_driver": False, "configure_logging": False}
        if not os.environ.get("RAY_ADDRESS"):
            cpus = max(self._count, usable_cores())
            options |= {"address": "local", "include_dashboard": False, "num_cpus": cpus}
        with environment(_SETTINGS):
            ray.init(**options)

    def __call__(self, shards: Iterator[Shard], spec: ScorerSpec) -> Iterator[Done]:
        """Scored shards as they come.

        Raises:
            EngineError: where workers are lost again and again, or Ray itself fails.
        """
        try:
            self._connect()
            self.workers = [Worker(spec) for _ in range(self._count)]
            yield from self._scored(shards)
        except exceptions.RayTaskError as error:  # what our own code raised there
            raise error.cause from None
        except exceptions.RayError as error:
            raise EngineError(f"Ray failed: {_first_line(error)}; the same command goes on from here") from error
        finally:
            for worker in self.workers:
                worker.end()

    def _scored(self, shards: Iterator[Shard]) -> Iterator[Done]:
        again: deque[Shard] = deque()
        while self._give_out(shards, again):
            for worker in self._wait():
                try:
                    if done := worker.answer():
                        yield done
                except LOST as error:
                    self._replace(worker, error, again)

    def _give_out(self, shards: Iterator[Shard], again: deque[Shard]) -> bool:
        """Back-pressure: an actor has at most WAITING shards, and no more are read from the inputs; whether any is left to be done."""
        for _ in range(WAITING):
            for worker in sorted(self.workers, key=lambda one: len(one.under_way)):
                if not again:
                    again.extend(shard for shard in (next(shards, None),) if shard)
                if again and worker.loading is None and len(worker.under_way) < WAITING:
                    worker.give(again.popleft())
        return bool(again) or any(worker.under_way for worker in self.workers)

    def _wait(self) -> list[Worker]:
        """Those that have an answer. The watchdog says what it waits for whenever nothing came for a while."""
        asked = {worker.next(): worker for worker in self.workers if worker.next() is not None}
        waited_s = 0.0
        while True:
            ready, _ = ray.wait(list(asked), num_returns=1, timeout=self._say_after_s)
            if ready:
                return [asked[reference] for reference in ready]
            waited_s += self._say_after_s
            logger.warning("nothing came for %.0f s; %s", waited_s, self.waits_for())

    def waits_for(self) -> str:
        """What the workers are at, and what the cluster has left."""
        at = ", ".join(f"{shard.index}" for worker in self.workers for _, shard in worker.under_way)
        idle = sum(worker.loading is not None for worker in self.workers)
        said = f"waiting for shards {at or '(none was given out)'}"
        if idle:
            said += f"; {idle} of {len(self.workers)} actors have not loaded the model yet"
        cluster: Any = ray  # its own functions have no types
        try:
            free, total = (found().get("CPU", 0.0) for found in (cluster.available_resources, cluster.cluster_resources))
        except exceptions.RayError as error:
            return f"{said}; the cluster does not answer ({_first_line(error)})"
        if idle and free < CPUS_PER_ACTOR:
            said += f"; an actor wants {CPUS_PER_ACTOR} CPUs: give fewer --workers, or wait for other jobs to end"
        return f"{said}; {free:.1f} of {total:.1f} CPUs are free"

    def _replace(self, worker: Worker, error: exceptions.RayError, again: deque[Shard]) -> None:
        cause = _first_line(error)
        if worker.under_way:
            _, at = worker.under_way[0]
            self._attempts.charge(at, cause)  # the others it had not begun
            logger.warning("an actor was lost over shard %d; another takes its place (%s)", at.index, cause)
        else:
            self._failed_starts += 1
            logger.warning("an actor was lost while it loaded the model; another takes its place (%s)", cause)
            if self._failed_starts >= ATTEMPTS:
                raise EngineError(f"actors were lost {ATTEMPTS} times while they loaded the model: {cause}")
        again.extendleft(reversed(worker.begin_anew()))


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
