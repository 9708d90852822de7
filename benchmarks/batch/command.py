"""Runs the command as its users do, and says what a finished folder holds."""

import hashlib
import subprocess
import sys
from pathlib import Path

NOT_COMPARED = (".lock",)


def batch(*arguments: str | Path) -> list[str]:
    """The command line of a batch."""
    return [sys.executable, "-m", "presscheck.cli.main", "batch", *map(str, arguments)]


def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Runs a batch to its end."""
    return subprocess.run(batch(*arguments), capture_output=True, text=True, check=False)


def content(folder: Path) -> dict[str, str]:
    """Every file's hash."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in NOT_COMPARED
    }
