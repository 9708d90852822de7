"""An article as the review's sampling sees it, with its random number."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from presscheck.serve.batch.shards.output import read_part
from presscheck.serve.batch.shards.store import Store
from presscheck.serve.record import Level

Stratum = Literal["top", "uncertain", "audit"]
COLUMNS = ("id", "file", "line", "outlet", "risk", "level", "signature")


@dataclass(frozen=True, slots=True)
class Unit:
    """A scored article with a risk.

    Attributes:
        draw: a number in 0..1 from the random seed and the article's position: the same in every run.
    """

    id: str
    file: str
    line: int
    part: str
    outlet: str | None
    risk: float
    level: Level
    signature: bytes
    draw: float


@dataclass(frozen=True, slots=True)
class Picked:
    """A sampled article with its stratum and its inclusion probability."""

    unit: Unit
    stratum: Stratum
    probability: float


def draw_of(seed: int, *place: object) -> float:
    """A uniform number in 0..1, the same for the same position and random seed."""
    digest = hashlib.sha256("\0".join(map(str, (seed, *place))).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def read_units(store: Store, *, seed: int) -> Iterator[Unit]:
    """Every article of the job that has a risk, in order."""
    for summary in store.summaries():
        for row in read_part(store.parts / summary.part, COLUMNS):
            if row["risk"] is not None:
                yield Unit(**row, part=summary.part, draw=draw_of(seed, row["file"], row["line"]))
