"""What scoring a shard cost its worker. It depends on the machine and stands in no file that is compared."""

import resource
from dataclasses import dataclass
from pathlib import Path

from presscheck.serve.scorer import Scorer

_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Work:
    """A shard's cost.

    Attributes:
        tokens: those of the texts that the model read, with its frame tokens.
        padding: further places in its batches, which hold nothing.
        peak_memory_mb: the worker's largest resident memory until now.
    """

    tokens: int
    padding: int
    peak_memory_mb: int


class Meter:
    """Tells the cost since it was last asked."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._before = scorer.tokens_and_places

    def __call__(self) -> Work:
        """The cost since the last call."""
        now, before = self._scorer.tokens_and_places, self._before
        self._before = now
        tokens, places = (a - b for a, b in zip(now, before, strict=True))
        return Work(tokens, places - tokens, peak_memory_mb())


def peak_memory_mb() -> int:
    """This process' largest resident memory. `getrusage` alone would give a started process the memory of the one that started it."""
    try:
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return int(line.split()[1]) // 1024
