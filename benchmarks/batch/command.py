"""Runs the command as its users do, and says what a finished folder holds."""

import hashlib
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from presscheck.serve.batch.shards.output import RejectedRow, read_part
from presscheck.serve.batch.shards.store import Store
from presscheck.serve.batch.summary.manifest import REJECTED, read_manifest

NOT_COMPARED = (".lock",)
_FIGURES = re.compile(
    r"this run: (?P<rows>[\d,]+) rows.* in (?P<seconds>[\d,.]+) s: [\d,.]+ rows/s, (?P<tokens_per_s>[\d,]+) tokens/s, "
    r"(?P<padding>[\d.]+)% padding; peak memory (?P<peak_mb>[\d,]+) MB, of the largest worker (?P<worker_peak_mb>[\d,]+) MB"
)


def batch(*arguments: str | Path) -> list[str]:
    """The command line of a batch."""
    return [sys.executable, "-m", "presscheck.cli.main", "batch", *map(str, arguments)]


def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Runs a batch to its end."""
    return subprocess.run(batch(*arguments), capture_output=True, text=True, check=False)


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


def unaccounted(out: Path) -> int:
    """Rows that do not stand exactly once in the parts or among the rejected, counted from the files and not by the job's own counts."""
    found: Counter[tuple[str, int]] = Counter()
    store = Store(out)
    for summary in store.summaries():
        found.update((row["file"], row["line"]) for row in read_part(store.parts / summary.part, ("file", "line")))
    with (out / REJECTED).open(encoding="utf-8") as stream:
        found.update((row.file, row.line) for row in map(RejectedRow.model_validate_json, stream))
    expected = {(one.name, line) for one in read_manifest(out).inputs for line in range(1, one.rows + 1)}
    return sum(found[place] != 1 for place in expected | set(found))
