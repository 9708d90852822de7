"""Kills a batch over and over, and its workers, and spoils what it needs; at the end its folder holds the bytes of a job left in peace."""

import gzip
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.batch.command import batch, content, expect, run, unaccounted
from benchmarks.batch.faults import FAULTS
from benchmarks.batch.generate import generate
from benchmarks.batch.processes import workers_of
from benchmarks.batch.results import keep, kept

ROWS = 400
KILLS_A_RUN = 2  # of workers: a shard that takes a third one with it ends the job, as it should


@dataclass(frozen=True)
class Job:
    """A job that is disturbed, and what it must end as.

    Attributes:
        folder: a place of its own; inputs stand in `in`.
        options: of the command, without `--out`.
        whole: the files of an undisturbed run.
        seconds: how long that took.
    """

    folder: Path
    options: list[str]
    whole: dict[str, str]
    seconds: float

    def arguments(self, out: Path) -> list[str | Path]:
        """Of the command."""
        return [self.folder / "in", "--out", out, *self.options]

    def check(self, out: Path) -> None:
        """Holds a finished folder to the undisturbed one.

        Raises:
            SystemExit: where a byte differs.
        """
        found = content(out)
        if found != self.whole:
            differ = sorted(name for name in found | self.whole if found.get(name) != self.whole.get(name))
            raise SystemExit(f"{out} has other bytes: {differ[:10]}")


@contextmanager
def prepared(model: Path, engine: str) -> Iterator[Job]:
    """Inputs (one of them packed, one with a torn last line) and an undisturbed run of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        generate(folder / "in" / "a.jsonl", ROWS)
        with (folder / "in" / "a.jsonl").open("ab") as stream:
            stream.write(b'{"headline": "a torn li')
        generate(folder / "b", ROWS // 4, seed=1)
        (folder / "in" / "b.jsonl.gz").write_bytes(gzip.compress((folder / "b").read_bytes(), mtime=0))
        options = [
            "--model",
            str(model.absolute()),
            "--engine",
            engine,
            "--workers",
            "2",
            "--shard-rows",
            "10",
            "--max-rejected",
            "1",
        ]
        begun = time.perf_counter()
        said = expect(run(folder / "in", "--out", folder / "whole", *options), 0, "rows scored").splitlines()
        seconds = time.perf_counter() - begun
        if "  rejected as torn: 1" not in said or unaccounted(folder / "whole"):
            raise SystemExit("the torn line is not among the rejected, or a row is not there once")
        yield Job(folder, options, content(folder / "whole"), seconds)


def _kill_at_random(job: Job, out: Path, source: random.Random) -> bool:
    """Starts the command, with one worker or two, and kills it within the time that a whole run takes; whether it was still at work."""
    workers = ["--workers", source.choice("12")]
    process = subprocess.Popen(batch(*job.arguments(out), *workers), stderr=subprocess.DEVNULL)
    try:
        process.wait(source.uniform(0.05, job.seconds))
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    return False


def _kill_workers(job: Job, out: Path, source: random.Random) -> int:
    """Runs the command to its end while workers of it are killed; how many."""
    killed = 0
    with (job.folder / "stderr").open("w") as stderr:
        process = subprocess.Popen(batch(*job.arguments(out)), stderr=stderr)
        while process.poll() is None:
            time.sleep(source.uniform(0.02, 0.3))
            workers = workers_of(process.pid)
            if killed < KILLS_A_RUN and workers and any((out / "state").glob("*.json")):
                with suppress(ProcessLookupError):
                    os.kill(source.choice(workers), signal.SIGKILL)
                    killed += 1
    if process.returncode:
        raise SystemExit((job.folder / "stderr").read_text())
    return killed


def soak(model: Path, engine: str, *, kills: int, worker_kills: int, minutes: float) -> None:
    """Counts kills up to those asked for, as long as there is time; ends with an error on the first byte that differs."""
    end = time.monotonic() + 60 * minutes
    section = f"soak {engine}"
    counts = {"kills": 0, "worker_kills": 0, "jobs": 0, "rows": ROWS + ROWS // 4 + 1, **kept(section)}
    with prepared(model, engine) as job:
        out = job.folder / "out"
        while time.monotonic() < end and (counts["kills"] < kills or counts["worker_kills"] < worker_kills):
            source = random.Random(f"{counts['kills']} {counts['worker_kills']} {counts['jobs']}")  # noqa: S311 - moments, not secrets
            if counts["worker_kills"] * kills < counts["kills"] * worker_kills or counts["kills"] >= kills:
                shutil.rmtree(out, ignore_errors=True)
                counts["worker_kills"] += _kill_workers(job, out, source)
            elif _kill_at_random(job, out, source):
                counts["kills"] += 1
                print(counts, flush=True)
                continue
            job.check(out)
            shutil.rmtree(out)
            counts |= {"jobs": counts["jobs"] + 1, "on": f"{datetime.now(UTC):%Y-%m-%d}"}
            keep(section, counts)
            print(counts, flush=True)
        expect(run(*job.arguments(out)), 0, "rows scored")
        job.check(out)
    keep(section, {**counts, "jobs": counts["jobs"] + 1})


def faults(model: Path, engine: str) -> None:
    """Spoils a job in each way, mends it, and lets it go on."""
    with prepared(model, engine) as job:
        for name, fault in FAULTS.items():
            if f"{name}, {engine}" in kept("faults"):
                continue
            out = job.folder / "out"
            keep("faults", {**kept("faults"), f"{name}, {engine}": fault(job, out)})
            print(name, kept("faults")[f"{name}, {engine}"], flush=True)
            shutil.rmtree(out, ignore_errors=True)
