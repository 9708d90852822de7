"""Runs the command as its users do, and says what a finished folder holds."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

NOT_COMPARED = (".lock",)
_FIGURES = re.compile(
    r"this run: (?P<rows>[\d,]+) rows.* in (?P<seconds>[\d,.]+) s: [\d,.]+ rows/s, (?P<tokens_per_s>[\d,]+) tokens/s, "
    r"(?P<padding>[\d.]+)% padding; peak memory (?P<peak_mb>[\d,]+) MB, of the largest worker (?P<worker_peak_mb>[\d,]+) MB"
)


def batch(*arguments: str | Path) -> list[str]:
    """The command line of a batch."""
    return [sys.executable, "-m", "presscheck.cli.main", "batch", *map(str, arguments)]


def expect(done: "subprocess.CompletedProcess[str]", code: int, words: str) -> str:
    """What the command said, where it ended as it should.

    Raises:
        SystemExit: where it did not.
    """
    if done.returncode != code or words not in done.stderr:
        raise SystemExit(f"code {done.returncode} instead of {code}, or no {words!r} in:\n{done.stderr}")
    return done.stderr


def figures(stderr: str) -> dict[str, float]:
    """The figures of the run that the summary ends with."""
    found = _FIGURES.search(stderr)
    if found is None:
        raise SystemExit(f"no figures in:\n{stderr}")
    return {name: float(value.replace(",", "")) for name, value in found.groupdict().items()}


def content(folder: Path) -> dict[str, str]:
    """Every file's hash."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in NOT_COMPARED
    }
