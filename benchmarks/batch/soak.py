"""Kills a batch over and over, and spoils what it needs; at the end its folder holds the bytes of a job that was never touched."""

import gzip
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.batch.command import batch, content, run
from benchmarks.batch.generate import generate


def _arguments(folder: Path, out: Path, model: Path, *, engine: str, workers: int) -> list[str | Path]:
    options = ["--engine", engine, "--workers", str(workers), "--shard-rows", "10", "--max-rejected", "1"]
    return [folder / "in", "--out", out, "--model", model, *options]


def _kill_at_random(arguments: list[str | Path], *, seconds: float, source: random.Random) -> bool:
    """Starts the command and kills it somewhere within the time that a whole run takes; whether it was still at work."""
    process = subprocess.Popen(batch(*arguments), stderr=subprocess.DEVNULL)
    try:
        process.wait(source.uniform(0.05, seconds))
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    return False


def _expect(done: "subprocess.CompletedProcess[str]", code: int, words: str) -> None:
    if done.returncode != code or words not in done.stderr:
        raise SystemExit(f"code {done.returncode} instead of {code}, or no {words!r} in:\n{done.stderr}")


def _spoilt(folder: Path, out: Path, arguments: list[str | Path]) -> None:
    """A vanished and a changed input, and an output that cannot be written; all of them are refused and mended."""
    one = folder / "in" / "b.jsonl.gz"
    one.rename(folder / "away")
    _expect(run(*arguments), 2, "is gone")
    (folder / "away").rename(one)
    before = one.read_bytes()
    one.write_bytes(gzip.compress(b'{"headline": "Another"}\n'))
    _expect(run(*arguments), 2, "bytes, now")
    one.write_bytes(before)
    if os.getuid() == 0:
        print("read-only output: not tried, root writes everywhere")
        return
    for place in (out / "parts", out / "state"):
        place.chmod(0o500)
    _expect(run(*arguments), 1, "denied")
    for place in (out / "parts", out / "state"):
        place.chmod(0o700)


def soak(model: Path, *, rows: int, kills: int, engine: str, workers: int, seed: int) -> None:
    """Prints what was done; ends with an error on the first byte that differs."""
    source = random.Random(seed)  # noqa: S311 - moments, not secrets
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        generate(folder / "in" / "a.jsonl", rows)
        generate(folder / "b", rows // 4, seed=1)
        (folder / "in" / "b.jsonl.gz").write_bytes(gzip.compress((folder / "b").read_bytes(), mtime=0))
        with (folder / "in" / "a.jsonl").open("ab") as stream:
            stream.write(b'{"headline": "a torn li')
        whole = _arguments(folder, folder / "whole", model, engine=engine, workers=workers)
        begun = time.perf_counter()
        _expect(run(*whole), 0, "rows scored")
        seconds = time.perf_counter() - begun
        killed = finished = 0
        out = folder / "out"
        arguments = _arguments(folder, out, model, engine=engine, workers=workers)
        while killed < kills:
            if _kill_at_random(arguments, seconds=seconds, source=source):
                killed += 1
                continue
            finished += 1
            if content(out) != content(folder / "whole"):
                raise SystemExit(f"after {killed} kills the bytes differ")
            shutil.rmtree(out)
        _expect(run(*arguments), 0, "rows scored")
        _spoilt(folder, out, arguments)
        _expect(run(*arguments), 0, "rows scored")
        if content(out) != content(folder / "whole"):
            raise SystemExit("the bytes differ")
        print(
            f"{killed} kills, {finished + 1} finished jobs of {rows + rows // 4 + 1:,} rows: the same bytes every time"
        )
