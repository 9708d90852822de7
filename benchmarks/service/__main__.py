"""Measures the service on this machine, over loopback only, and records it in service.json and service.md.

Run it on a quiet machine: python -m benchmarks.service BUNDLE [PART …] [--precision P] [--seconds S] [--rounds N] [--requests N]
Clients are threads of this script, a process beside the service on the same cores.

throughput  eight clients that post lists of 16 articles, beside the scorer itself on the same articles, in turn
latency     single headlines sent at half of the rate that clients reach with them, whatever becomes of those before
overload    lists at four times the saturating rate: statuses, memory, seconds until it answers again
parity      200 articles through the service, the command and the model that MLflow has as presscheck@candidate, which BUNDLE has to be
ray         two replicas on a local Ray, one of which is killed (needs presscheck[ray])
exchange    requests while the champion moves to and fro and workers are killed: every record is compared with the scorer's
"""

import argparse
import signal
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.record import record, results_of
from benchmarks.service.chaos import exchange, ray
from benchmarks.service.page import draw
from benchmarks.service.parts import latency, load_articles, overload, throughput
from benchmarks.service.server import copy_bundle, service
from presscheck.serve.bundle import point, read_bundle
from presscheck.serve.scorer import Scorer

PARTS = ("throughput", "latency", "overload", "exchange", "parity", "ray")
OUT = Path(__file__).parent.parent / "service.json"
MARK = "<!-- drawn by benchmarks.service -->"


def measure(part: str, models: Path, folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """One part, on a service of its own."""
    articles, headlines = load_articles()
    if part == "exchange":
        copy_bundle(asked.bundle, models, "second", shift=0.5)
        return exchange(models, folder, articles, requests=asked.requests, precision=asked.precision)
    if part == "ray":
        return ray(models, folder, articles, seconds=asked.seconds, precision=asked.precision)
    if part == "parity":
        from benchmarks.service.parity import parity  # mlflow comes with it

        return parity(asked.bundle, folder, articles, tracking=asked.tracking)
    with service(models, folder, "--precision", asked.precision) as (process, port):
        if part == "throughput":
            scorer = Scorer(read_bundle(models / "first"), precision=asked.precision)
            return throughput(process, port, scorer, articles, seconds=asked.seconds, rounds=asked.rounds)
        if part == "latency":
            return latency(port, headlines, seconds=asked.seconds)
        return overload(process, port, articles, seconds=asked.seconds)


def main() -> None:
    """Measures the parts that are named, or all, and records each as it is done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default all")
    parser.add_argument("--precision", default="bf16")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="of throughput, after one that warms up")
    parser.add_argument("--requests", type=int, default=10_000, help="of the exchange")
    parser.add_argument("--tracking", default="sqlite:///mlflow.db", help="where the parity finds the registered model")
    parser.add_argument("--dry", action="store_true", help="print and do not record")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the service ends with the harness
    for part in asked.parts or PARTS:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            models = folder / "models"
            point(models / "champion", copy_bundle(asked.bundle, models, "first"))
            found = measure(part, models, folder, asked)
        print(part, found)
        if not asked.dry:
            _record(part, found, asked)


def _record(part: str, found: dict[str, Any], asked: argparse.Namespace) -> None:
    from benchmarks.machine import describe  # torch comes with it, and is nothing that a scorer should stand beside

    results = results_of(OUT)
    setting = results.setdefault(asked.precision, {})
    bundle = read_bundle(asked.bundle).manifest.version
    setting["about"] = (
        f"{describe(('openvino', 'fastapi', 'uvicorn'))}. Bundle {bundle}, one worker (two for the exchange), {datetime.now(UTC):%Y-%m-%d}."
    )
    setting[part] = found
    record(OUT, results, mark=MARK, draw=draw)


if __name__ == "__main__":
    main()
