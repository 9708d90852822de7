"""Ways to spoil a job. Each ends with the job mended, gone on with and held to its bytes, and says what was seen."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from benchmarks.batch.command import batch, expect, run

CLOCKS = tuple(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
SMALL_KB = 256
_LOOK_S = 0.02


class Job(Protocol):
    """What a fault needs of `soak.Job`."""

    @property
    def folder(self) -> Path:
        """Its place; inputs stand in `in`."""

    def arguments(self, out: Path) -> list[str | Path]:
        """Of the command."""

    def check(self, out: Path) -> None:
        """Holds a finished folder to the undisturbed one."""


def _said(done: "subprocess.CompletedProcess[str]") -> str:
    return next(line for line in done.stderr.splitlines() if line.startswith("presscheck: ")).removeprefix(
        "presscheck: "
    )


def _mended(job: Job, out: Path) -> None:
    expect(run(*job.arguments(out)), 0, "rows scored")
    job.check(out)


def _begun(job: Job, out: Path, environment: dict[str, str] | None = None) -> "subprocess.Popen[str]":
    """A running job of which some shards are done."""
    command = batch(*job.arguments(out))
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})})
    while process.poll() is None and not any((out / "state").glob("*.json")):
        time.sleep(_LOOK_S)
    return process


def _ended(process: "subprocess.Popen[str]") -> "subprocess.CompletedProcess[str]":
    _, stderr = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, "", stderr)


def _mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise PermissionError(done.stderr.strip())


@contextmanager
def _small_disk(out: Path) -> Iterator[None]:
    """A file system of SMALL_KB at `out`.

    Raises:
        PermissionError: where this process may not mount.
    """
    out.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={SMALL_KB}k", "tmpfs", str(out))
    try:
        yield
    finally:
        subprocess.run(["umount", out], check=True)


def full_disk(job: Job, out: Path) -> str:
    """The disk is full in the middle, and then it is not."""
    try:
        with _small_disk(out):
            done = run(*job.arguments(out))
            said = _said(done)
            expect(done, 1, "No space left on device")
            shards = len(list((out / "state").glob("*.json")))
            _mount("-o", "remount,size=64m", str(out))
            _mended(job, out)
    except PermissionError as error:
        return f"not tried: {error}"
    return f'code 1 after {shards} shards, "{_name(said, out)}"; with room again, the same bytes'


def read_only(job: Job, out: Path) -> str:
    """The output cannot be written any more after a kill, and then it can."""
    try:
        with _small_disk(out):
            _mount("-o", "remount,size=64m", str(out))
            process = _begun(job, out)
            process.kill()
            _ended(process)
            _mount("-o", "remount,ro", str(out))
            done = run(*job.arguments(out))
            said = _said(done)
            expect(done, 1, "Read-only file system")
            _mount("-o", "remount,rw", str(out))
            _mended(job, out)
    except PermissionError as error:
        return f"not tried: {error}"
    return f'code 1, "{_name(said, out)}"; writable again, the same bytes'


def vanished_input(job: Job, out: Path) -> str:
    """An input is gone: while the job runs, and when it is gone on with."""
    one, away = job.folder / "in" / "b.jsonl.gz", job.folder / "away"
    process = _begun(job, out)
    one.rename(away)
    during = _ended(process)
    after = expect(run(*job.arguments(out)), 2, "is gone")
    away.rename(one)
    _mended(job, out)
    told = f"code {during.returncode}" + (f', "{_name(_said(during), job.folder)}"' if during.returncode else "")
    return f'while running: {told}; started again: code 2, "{_name(after.splitlines()[-1], job.folder)}"; put back, the same bytes'


def changed_input(job: Job, out: Path) -> str:
    """An input has other rows when the same command is given again: of another size, and of the same."""
    one = job.folder / "in" / "a.jsonl"
    before = one.read_bytes()
    _mended(job, out)
    one.write_bytes(before + b"\n{}")
    expect(run(*job.arguments(out)), 2, "bytes, now")
    one.write_bytes(before.replace(b'"n0"', b'"n1"', 1))
    expect(run(*job.arguments(out)), 2, "an input has changed")
    one.write_bytes(before)
    _mended(job, out)
    return "code 2 for another size and for another row of the same size; restored, the same bytes"


def torn_archive(job: Job, out: Path) -> str:
    """An archive whose end is missing is read as far as it goes; whole again, it is another input."""
    one = job.folder / "in" / "b.jsonl.gz"
    before = one.read_bytes()
    one.write_bytes(before[: len(before) // 2])
    done = expect(run(*job.arguments(out)), 0, "rejected as damaged: 1")
    one.write_bytes(before)
    expect(run(*job.arguments(out)), 2, "bytes, now")
    scored = next(line for line in done.splitlines() if "rows scored" in line).split(" rows")[0]
    return f"{scored} rows scored, the rest of the archive rejected as damaged; whole again, code 2"


def clock_backwards(job: Job, out: Path) -> str:
    """The clock is two days ahead, jumps back three days while the job runs, and another month before it is gone on with."""
    if not CLOCKS:
        return "not tried: libfaketime is not installed"
    clock = job.folder / "clock"
    faked = {
        "LD_PRELOAD": str(CLOCKS[0]),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    clock.write_text("+2d")
    process = _begun(job, out, faked)
    clock.write_text("-3d")
    before = len(list((out / "state").glob("*.json")))
    while process.poll() is None and len(list((out / "state").glob("*.json"))) < before + 3:
        time.sleep(_LOOK_S)
    process.kill()
    _ended(process)
    process = _begun(job, out, faked)
    clock.write_text("-33d")
    expect(_ended(process), 0, "rows scored")
    job.check(out)
    return "two days ahead, three behind while it ran, and after a kill 33 behind: the same bytes"


def _name(said: str, folder: Path) -> str:
    """What was said, without this machine's folders."""
    return said.removeprefix("presscheck: ").replace(f"{folder}/", "").replace(str(folder), "OUT")


FAULTS: dict[str, Callable[[Job, Path], str]] = {
    "full disk": full_disk,
    "read-only output": read_only,
    "vanished input": vanished_input,
    "changed input": changed_input,
    "torn archive": torn_archive,
    "clock going backwards": clock_backwards,
}
