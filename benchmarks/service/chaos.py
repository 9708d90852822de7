"""What the service does while models move, workers die, and Ray Serve runs it: every record is compared with the scorer's."""

import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.service.load import Tally, closed_loop
from benchmarks.service.parts import CLIENTS, LIST, Results, lists_of, statuses
from benchmarks.service.server import replicas, service, workers
from presscheck.data.article import Article
from presscheck.serve.bundle import Precision, point, read_bundle
from presscheck.serve.scorer import Scorer


def _expected(
    models: Path, articles: Sequence[Article], precision: Precision, versions: Sequence[str]
) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    for version in versions:
        scorer = Scorer(read_bundle(models / version), precision=precision)
        found |= {(version, r.id): r.model_dump(mode="json") for r in scorer.score(articles)}
    return found


def _check(tally: Tally, expected: dict[tuple[str, str], Any], versions: Counter[str]) -> int:
    """Counts records by version and returns how many are not what the scorer says; the bodies are dropped."""
    wrong = 0
    for body in tally.bodies:
        (record,) = json.loads(body)["results"]
        versions[record["model"]["version"]] += 1
        wrong += record != expected[record["model"]["version"], record["id"]]
    tally.bodies = []
    return wrong


def ray(models: Path, folder: Path, articles: Sequence[Article], *, seconds: float, precision: Precision) -> Results:
    """Two replicas on a local Ray: single articles whose records are compared while one replica is killed, then lists of 16."""
    few = articles[:32]
    expected = _expected(models, few, precision, ("first",))
    versions = Counter[str]()
    options = ("--engine", "ray", "--workers", "2", "--precision", precision, "--threads", "1")
    with service(models, folder, *options) as (process, port):
        before = replicas(process.pid)
        killer = threading.Timer(seconds / 3, os.kill, (before[0], signal.SIGKILL))
        killer.start()
        tally = closed_loop(port, CLIENTS, lists_of(few, 1), seconds, path="/v1/score", keep=True, again=True)
        wrong = _check(tally, expected, versions)
        while len(set(replicas(process.pid)) - {before[0]}) < len(before):
            time.sleep(0.2)
        lists = closed_loop(port, CLIENTS, lists_of(articles, LIST), seconds, path="/v1/score")
    return {
        "replicas": len(before),
        "statuses": statuses(tally),
        "wrong": wrong,
        "per_second": lists.statuses[200] * LIST / lists.elapsed_s,
        "list_statuses": statuses(lists),
    }


def exchange(
    models: Path, folder: Path, articles: Sequence[Article], *, requests: int, precision: Precision
) -> Results:
    """Headlines, and some articles, while the champion moves to and fro between two models and workers are killed.

    Every record is compared with that of the scorer of the model that it names.
    A client whose connection broke asks again, as HTTP libraries do.
    """
    few = [*articles[:4], *(Article(f"headline {i}", a.headline, None) for i, a in enumerate(articles[4:64]))]
    expected = _expected(models, few, precision, ("first", "second"))
    bodies = lists_of(few, 1)
    total, versions, wrong, kills, moves = Tally(), Counter[str](), 0, 0, 0
    with service(models, folder, "--workers", "2", "--precision", precision) as (process, port):
        ended = threading.Event()

        def disturb() -> None:
            nonlocal kills, moves
            while not ended.wait(5.0):
                moves += 1
                point(models / "champion", models / ("second" if moves % 2 else "first"))
                if moves % 2 == 0 and len(alive := workers(process.pid)) == 2:
                    os.kill(alive[0], signal.SIGKILL)
                    kills += 1

        thread = threading.Thread(target=disturb)
        thread.start()
        try:
            while sum(total.statuses.values()) < requests:
                tally = closed_loop(port, CLIENTS, bodies, 5.0, path="/v1/score", keep=True, again=True)
                wrong += _check(tally, expected, versions)
                total.add(tally)
        finally:
            ended.set()
            thread.join()
    return {
        "statuses": statuses(total),
        "versions": dict(versions),
        "wrong": wrong,
        "kills": kills,
        "moves": moves,
        "without_retry_after": total.without_retry_after,
    }
