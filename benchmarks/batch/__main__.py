"""Rows a second of a batch on each engine, beside the raw scorer, on one core and on two; and what Ray adds to a job and to a shard.

    python -m benchmarks.batch [--rows 8000] [--rounds 3] [--minutes 9]

Each cell is a command of its own; cells take turns in every round. A call does as many as fit into its minutes and keeps them in
results.json and README.md; the next one resumes. Every batch's bytes are held to those of the first one of the same shard size.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.batch.command import batch, content, expect, figures
from benchmarks.batch.generate import generate
from benchmarks.machine import describe
from benchmarks.report import Results, record, results_of, spread, table
from presscheck.serve.bundle import read_bundle
from presscheck.serve.manifest import Precision
from presscheck.serve.scoring_options import AskedPrecision, resolve_precision

FOLDER = Path(__file__).parent
ONE_CORE, OTHER_CORE = (["taskset", "-c", core] for core in "01")
FEW = 20  # rows of a job that is start and end alone
ENGINES = ("local", "ray")
A_DAY = 100_000_000  # articles of the day that is reckoned with
Cell = Mapping[str, float]


class Material:
    """The rows of a call, and the bytes that batches of them have."""

    def __init__(self, folder: Path, model: Path, rows: int, precision: Precision) -> None:
        self._folder, self._model, self._precision = folder, model, precision
        self._sources = {count: folder / f"{count}.jsonl" for count in (rows, FEW)}
        for count, source in self._sources.items():
            generate(source, count)
        self._first: dict[tuple[int, int], dict[str, str]] = {}

    def raw(self, befores: list[list[str]], rows: int) -> Cell:
        """The scorer alone: as many of it at once as there are beginnings of commands, each on so many rows."""
        command = [sys.executable, "-m", "benchmarks.batch.raw", self._model, self._sources[rows], self._precision]
        started = [subprocess.Popen([*before, *map(str, command)], stdout=subprocess.PIPE, text=True) for before in befores]
        said = [one.communicate()[0] for one in started]
        if any(one.returncode for one in started):
            raise SystemExit("a raw scorer failed")
        return {"rows_per_s": sum(map(float, said))}

    def batch(self, before: list[str], options: list[str], rows: int, size: int) -> Cell:
        """A batch of so many rows in shards of `size`."""
        with tempfile.TemporaryDirectory(dir=self._folder) as name:
            out = Path(name) / "out"
            settings = ["--model", self._model, "--precision", self._precision, "--shard-rows", size]
            command = [*before, *batch(self._sources[rows], "--out", out, "--max-rejected", "1", *map(str, settings))]
            begun = time.perf_counter()
            done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
            seconds = time.perf_counter() - begun
            found = figures(expect(done, 0, "rows scored"))
            if content(out) != self._first.setdefault((rows, size), content(out)):
                raise SystemExit(f"{options}: other bytes than those of another engine")
        return {"wall_s": seconds, **found}


def _runs(material: Material, rows: int) -> dict[str, Callable[[], Cell]]:
    """Every cell by its name."""
    middle = rows // 16
    runs: dict[str, Callable[[], Cell]] = {
        "raw scorer, 1 core": partial(material.raw, [ONE_CORE], rows),
        "raw scorer, 2 cores": partial(material.raw, [[]], rows),
        "raw scorer, a process on each of 2 cores": partial(material.raw, [ONE_CORE, OTHER_CORE], rows),
    }
    for engine in ENGINES:
        of = ["--engine", engine, "--workers"]
        runs[f"{engine}, 1 core"] = partial(material.batch, ONE_CORE, [*of, "1"], rows, middle)
        for size in (rows // 64, middle, rows // 4):
            runs[f"{engine}, {size} rows a shard"] = partial(material.batch, [], [*of, "2"], rows, size)
        runs[f"{engine}, start and end"] = partial(material.batch, [], [*of, "2"], FEW, FEW // 2)
    return runs


def measure(model: Path, *, rows: int, rounds: int, wanted: AskedPrecision | None, minutes: float) -> None:
    """Measures what is missing of the rounds, as long as there is time."""
    end = time.monotonic() + 60 * minutes
    precision = resolve_precision(read_bundle(model).manifest, wanted)
    known = results_of(FOLDER)
    about = {"rows": rows, "precision": precision, "bundle": model.resolve().name}
    if any(known.get(name) != value for name, value in about.items()):
        known = {**about, "machine": describe(("openvino",)), "cells": {}}
    known["on"] = f"{datetime.now(UTC):%Y-%m-%d}"
    with tempfile.TemporaryDirectory() as name:
        material = Material(Path(name), model, rows, precision)
        for number in range(rounds):
            for cell, run in _runs(material, rows).items():
                if len(known["cells"].setdefault(cell, [])) > number:
                    continue
                if time.monotonic() > end:
                    print("time is up; the same command goes on")
                    return
                known["cells"][cell].append(run())
                print(cell, known["cells"][cell][-1], flush=True)
                record(FOLDER, known, draw)


def _rates(cells: Mapping[str, list[dict[str, Any]]], cell: str) -> list[float]:
    """Rows a second of a cell in each round, without what a job of FEW rows takes on that engine."""
    if cell.startswith("raw"):
        return [one["rows_per_s"] for one in cells[cell]]
    ends = median(one["wall_s"] for one in cells[f"{cell.split(',')[0]}, start and end"])
    return [one["rows"] / (one["wall_s"] - ends) for one in cells[cell]]


def _speed_rows(cells: Mapping[str, list[dict[str, Any]]]) -> Iterator[list[object]]:
    raws = [cell for cell in cells if cell.startswith("raw")]
    for cell, ones in cells.items():
        rates = _rates(cells, cell)
        if cell in raws:
            yield [cell, spread(rates), *[""] * 6]
        elif "start and end" not in cell:
            raw = max(median(_rates(cells, one)) for one in raws if ("1 core" in one) == ("1 core" in cell))
            yield [
                cell,
                spread(rates),
                f"{median(rates) / raw:.0%}",
                f"{median(one['rows'] / one['wall_s'] for one in ones):,.1f}",
                f"{median(one['tokens_per_s'] for one in ones):,.0f}",
                f"{median(one['padding'] for one in ones):.1f} %",
                f"{max(one['peak_mb'] for one in ones):,.0f}",
                f"{max(one['worker_peak_mb'] for one in ones):,.0f}",
            ]


def _overhead_rows(found: Results, walls: Mapping[str, float], more: float) -> Iterator[list[object]]:
    for cell in (cell for cell in walls if cell.startswith("ray") and "a shard" in cell):
        size = int(cell.split(", ")[1].split()[0])
        beyond = walls[cell] - walls[cell.replace("ray", "local")] - more
        shards = found["rows"] / size
        yield [f"{size:,}", f"{shards:.0f}", f"{beyond:+.1f}", f"{beyond / shards * 1e3:+.0f}"]


def _day_rows(found: Results) -> Iterator[list[object]]:
    """A day of A_DAY articles at the measured rates, which tell two cores from one."""
    for engine in ENGINES:
        one = median(_rates(found["cells"], f"{engine}, 1 core"))
        two, best = (median(_rates(found["cells"], f"{engine}, {found['rows'] // part} rows a shard")) for part in (16, 4))
        cores = 2 * A_DAY / 86_400 / best
        yield [*(engine, f"{one:,.1f}", f"{two:,.1f}", f"{two / one:.2f}", f"{best:,.1f}"), *(f"{cores:,.1f}", f"{cores / 32:,.2f}")]


def draw(found: Results) -> str:
    """The tables; those that compare engines once a round is whole."""
    cells = found["cells"]
    if "ray, start and end" not in cells:
        return "Not finished."
    rounds = min(map(len, cells.values()))
    walls = {cell: median(one["wall_s"] for one in ones) for cell, ones in cells.items() if not cell.startswith("raw")}
    more = walls["ray, start and end"] - walls["local, start and end"]
    small, large = (f"{found['rows'] // part:,} rows a shard" for part in (16, 4))
    heads = ["", "rows/s of the work", "of the raw scorer", "rows/s with start and end", "tokens/s", "padding"]
    day = ["engine", f"rows/s, 1 core, {small}", "2 cores", "2 cores against 1", f"2 cores, {large}"]
    return "\n\n".join(
        [
            f"{found['machine']}. {found['on']}, bundle {found['bundle']} in {found['precision']}, {found['rows']:,} rows, {rounds} rounds "
            "in turn; medians with the extremes. *Rows/s of the work* leave out what a job of 20 rows takes on the same engine (its "
            "start, its model, its report); *of the raw scorer* is against the faster raw scorer on as many cores.",
            table([*heads, "MB, command", "MB, worker"], _speed_rows(cells)),
            f"A job of 20 rows takes {walls['local, start and end']:.1f} s on the local engine and {walls['ray, start and end']:.1f} s on "
            f"Ray: {more:.1f} s a job are Ray's own. What it adds beyond that, by shard size:",
            table(["rows a shard", "shards", "s of the job", "ms a shard"], _overhead_rows(found, walls, more)),
            f"## {A_DAY:,} articles a day",
            f"That is {A_DAY / 86_400:,.0f} a second, at full load and with articles as generated here.",
            table([*day, "cores for a day's articles in a day", "machines of 32 cores"], _day_rows(found)),
        ]
    )


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=Path("models/candidate"))
    parser.add_argument("--rows", type=int, default=8000)
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=9.0, help="after which a call stops; the next one resumes")
    asked = parser.parse_args()
    measure(asked.model, rows=asked.rows, rounds=asked.rounds, wanted=asked.precision, minutes=asked.minutes)


if __name__ == "__main__":
    main()
