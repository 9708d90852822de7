"""Rows per second of the raw scorer and of the batch on 1 and 2 workers and on Ray, with the same bytes from all of them."""

import itertools
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.batch.command import content, run
from benchmarks.batch.generate import generate
from presscheck.serve.batch.inputs import find_inputs
from presscheck.serve.batch.job import Columns
from presscheck.serve.batch.read import InputReader
from presscheck.serve.batch.row import Row, read_row
from presscheck.serve.bundle import read_bundle
from presscheck.serve.scorer import Scorer


def raw_scorer(model: Path, source: Path, *, threads: int) -> float:
    """Rows per second of the scorer alone on the articles of a file, read beforehand."""
    columns = Columns()
    raws = (raw for one in find_inputs([str(source)]) for raw in InputReader(one, columns))
    articles = [row.article for raw in raws if isinstance(row := read_row(raw, name="a", columns=columns), Row)]
    scorer = Scorer(read_bundle(model), threads=threads)
    for _ in scorer.score(articles[:64]):
        pass
    begun = time.perf_counter()
    count = sum(1 for _ in scorer.score(articles))
    return count / (time.perf_counter() - begun)


def _figures(stderr: str) -> dict[str, float]:
    line = next(line for line in stderr.splitlines() if "this run: " in line)
    found: dict[str, float] = json.loads(line.split("this run: ", 1)[1])
    return found


def measure(model: Path, *, rows: int, shard_rows: Sequence[int], engines: Sequence[str]) -> None:
    """Prints the table; ends with an error where two engines do not write the same bytes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "articles.jsonl"
        bad = generate(source, rows)
        print(f"{rows:,} rows, {bad:,} of them malformed")
        for threads in (1, 0):
            print(
                f"raw scorer, threads {threads or 'as the runtime takes'}: {raw_scorer(model, source, threads=threads):,.1f} rows/s"
            )
        print(
            "| engine | workers | rows a shard | rows/s | with start and end | peak memory |\n|---|---:|---:|---:|---:|---|"
        )
        for size in shard_rows:
            first: dict[str, str] | None = None
            for engine, workers in itertools.product(engines, ("1", "2")):
                out = folder / f"{engine}-{workers}-{size}"
                begun = time.perf_counter()
                done = run(
                    source,
                    "--out",
                    out,
                    "--model",
                    model,
                    "--engine",
                    engine,
                    "--workers",
                    workers,
                    "--shard-rows",
                    str(size),
                    "--max-rejected",
                    "1",
                )
                seconds = time.perf_counter() - begun
                if done.returncode:
                    raise SystemExit(done.stderr)
                figures = _figures(done.stderr)
                figures_shown = f"{figures['rows_per_s']:,.1f} | {rows / seconds:,.1f} | {figures['peak_memory_mb']}"
                print(f"| {engine} | {workers} | {size} | {figures_shown} |")
                first = first or content(out)
                if content(out) != first:
                    raise SystemExit(f"{out.name} holds other bytes than the first engine's")
        print("all of one shard size: the same bytes")
