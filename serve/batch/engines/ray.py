"""The engine beyond one machine: Ray actors, each with a scorer of its own. The one file that imports ray.

The driver reads and writes; rows go to the actors and parts come back, so that actors need the bundle but no input and no output folder.
Actors and not Ray Data: a shard that is lost is named and given to another actor, and nothing else competes for the CPUs.
"""

import logging
from collections.abc import Iterator
from typing import Any

import ray
from ray.exceptions import RayActorError, RayError

from presscheck.configs.offline import stay_offline
from presscheck.serve.batch.engines.base import ATTEMPTS, WAITING, WorkerLostError
from presscheck.serve.batch.plan import Shard
from presscheck.serve.batch.shard import Done, ScorerSpec, ShardScorer

logger = logging.getLogger(__name__)
CPUS_PER_ACTOR = 0.9  # the rest is left for Ray's own tasks: with every CPU taken they wait for ever without a word
SAY_AFTER_S = 30.0


class ScorerActor:
    """A worker of the cluster."""

    def __init__(self, spec: ScorerSpec) -> None:
        stay_offline()
        self._scorer = ShardScorer(spec)

    def score(self, shard: Shard) -> Done:
        """Scores one shard."""
        return self._scorer(shard)


class Actors:
    """As many actors as asked for. Where one dies, another is started and its shards are given out again."""

    def __init__(self, workers: int, *, say_after_s: float = SAY_AFTER_S) -> None:
        self._workers = workers
        self._say_after_s = say_after_s
        self._attempts: dict[int, int] = {}
        self.actors: list[Any] = []

    def _connect(self) -> None:
        if not ray.is_initialized():
            ray.init(include_dashboard=False, log_to_driver=False, configure_logging=False)

    def __call__(self, shards: Iterator[Shard], spec: ScorerSpec) -> Iterator[Done]:
        """Scored shards as they come."""
        ShardScorer(spec)  # a refusal of the model is raised here, not in an actor
        self._connect()
        make: Any = ray.remote(num_cpus=CPUS_PER_ACTOR, max_restarts=0)(ScorerActor)
        self.actors = actors = [make.remote(spec) for _ in range(self._workers)]
        under_way: dict[Any, tuple[Any, Shard]] = {}
        again: list[Shard] = []
        try:
            while True:
                self._give_out(under_way, again, shards)
                if not under_way:
                    return
                for reference in self._wait(under_way):
                    actor, shard = under_way.pop(reference)
                    try:
                        yield ray.get(reference)
                    except RayActorError as error:
                        self._count(shard, error)
                        again.append(shard)
                        if actor in actors:  # its other shards come back too; they must not be given to it again
                            actors[actors.index(actor)] = make.remote(spec)
                            logger.warning("an actor died over shard %d; another takes its place", shard.index)
        finally:
            for actor in actors:
                ray.kill(actor)

    def _give_out(self, under_way: dict[Any, tuple[Any, Shard]], again: list[Shard], shards: Iterator[Shard]) -> None:
        """Back-pressure: an actor has at most WAITING shards, and no more are read from the inputs."""
        for actor in self.actors:
            load = sum(owner == actor for owner, _ in under_way.values())
            for _ in range(WAITING - load):
                shard = again.pop() if again else next(shards, None)
                if shard is None:
                    return
                under_way[actor.score.remote(shard)] = (actor, shard)

    def _wait(self, under_way: dict[Any, tuple[Any, Shard]]) -> list[Any]:
        """The finished ones. The watchdog says what it waits for whenever nothing came for a while."""
        waited_s = 0.0
        while True:
            ready, _ = ray.wait(list(under_way), timeout=self._say_after_s)
            if ready:
                return list(ready)
            waited_s += self._say_after_s
            logger.warning("%s", self._waits_for(under_way, waited_s))

    def _waits_for(self, under_way: dict[Any, tuple[Any, Shard]], waited_s: float) -> str:
        shards = ", ".join(str(shard.index) for _, shard in under_way.values())
        try:
            cluster: Any = ray  # its own functions have no types
            free, total = (
                found().get("CPU", 0.0) for found in (cluster.available_resources, cluster.cluster_resources)
            )
        except RayError as error:
            return f"nothing for {waited_s:.0f} s from shards {shards}; the cluster does not answer ({error})"
        wanted = CPUS_PER_ACTOR * self._workers
        hint = ""
        if wanted > total:
            hint = (
                f"; {self._workers} actors want {wanted:.1f} CPUs and the cluster has {total:.1f}: give fewer --workers"
            )
        return (
            f"nothing for {waited_s:.0f} s; waiting for shards {shards}; {free:.1f} of {total:.1f} CPUs are free{hint}"
        )

    def _count(self, shard: Shard, error: RayActorError) -> None:
        self._attempts[shard.index] = self._attempts.get(shard.index, 0) + 1
        if self._attempts[shard.index] >= ATTEMPTS:
            raise WorkerLostError(shard, str(error).splitlines()[0]) from None
