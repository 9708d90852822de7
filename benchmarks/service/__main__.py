"""Measures the service on this machine, over loopback only, and records it in results.json and README.md.

Run it on a quiet machine: python -m benchmarks.service BUNDLE [PART …] [--precision P] [--seconds S] [--rounds N] [--requests N]
Clients are threads of this script, a process beside the service on the same cores.

throughput  eight clients that post lists of 16 articles, beside the scorer itself on the same articles, in turn
latency     single headlines sent at half of the rate that clients reach with them, whatever becomes of those before
overload    lists at four times the saturating rate: statuses, memory, seconds until it answers again
exchange    requests while the champion moves to and fro and workers are killed: every record is compared with the scorer's
"""

import argparse
import signal
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.report import Results, record, results_of, spread, table
from benchmarks.service.exchange import exchange
from benchmarks.service.parts import latency, load_articles, overload, throughput
from benchmarks.service.server import copy_bundle, service
from presscheck.serve.bundle import point, read_bundle
from presscheck.serve.scorer import Scorer

PARTS = ("throughput", "latency", "overload", "exchange")
FOLDER = Path(__file__).parent


def measure(part: str, models: Path, folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """One part, on a service of its own."""
    articles, headlines = load_articles()
    if part == "exchange":
        copy_bundle(asked.bundle, models, "second", shift=0.5)
        return exchange(models, folder, articles, requests=asked.requests, precision=asked.precision)
    with service(models, folder, "--precision", asked.precision) as (process, port):
        if part == "throughput":
            scorer = Scorer(read_bundle(models / "first"), precision=asked.precision)
            return throughput(process, port, scorer, articles, seconds=asked.seconds, rounds=asked.rounds)
        if part == "latency":
            return latency(port, headlines, seconds=asked.seconds)
        return overload(process, port, articles, seconds=asked.seconds)


def _statuses(found: dict[str, int]) -> str:
    return ", ".join(f"{number:,} x {status if status != '0' else 'broken'}" for status, number in found.items())


def _throughput(r: Results) -> tuple[str, str]:
    served, scorer = ([turn[who]["per_second"] for turn in r["turns"]] for who in ("service", "scorer"))
    shares = [a / b for a, b in zip(served, scorer, strict=True)]
    busy = [turn[who]["others_cores"] for turn in r["turns"] for who in ("service", "scorer")]
    found = (
        f"{spread(served)} articles/s, the scorer alone {spread(scorer)}, of one turn {spread(shares, '.0%')}; other processes kept "
        f"{spread(busy)} cores busy meanwhile; {_statuses(r['statuses'])}"
    )
    return found, "70 % of the scorer"


def _latency(r: Results) -> tuple[str, str]:
    rates = ", ".join(f"{rate:.0f} ({number} clients)" for number, rate in r["saturated"].items())
    percentiles = ", ".join(f"p{name} {r[f'p{name}_ms']:.1f}" for name in ("50", "95", "99", "99.9"))
    found = (
        f"saturated at {rates} headlines/s; at {r['sent']:.0f}/s {percentiles}, worst {r['worst_ms']:.1f} ms; {r['late']} sent late; "
        f"{_statuses(r['statuses'])}"
    )
    return found, "p99 below 150 ms at half of the saturating load"


def _overload(r: Results) -> tuple[str, str]:
    found = (
        f"{r['sent']:.1f} lists/s ({r['lists_per_second']:.1f} due); {_statuses(r['statuses'])}, {r['without_retry_after']} without "
        f"Retry-After; memory {r['memory_before_mb']:.0f} to at most {r['memory_most_mb']:.0f} MB "
        f"({r['memory_most_mb'] / r['memory_before_mb'] - 1:+.1%}); an answer {r['recovered_s']:.2f} s after the end"
    )
    return found, "no crash, only 503 and 429, memory +10 %, back in 2 s"


def _exchange(r: Results) -> tuple[str, str]:
    answered = sum(n for status, n in r["statuses"].items() if status != "0")
    found = (
        f"{answered:,} requests, {r['moves']} moves of the champion, {r['kills']} workers killed; {_statuses(r['statuses'])} (a broken "
        f"connection was opened again and answered); versions {', '.join(f'{n:,} x {v}' for v, n in r['versions'].items())}; "
        f"{r['wrong']} wrong"
    )
    return found, "10,000, each answered or refused, none wrong"


_ROWS = {
    "throughput": ("eight clients post lists of 16 articles", _throughput),
    "latency": ("single headlines, open loop, timed from when each was due", _latency),
    "overload": ("lists at four times the saturating rate", _overload),
    "exchange": ("headlines and some articles while models move and workers die", _exchange),
}


def draw(results: Results) -> str:
    """A table per setting."""
    lines = []
    for setting, found in results.items():
        rows = [[question, *row(found[name])] for name, (question, row) in _ROWS.items() if name in found]
        lines += [f"## {setting}", found["about"], table(["question", "found", "aim"], rows)]
    return "\n\n".join(lines)


def main() -> None:
    """Measures the parts that are named, or all, and records each as it is done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default all")
    parser.add_argument("--precision", default="bf16")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="of throughput, after one that warms up")
    parser.add_argument("--requests", type=int, default=10_000, help="of the exchange")
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

    results = results_of(FOLDER)
    setting = results.setdefault(asked.precision, {})
    bundle = read_bundle(asked.bundle).manifest.version
    setting["about"] = (
        f"{describe(('openvino', 'fastapi', 'uvicorn'))}. Bundle {bundle}, one worker (two for the exchange), {datetime.now(UTC):%Y-%m-%d}."
    )
    setting[part] = found
    record(FOLDER, results, draw)


if __name__ == "__main__":
    main()
