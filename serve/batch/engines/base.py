"""What an engine is, and what all of them share."""

from collections.abc import Iterator
from typing import Protocol

from presscheck.serve.batch.plan import Shard
from presscheck.serve.batch.shard import Done, ScorerSpec

ATTEMPTS = 3
WAITING = 2


class WorkerLostError(RuntimeError):
    """Workers died over a shard as often as it was tried: the message says which and what to look at."""

    def __init__(self, shard: Shard, cause: str) -> None:
        place = f"{shard.name} lines {shard.rows[0].line} to {shard.rows[-1].line}"
        super().__init__(
            f"a worker died {ATTEMPTS} times over shard {shard.index} ({place}): {cause}. Is memory short? "
            "Give fewer --workers or smaller --shard-rows; the same command goes on from here"
        )


class Engine(Protocol):
    """Scores shards."""

    def __call__(self, shards: Iterator[Shard], spec: ScorerSpec) -> Iterator[Done]:
        """Scored shards as they come; at most WAITING times the workers are under way or wait."""
