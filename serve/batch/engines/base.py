"""The interface of an engine, and what all engines share."""

from collections.abc import Iterator
from typing import Protocol

from presscheck.serve.batch.shards.planner import Shard
from presscheck.serve.batch.shards.scorer import Done, ScorerSpec
from presscheck.serve.errors import EngineError

ATTEMPTS = 3
WAITING = 2


class WorkerLostError(EngineError):
    """Workers died over a shard as often as it was tried: the message says which and what to look at."""

    def __init__(self, shard: Shard, cause: str) -> None:
        place = f"{shard.name} lines {shard.rows[0].line} to {shard.rows[-1].line}"
        super().__init__(
            f"a worker died {ATTEMPTS} times over shard {shard.index} ({place}): {cause}. Is memory short? "
            "Give fewer --workers or smaller --shard-rows; give the same command again to resume"
        )


class Attempts:
    """Counts how often workers died over each shard in flight."""

    def __init__(self) -> None:
        self._lost: dict[int, int] = {}

    def charge(self, shard: Shard, cause: str) -> None:
        """A worker died over this shard.

        Raises:
            WorkerLostError: if that has happened as often as a shard is tried.
        """
        self._lost[shard.index] = self._lost.get(shard.index, 0) + 1
        if self._lost[shard.index] >= ATTEMPTS:
            raise WorkerLostError(shard, cause)

    def done(self, shard: Shard) -> None:
        """The shard was scored: its count is dropped."""
        self._lost.pop(shard.index, None)


class Engine(Protocol):
    """Scores shards."""

    def __call__(self, shards: Iterator[Shard], spec: ScorerSpec) -> Iterator[Done]:
        """Yields scored shards as they come; at most WAITING times the number of workers are in flight."""
