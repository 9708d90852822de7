"""Our own side: articles to records, stage by stage, one by one, from a cold start and as an endless stream."""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from presscheck.data.article import Article
from presscheck.serve.bundle import Bundle, Precision, read_bundle
from presscheck.serve.record import Record
from presscheck.serve.scorer import Scorer


def records(scorer: Scorer, articles: Sequence[Article]) -> list[Record]:
    """Every record."""
    return list(scorer.score(articles))


def scores(scorer: Scorer, articles: Sequence[Article]) -> NDArray[np.float64]:
    """P(sensational) of each headline, from whole records."""
    return np.array([r.headline.sensational for r in records(scorer, articles) if r.headline], dtype=np.float64)


def stages(scorer: Scorer, articles: Sequence[Article]) -> dict[str, float]:
    """Seconds of the three stages one after the other, and the tokens read: what runs side by side in `score`."""
    start = time.perf_counter()
    window = scorer._read(articles)  # the stages are the scorer's own affair otherwise
    read = time.perf_counter()
    logits = scorer._runtime.logits(window.packed.passages)
    inferred = time.perf_counter()
    for _ in scorer._made(window, logits):
        pass
    done = time.perf_counter()
    tokens = sum(len(p.ids) for p in window.packed.passages)
    return {"cut and tokenise": read - start, "model": inferred - read, "records": done - inferred, "tokens": tokens}


def latencies(scorer: Scorer, articles: Sequence[Article]) -> tuple[float, float]:
    """Median and 99th percentile of the milliseconds that one article alone takes."""
    milliseconds = []
    for article in articles:
        start = time.perf_counter()
        records(scorer, [article])
        milliseconds.append(1000 * (time.perf_counter() - start))
    return statistics.median(milliseconds), float(np.percentile(milliseconds, 99))


def cold_start(bundle: Bundle, precision: Precision) -> float:
    """Seconds of a process of its own that scores one headline."""
    command = [sys.executable, "-m", "presscheck.cli.main", "score", "--headline", "Has X just declared war on Y?"]
    start = time.perf_counter()
    subprocess.run(
        [*command, "--model", str(bundle.path), "--precision", precision, "--format", "jsonl"],
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - start


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def stream(folder: Path, precision: Precision, count: int, texts: Sequence[str]) -> None:
    """Prints the resident megabytes after the first thousand headlines, at the end, and at most; then those of a giant article."""
    scorer = Scorer(read_bundle(folder), precision=precision)

    def endless() -> Iterator[Article]:
        for number in range(count):
            yield Article(str(number), f"{texts[number % len(texts)]} {number}", None)

    first = 0.0
    for number, _ in enumerate(scorer.score(endless())):
        if number == 5_000:
            first = _resident()
    last = _resident()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    giant = "The levee broke at noon. The town of 4,000 flooded, the mayor said. " * 30_000
    list(scorer.score([Article("giant", texts[0], giant)]))
    list(scorer.score([Article("long", texts[0], "The levee broke and " * 5_000 + "stopped.")]))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{first:.0f} {last:.0f} {peak:.0f} {after:.0f}")
