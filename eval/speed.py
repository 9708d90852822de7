"""Measures the speed of bundles side by side: rounds are interleaved, so that other load on the machine affects all alike."""

import platform
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from presscheck.data.schema import Document
from presscheck.serve.cores import usable_cores
from presscheck.serve.scorer import Scorer

_ROUNDS, _TIMED_SEGMENTS = 5, 400


@dataclass(frozen=True, slots=True)
class Speed:
    """Segments, each scored as a text of its own, per second on this machine: median over the rounds."""

    segments_per_second: float
    precision: str
    cores: int
    processor: str


def processor() -> str:
    """The CPU's name, if the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or "a CPU without a name")


def timed(scorers: Sequence[Scorer], documents: Sequence[Document], *, rounds: int = _ROUNDS) -> tuple[int, list[list[float]]]:
    """Segments read, and seconds a round of each scorer for the same texts; a first round warms up and is left out."""
    texts = [[segment.text] for document in documents for segment in document.segments][:_TIMED_SEGMENTS]
    seconds: list[list[float]] = []
    for _ in range(rounds + 1):
        row = []
        for scorer in scorers:
            start = time.perf_counter()
            scorer.segments(texts)
            row.append(time.perf_counter() - start)
        seconds.append(row)
    return len(texts), seconds[1:]


def speed_of(scorer: Scorer, count: int, seconds: Sequence[float]) -> Speed:
    """The speed of a scorer from the number of segments read in each round."""
    cores = usable_cores()
    return Speed(count / statistics.median(seconds), scorer.info.precision, cores, processor())


def measure_speed(scorer: Scorer, documents: Sequence[Document]) -> Speed:
    """The speed of one scorer."""
    count, seconds = timed([scorer], documents)
    return speed_of(scorer, count, [row[0] for row in seconds])


def slowdown(seconds: Sequence[Sequence[float]]) -> tuple[float, float, float]:
    """The second's time over the first's in interleaved rounds: median, lowest and highest ratio."""
    ratios = [second / first for first, second in seconds]
    return statistics.median(ratios), min(ratios), max(ratios)
