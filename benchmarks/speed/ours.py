"""Our own side: articles to records, stage by stage, one by one, from a cold start and as an endless stream."""

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import psutil
from numpy.typing import NDArray

from presscheck.data.article import Article
from presscheck.serve.bundle import Bundle
from presscheck.serve.manifest import Precision
from presscheck.serve.record import Record
from presscheck.serve.scorer import Scorer

SAMPLED = 10_000  # records between two looks at a process's memory: more than a window


def records(scorer: Scorer, articles: Sequence[Article]) -> list[Record]:
    """Every record."""
    return list(scorer.score(articles))


def scores(scorer: Scorer, articles: Sequence[Article]) -> NDArray[np.float64]:
    """P(sensational) of each headline, from whole records."""
    return np.array([r.headline.sensational for r in records(scorer, articles) if r.headline], dtype=np.float64)


def stages(scorer: Scorer, articles: Sequence[Article], clock: Callable[[], float]) -> dict[str, float]:
    """Seconds of the three stages one after the other, and the tokens read: what runs side by side in `score`."""
    start = clock()
    window = scorer._read(articles)  # the stages are the scorer's own affair otherwise
    read = clock()
    logits = scorer._runtime.logits(window.packed.passages)
    inferred = clock()
    for _ in scorer._made(window, logits):
        pass
    done = clock()
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


def cold_start(bundle: Bundle, precision: Precision, *, of_children: bool) -> float:
    """Seconds of a process of its own that scores one headline: those that pass, or those that it computes (`of_children`)."""
    clock = _of_children if of_children else time.perf_counter
    command = [sys.executable, "-m", "presscheck.cli.main", "score", "--headline", "Has X just declared war on Y?"]
    start = clock()
    subprocess.run([*command, "--model", str(bundle.path), "--precision", precision, "--format", "jsonl"], check=True, capture_output=True)
    return clock() - start


def _of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _fed(bundle: Path, precision: Precision, rows: Iterable[Mapping[str, str]]) -> tuple[list[float], float]:
    """Resident megabytes of `presscheck score -` after every SAMPLED records, and at most, as the system counts it."""
    command = [sys.executable, "-m", "presscheck.cli.main", "score", "-", "--format", "jsonl"]
    with subprocess.Popen(
        [*command, "--model", str(bundle), "--precision", precision],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        stdin = process.stdin

        def feed() -> None:
            with stdin:
                for row in rows:
                    stdin.write(json.dumps(row).encode() + b"\n")

        feeder = threading.Thread(target=feed)
        feeder.start()
        sampled = [
            psutil.Process(process.pid).memory_info().rss / 2**20 for number, _ in enumerate(process.stdout, 1) if number % SAMPLED == 0
        ]
        feeder.join()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"presscheck score ended with {process.returncode}")
    return sampled, usage.ru_maxrss / 1024


def memory(bundle: Bundle, precision: Precision, *, count: int, texts: Sequence[str]) -> dict[str, float]:
    """Resident megabytes of a process of its own: over `count` headlines, and over a 2 MB article and a sentence of 20,000 words."""
    headlines = ({"id": str(n), "headline": f"{texts[n % len(texts)]} {n}"} for n in range(count))
    sampled, at_most = _fed(bundle.path, precision, headlines)
    giants = ("The levee broke at noon. The town of 4,000 flooded, the mayor said. " * 30_000, "The levee broke and " * 5_000 + "stopped.")
    _, after = _fed(bundle.path, precision, ({"headline": texts[0], "body": body} for body in giants))
    return {"first": sampled[0], "last": sampled[-1], "at most": at_most, "giants": after}
