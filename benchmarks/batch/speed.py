"""Rows per second of the raw scorer, of each engine on one and two cores, and what Ray adds to a job and to a shard.

Where it may use one core alone (`taskset -c 0`), it measures that one, and the page goes by processor seconds, which other work on
the machine blurs less than the clock. Every cell is a command of its own. Cells take turns in each round; a call does as many as fit
into its minutes, and the next goes on.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.batch.command import batch, content, expect, figures
from benchmarks.batch.generate import generate
from benchmarks.batch.processes import Spent, busy_s
from benchmarks.batch.results import keep, kept
from benchmarks.machine import describe
from presscheck.serve.bundle import Precision, read_bundle
from presscheck.serve.cores import usable_cores
from presscheck.serve.scoring_options import AskedPrecision, resolve_precision

ONE_CORE, OTHER_CORE = (["taskset", "-c", core] for core in "01")
UNPINNED = [sys.executable, "-m", "benchmarks.batch.unpinned"]
FEW = 20  # rows of a job that is start and end alone


def _cells(rows: int, cores: int) -> Iterator[tuple[str, list[str], list[str], int, int]]:
    """Name, what stands before the command, its options, rows, rows a shard."""
    middle = rows // 16
    if cores > 1:
        yield "local, 1 core", [*ONE_CORE, *batch()], ["--workers", "1"], rows, middle
        yield "ray, 1 core", [*ONE_CORE, *batch()], ["--engine", "ray", "--workers", "1"], rows, middle
        yield "local, 2 threads of one process", batch(), ["--workers", "1"], rows, middle
        yield "local, 2 processes not pinned", UNPINNED, ["--workers", "2"], rows, middle
    workers = str(min(cores, 2))
    for name, options in (("local", ["--workers", workers]), ("ray", ["--engine", "ray", "--workers", workers])):
        for size in (rows // 64, middle, rows // 4):
            yield f"{name}, {size} rows a shard", batch(), options, rows, size
        yield f"{name}, start and end", batch(), options, FEW, FEW // 2


def _children_s() -> float:
    """Processor seconds of the processes that have ended; Ray's own servers are not among them."""
    return sum(os.times()[2:4])


class _Speed:
    """The material of a call and what it has measured."""

    def __init__(self, folder: Path, model: Path, rows: int, precision: Precision) -> None:
        self._folder, self._model, self._precision = folder, model, precision
        self._sources = {}
        for count in (rows, FEW):
            self._sources[count] = folder / f"{count}.jsonl"
            generate(self._sources[count], count)
        self._first: dict[tuple[int, int], dict[str, str]] = {}

    def raw(self, befores: list[list[str]], rows: int) -> dict[str, float]:
        """The scorer alone: as many of it at once as there are beginnings of commands, each on so many rows."""
        begun, children_s, busy = time.perf_counter(), _children_s(), busy_s()
        command = [
            *(sys.executable, "-m", "benchmarks.batch.raw"),
            *map(str, (self._model, self._sources[rows], self._precision)),
        ]
        started = [subprocess.Popen([*before, *command], stdout=subprocess.PIPE, text=True) for before in befores]
        said = [one.communicate()[0] for one in started]
        if any(one.returncode for one in started):
            raise SystemExit("a raw scorer failed")
        others = max(busy_s() - busy - (_children_s() - children_s), 0.0) / (time.perf_counter() - begun)
        by_clock, by_processor = zip(*(map(float, line.split()) for line in said), strict=True)
        return {"rows_per_s": sum(by_clock), "rows_per_cpu_s": fmean(by_processor), "others_cores": others}

    def batch(self, before: list[str], options: list[str], rows: int, size: int) -> dict[str, float]:
        """A batch; its bytes are held to those of the first one of this shard size."""
        with tempfile.TemporaryDirectory(dir=self._folder) as name:
            out = Path(name) / "out"
            settings = [
                "--model",
                self._model,
                "--precision",
                self._precision,
                "--shard-rows",
                size,
                "--max-rejected",
                "1",
            ]
            command = [*before, self._sources[rows], "--out", out, *settings, *options]
            begun, children_s, busy = time.perf_counter(), _children_s(), busy_s()
            process = subprocess.Popen(
                list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            with Spent(process) as spent:
                _, stderr = process.communicate()
            done = subprocess.CompletedProcess(process.args, process.returncode, "", stderr)
            seconds, cpu_s = time.perf_counter() - begun, max(_children_s() - children_s, spent.seconds())
            others = max(busy_s() - busy - cpu_s, 0.0) / seconds
            found = figures(expect(done, 0, "rows scored"))
            if content(out) != self._first.setdefault((rows, size), content(out)):
                raise SystemExit(f"{options}: other bytes than those of another engine")
        return {"wall_s": seconds, "cpu_s": cpu_s, "others_cores": others, **found}


def measure(model: Path, *, rows: int, rounds: int, wanted: AskedPrecision, minutes: float) -> None:
    """Measures what is missing of the rounds, as long as there is time."""
    end = time.monotonic() + 60 * minutes
    precision = resolve_precision(read_bundle(model).manifest, wanted)
    cores = usable_cores()
    section = "speed" if cores > 1 else "speed one core"
    known = kept(section)
    about = {"rows": rows, "precision": precision, "bundle": model.resolve().name}
    if any(known.get(name) != value for name, value in about.items()):
        known = {**about, "machine": describe(), "cells": {}}
    known["on"] = f"{datetime.now(UTC):%Y-%m-%d}"
    cells: dict[str, list[dict[str, Any]]] = known["cells"]
    with tempfile.TemporaryDirectory() as name:
        speed = _Speed(Path(name), model, rows, precision)
        for number in range(rounds):
            for cell, run in _runs(speed, rows, cores).items():
                if len(cells.setdefault(cell, [])) > number:
                    continue
                if time.monotonic() > end:
                    print("time is up; the same command goes on")
                    return
                cells[cell].append(run())
                print(cell, cells[cell][-1], flush=True)
                keep(section, known)


def _runs(speed: _Speed, rows: int, cores: int) -> dict[str, Any]:
    raws: dict[str, Any] = {"raw scorer, 1 core": lambda: speed.raw([ONE_CORE if cores > 1 else []], rows)}
    if cores > 1:
        raws["raw scorer, 2 cores"] = lambda: speed.raw([[]], rows)
        raws["raw scorer, a process on each of 2 cores"] = lambda: speed.raw([ONE_CORE, OTHER_CORE], rows)
    return raws | {
        name: lambda before=before, options=options, count=count, size=size: speed.batch(before, options, count, size)
        for name, before, options, count, size in _cells(rows, cores)
    }
