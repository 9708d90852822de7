"""The questions: each measures and returns what is recorded."""

import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from benchmarks.report import Results
from benchmarks.service.load import Tally, closed_loop, open_loop
from benchmarks.service.processes import busy_s, cpu_s, memory_watched
from presscheck.data.article import Article
from presscheck.data.starter import read_starter
from presscheck.serve.labelled import as_article
from presscheck.serve.scorer import Scorer

CLIENTS = 8
LIST = 16
OVERLOAD = 4


def load_articles() -> tuple[list[Article], list[str]]:
    """The starter corpus' whole articles, and headlines."""
    every = [as_article(document) for document in read_starter()]
    return [a for a in every if a.headline and a.body], [a.headline for a in every if a.headline]


def lists_of(articles: Sequence[Article], size: int) -> list[bytes]:
    """Lists as the service takes them."""
    rows = [{"id": a.id, "headline": a.headline, "body": a.body} for a in articles]
    return [json.dumps(rows[i : i + size]).encode() for i in range(0, len(rows) - size + 1, size)]


def statuses(tally: Tally) -> dict[str, int]:
    """Statuses with keys that JSON has."""
    return {str(status): number for status, number in sorted(tally.statuses.items())}


@dataclass
class Turn:
    """One measurement of a rate: articles a second, a CPU second of its own processes, and the cores that other processes kept busy."""

    per_second: float
    per_cpu_second: float
    others_cores: float


def _turn(work: Callable[[], int], *pids: int) -> Turn:
    """Measures work that returns its number of articles; `pids` are the processes that do it."""
    start, own, busy = time.monotonic(), cpu_s(pids), busy_s()
    articles = work()
    elapsed_s, own, busy = time.monotonic() - start, cpu_s(pids) - own, busy_s() - busy
    return Turn(articles / elapsed_s, articles / own, max(busy - own, 0.0) / elapsed_s)


def throughput(
    process: subprocess.Popen[bytes], port: int, scorer: Scorer, articles: Sequence[Article], *, seconds: float, rounds: int
) -> Results:
    """Articles a second of the scorer, and of the service under eight clients, in turn; the first turn warms up."""
    lists = lists_of(articles, LIST)
    total = Tally()

    def serve() -> int:
        tally = closed_loop(port, CLIENTS, lists, seconds, path="/v1/score")
        total.add(tally)
        return tally.statuses[200] * LIST

    here, turns = os.getpid(), []
    for _ in range(rounds + 1):
        alone = _turn(lambda: sum(1 for _ in scorer.score([*articles, *articles])), here)
        turns.append({"scorer": asdict(alone), "service": asdict(_turn(serve, here, process.pid))})
    return {"turns": turns[1:], "statuses": statuses(total)}


def latency(port: int, headlines: Sequence[str], *, seconds: float) -> Results:
    """Single headlines at half of the rate that eight, 16 or 32 clients reach at most; times count from when each was due."""
    bodies = [json.dumps({"headlines": [text]}).encode() for text in headlines[:1024]]
    closed_loop(port, CLIENTS, bodies, seconds / 4, path="/v1/headlines")
    rates = {}
    for number in (CLIENTS, 2 * CLIENTS, 4 * CLIENTS):
        tally = closed_loop(port, number, bodies, seconds / 2, path="/v1/headlines")
        rates[str(number)] = tally.statuses[200] / tally.elapsed_s
    half = open_loop(port, 4 * CLIENTS, bodies, seconds, path="/v1/headlines", per_second=max(rates.values()) / 2)
    spread = statistics.quantiles(half.seconds, n=1000)
    return {
        "saturated": rates,
        "sent": len(half.seconds) / half.elapsed_s,
        "late": half.late,
        **{f"p{name}_ms": spread[place] * 1000 for name, place in (("50", 499), ("95", 949), ("99", 989), ("99.9", 998))},
        "worst_ms": max(half.seconds) * 1000,
        "statuses": statuses(half),
    }


def overload(process: subprocess.Popen[bytes], port: int, articles: Sequence[Article], *, seconds: float) -> Results:
    """Lists at four times the rate that eight clients reach, whatever becomes of them; then how long until it answers as before."""
    lists = lists_of(articles, LIST)
    full = closed_loop(port, CLIENTS, lists, seconds, path="/v1/score")  # and buffers grow to their size
    per_second = OVERLOAD * full.statuses[200] / full.elapsed_s
    with memory_watched(process.pid) as memory_mb:
        before = memory_mb[0]
        tally = open_loop(port, 16 * CLIENTS, lists, seconds, path="/v1/score", per_second=per_second)
        start = time.monotonic()
        single = lists_of(articles[:1], 1)
        while closed_loop(port, 1, single, 0.001, path="/v1/score").statuses[200] == 0:
            if process.poll() is not None:
                break
        recovered_s = time.monotonic() - start
    return {
        "lists_per_second": per_second,
        "sent": sum(tally.statuses.values()) / tally.elapsed_s,
        "statuses": statuses(tally),
        "without_retry_after": tally.without_retry_after,
        "memory_before_mb": before,
        "memory_most_mb": max(memory_mb),
        "recovered_s": recovered_s,
        "alive": process.poll() is None,
    }
