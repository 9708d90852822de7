"""What the service does while models move and workers die: every record is compared with the scorer's."""

import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.report import Results
from benchmarks.service.load import Tally, closed_loop
from benchmarks.service.parts import CLIENTS, lists_of, statuses
from benchmarks.service.server import service, workers
from presscheck.data.article import Article
from presscheck.serve.bundle import point, read_bundle
from presscheck.serve.manifest import Precision
from presscheck.serve.scorer import Scorer


def _expected(models: Path, articles: Sequence[Article], precision: Precision, versions: Sequence[str]) -> dict[tuple[str, str], Any]:
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


def exchange(models: Path, folder: Path, articles: Sequence[Article], *, requests: int, precision: Precision) -> Results:
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
