"""How much the service takes, and what it does beyond that. Loopback only.

Run it on a quiet machine: python -m benchmarks.service BUNDLE [--seconds S] [--requests N] [--threads N]
Clients are threads of this script, a process beside the service.

1. throughput: eight clients that post lists of 16 articles, beside the scorer itself on the same articles
2. latency: single headlines sent at half of the rate that eight clients reach with them; p50, p99
3. overload: 32 clients without keys' limits; statuses, memory before and after, seconds until a request succeeds again
4. exchange: requests while the champion moves to and fro and workers are killed; statuses, and records that differ from the scorer's
"""

import argparse
import http.client
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from presscheck.data.article import Article
from presscheck.data.starter import read_starter
from presscheck.serve.bundle import MANIFEST, point, read_bundle, write_sums
from presscheck.serve.labelled import as_article
from presscheck.serve.scorer import Scorer

HOST = "127.0.0.1"
CLIENTS = 8
LIST = 16


def load_articles() -> tuple[list[Article], list[str]]:
    """The starter corpus' whole articles, and headlines."""
    every = [as_article(document) for document in read_starter()]
    return [a for a in every if a.headline and a.body], [a.headline for a in every if a.headline]


def as_json(articles: Sequence[Article]) -> bytes:
    """A list as the service takes it."""
    return json.dumps([{"id": a.id, "headline": a.headline, "body": a.body} for a in articles]).encode()


@dataclass
class Tally:
    """What came back: statuses (0 where the connection broke), seconds of each answer, and bodies where they are kept."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    elapsed_s: float = 0.0


def client(
    port: int, bodies: Sequence[bytes], until: float, *, path: str, pause_s: float = 0.0, keep: bool = False
) -> Tally:
    """One client that posts the bodies round and round until a time, at most one each `pause_s`."""
    tally = Tally()
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    number = 0
    while time.monotonic() < until:
        start = time.monotonic()
        try:
            connection.request("POST", path, bodies[number % len(bodies)], {"Content-Type": "application/json"})
            answer = connection.getresponse()
            found = answer.read()
            tally.statuses[answer.status] += 1
            tally.seconds.append(time.monotonic() - start)
            if keep and answer.status == 200:
                tally.bodies.append(found)
        except (OSError, http.client.HTTPException):
            tally.statuses[0] += 1
            connection.close()
        number += 1
        time.sleep(max(pause_s - (time.monotonic() - start), 0))
    connection.close()
    return tally


def clients(
    port: int,
    count: int,
    bodies: Sequence[bytes],
    seconds: float,
    *,
    path: str,
    pause_s: float = 0.0,
    keep: bool = False,
) -> Tally:
    """Several at once, each starting at another body."""
    start = time.monotonic()
    until = start + seconds
    total = Tally()
    with ThreadPoolExecutor(count) as pool:
        shifted = [[*bodies[i % len(bodies) :], *bodies[: i % len(bodies)]] for i in range(count)]
        jobs = [pool.submit(client, port, own, until, path=path, pause_s=pause_s, keep=keep) for own in shifted]
        for job in jobs:
            tally = job.result()
            total.statuses += tally.statuses
            total.seconds += tally.seconds
            total.bodies += tally.bodies
    total.elapsed_s = time.monotonic() - start
    return total


@contextmanager
def service(models: Path, folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`presscheck serve` on a free port."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "presscheck.cli.main", "serve", "--models-dir", str(models), "--port", str(port)]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "--state", str(folder / "state"), *options], stderr=log, start_new_session=True
        )
        try:
            while not ready(port):
                if process.poll() is not None:
                    raise SystemExit(f"the service did not start; see {folder / 'log'}")
                time.sleep(0.05)
            yield process, port
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def ready(port: int) -> bool:
    """Whether /readyz says so."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def memory_mb(pid: int) -> float:
    """Resident memory of a process and its children, in MB."""
    pages = sum(int(Path(f"/proc/{p}/statm").read_text().split()[1]) for p in [pid, *children(pid)])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure_throughput(port: int, scorer: Scorer, articles: Sequence[Article], seconds: float) -> None:
    """Articles a second of the scorer, and of the service under eight clients."""
    lists = [as_json(articles[i : i + LIST]) for i in range(0, len(articles) - LIST + 1, LIST)]
    start, count = time.monotonic(), 0
    while time.monotonic() - start < seconds:
        count += len(list(scorer.score(articles[:64])))
    alone = count / (time.monotonic() - start)
    tally = clients(port, CLIENTS, lists, seconds, path="/v1/score")
    served = tally.statuses[200] * LIST / tally.elapsed_s
    print(
        f"throughput: scorer {alone:.1f} articles/s, service {served:.1f} ({served / alone:.0%}); {dict(tally.statuses)}"
    )


def measure_latency(port: int, headlines: Sequence[str], seconds: float) -> None:
    """Latency of single headlines at half of the saturating rate."""
    bodies = [json.dumps({"headlines": [text]}).encode() for text in headlines[:256]]
    full = clients(port, CLIENTS, bodies, seconds, path="/v1/headlines")
    rate = full.statuses[200] / full.elapsed_s
    half = clients(port, CLIENTS, bodies, seconds, path="/v1/headlines", pause_s=CLIENTS / (rate / 2))
    spread = statistics.quantiles(half.seconds, n=100)
    print(
        f"latency: saturated at {rate:.0f} headlines/s; at {len(half.seconds) / half.elapsed_s:.0f}/s p50 {spread[49] * 1000:.1f} ms, "
        f"p99 {spread[98] * 1000:.1f} ms, worst {max(half.seconds) * 1000:.1f} ms; {dict(half.statuses)}"
    )


def measure_overload(process: subprocess.Popen[bytes], port: int, articles: Sequence[Article], seconds: float) -> None:
    """Four times as many clients as saturate, with lists that fill the queue."""
    lists = [as_json(articles[i : i + 64]) for i in range(0, 192, 64)]
    clients(port, CLIENTS, lists, seconds / 2, path="/v1/score")  # buffers grow to their size
    before = memory_mb(process.pid)
    tally = clients(port, 4 * CLIENTS, lists, seconds, path="/v1/score")
    after = memory_mb(process.pid)
    start = time.monotonic()
    while client(port, [as_json(articles[:1])], time.monotonic() + 0.001, path="/v1/score").statuses[200] == 0:
        pass
    print(
        f"overload: {dict(tally.statuses)}; memory {before:.0f} to {after:.0f} MB ({after / before - 1:+.1%}); "
        f"answered again after {time.monotonic() - start:.2f} s"
    )


def second_model(models: Path) -> None:
    """The same model under another version, to move the champion to."""
    shutil.copytree(models / "first", models / "second")
    path = models / "second" / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": "second"}))
    write_sums(models / "second")


def measure_exchange(models: Path, folder: Path, scorer: Scorer, articles: Sequence[Article], requests: int) -> None:
    """Requests while models move and workers die; every answer is compared with the scorer's."""
    few = articles[:32]
    expected = {r.id: r.model_dump(mode="json", exclude={"model"}) for r in scorer.score(few)}
    bodies = [as_json([article]) for article in few]
    total, wrong, versions = Counter[int](), 0, Counter[str]()
    with service(models, folder, "--workers", "2") as (process, port):
        turn = 0
        while sum(total.values()) < requests:
            point(models / "champion", models / ("second" if turn % 2 == 0 else "first"))
            if turn % 4 == 3:
                workers = [p for p in children(process.pid) if b"spawn_main" in Path(f"/proc/{p}/cmdline").read_bytes()]
                os.kill(workers[0], signal.SIGKILL)
            tally = clients(port, CLIENTS, bodies, 3.0, path="/v1/score", keep=True)
            total += tally.statuses
            for body in tally.bodies:
                (record,) = json.loads(body)["results"]
                versions[record.pop("model")["version"]] += 1
                wrong += record != expected[record["id"]]
            turn += 1
    print(
        f"exchange: {sum(total.values())} requests, {dict(total)} (0: the worker died under it); versions {dict(versions)}; wrong {wrong}"
    )


def main() -> None:
    """Prints a line per question."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each measurement")
    parser.add_argument("--requests", type=int, default=10_000, help="of the exchange")
    parser.add_argument("--threads", type=int, default=0)
    asked = parser.parse_args()
    articles, headlines = load_articles()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        models = folder / "models"
        shutil.copytree(asked.bundle, models / "first")
        point(models / "champion", models / "first")
        second_model(models)
        scorer = Scorer(read_bundle(models / "first"), threads=asked.threads)
        threads = ["--threads", str(asked.threads)]
        with service(models, folder, *threads) as (process, port):
            measure_throughput(port, scorer, articles, asked.seconds)
            measure_latency(port, headlines, asked.seconds)
            measure_overload(process, port, articles, asked.seconds)
        measure_exchange(models, folder, scorer, articles, asked.requests)


if __name__ == "__main__":
    main()
