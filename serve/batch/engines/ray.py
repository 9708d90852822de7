"""The engine beyond one machine: Ray actors, each with a scorer of its own. The one file that imports ray.

The driver reads and writes; rows go to the actors and parts come back: an actor needs the bundle but neither inputs nor the output folder.
Actors and not Ray Data: a shard that is lost is named and given to another actor, and nothing else competes for the CPUs.
"""

import logging
import os
from collections import deque
from collections.abc import Iterator
from typing import Any

from presscheck.configs.offline import environment
from presscheck.serve.batch.engines.base import ATTEMPTS, WAITING, Attempts
from presscheck.serve.batch.shards.planner import Shard
from presscheck.serve.batch.shards.scorer import Done, ScorerSpec, ShardScorer
from presscheck.serve.cores import usable_cores
from presscheck.serve.errors import EngineError
from presscheck.serve.process import prepare_to_score

# Ray reads them when it is imported and when it starts. A cluster of this command's own listens on the loopback address alone; Ray
# resolves every name of it to an address that others reach, unless it is told that there will be no other machine.
_SETTINGS = {"RAY_USAGE_STATS_ENABLED": "0"}
if not os.environ.get("RAY_ADDRESS"):
    _SETTINGS["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    # Ray starts its workers at nice 15: beside other busy processes they get a twentieth of a core. Here they have the command's priority.
    _SETTINGS["RAY_worker_niceness"] = os.environ.get("RAY_worker_niceness", "0")  # noqa: SIM112 - its name
with environment(_SETTINGS):
    import ray
    from ray import exceptions

logger = logging.getLogger(__name__)
CPUS_PER_ACTOR = 0.9  # the rest is left for Ray's own tasks: with every CPU taken they wait for ever and log nothing
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
    """An actor and its shards.

    Attributes:
        loading: resolves once its model is loaded; None afterwards. It gets no shard before.
        in_flight: its shards in the order in which it takes them; it is scoring the first.
    """

    def __init__(self, spec: ScorerSpec) -> None:
        self._spec = spec
        self.in_flight: deque[tuple[Any, Shard]] = deque()
        self.begin()

    def begin(self) -> None:
        """Starts an actor, as soon as the cluster has room for it."""
        make: Any = ray.remote(num_cpus=CPUS_PER_ACTOR, max_restarts=0, max_task_retries=0)(ScorerActor)
        self.actor = make.remote()
        self.loading: Any = self.actor.load.remote(self._spec)

    def give(self, shard: Shard) -> None:
        """Gives it a shard."""
        self.in_flight.append((self.actor.score.remote(shard), shard))

    def next(self) -> Any:
        """Its next pending result, None if it has nothing to do."""
        if self.loading is not None:
            return self.loading
        return self.in_flight[0][0] if self.in_flight else None

    def answer(self) -> Done | None:
        """Takes its next result: a scored shard, or None when it has loaded its model.

        Raises:
            RayError: if there is none; its shards stay in `in_flight`.
        """
        done: Done | None = ray.get(self.next())
        if self.loading is not None:
            self.loading = None
        else:
            self.in_flight.popleft()
        return done

    def restart(self) -> list[Shard]:
        """Replaces a lost actor; returns the shards that were not scored."""
        self.end()
        lost = [shard for _, shard in self.in_flight]
        self.in_flight.clear()
        self.begin()
        return lost

    def end(self) -> None:
        """Ends the actor."""
        ray.kill(self.actor)


class Actors:
    """The requested number of actors. If one is lost, another takes its place and its shards are given out again; the others work on."""

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
        """Yields scored shards as they come.

        Raises:
            EngineError: if workers are lost again and again, or Ray itself fails.
        """
        try:
            self._connect()
            self.workers = [Worker(spec) for _ in range(self._count)]
            yield from self._scored(shards)
        except exceptions.RayTaskError as error:  # raised by presscheck's own code in the actor
            raise error.cause from None
        except exceptions.RayError as error:
            raise EngineError(f"Ray failed: {_first_line(error)}; give the same command again to resume") from error
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
        """Gives out shards with back-pressure: at most WAITING for each actor. Returns whether any are left."""
        for _ in range(WAITING):
            for worker in sorted(self.workers, key=lambda one: len(one.in_flight)):
                if not again:
                    again.extend(shard for shard in (next(shards, None),) if shard)
                if again and worker.loading is None and len(worker.in_flight) < WAITING:
                    worker.give(again.popleft())
        return bool(again) or any(worker.in_flight for worker in self.workers)

    def _wait(self) -> list[Worker]:
        """The actors that have a result. A watchdog logs what is waited for when nothing comes for a while."""
        asked = {worker.next(): worker for worker in self.workers if worker.next() is not None}
        waited_s = 0.0
        while True:
            ready, _ = ray.wait(list(asked), num_returns=1, timeout=self._say_after_s)
            if ready:
                return [asked[reference] for reference in ready]
            waited_s += self._say_after_s
            logger.warning("nothing came for %.0f s; %s", waited_s, self.waits_for())

    def waits_for(self) -> str:
        """What the workers are doing, and the cluster's free CPUs."""
        at = ", ".join(f"{shard.index}" for worker in self.workers for _, shard in worker.in_flight)
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
        if worker.in_flight:
            _, at = worker.in_flight[0]
            self._attempts.charge(at, cause)  # the actor had not started the others
            logger.warning("an actor was lost over shard %d; another takes its place (%s)", at.index, cause)
        else:
            self._failed_starts += 1
            logger.warning("an actor was lost while it loaded the model; another takes its place (%s)", cause)
            if self._failed_starts >= ATTEMPTS:
                raise EngineError(f"actors were lost {ATTEMPTS} times while they loaded the model: {cause}")
        again.extendleft(reversed(worker.restart()))


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
