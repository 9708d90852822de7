"""Locks a folder for one writer, with an operating-system lock that ends with its process, and names the holder."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from presscheck.data.errors import DataError

LOCK = ".lock"
OWNER = ".lock-owner.json"


def _owner(folder: Path) -> str:
    try:
        owner = json.loads((folder / OWNER).read_text(encoding="utf-8"))
        since = datetime.fromisoformat(owner["since"])
        age_s = (datetime.now(UTC) - since).total_seconds()
        return f"process {owner['pid']} on {owner['host']}, for {max(age_s, 0) / 60:.0f} minutes (since {since:%Y-%m-%d %H:%M} UTC)"
    except (OSError, ValueError, KeyError):
        return "another process"


@contextmanager
def sole_writer(folder: Path, *, otherwise: str) -> Iterator[None]:
    """Locks the folder, and creates it if needed.

    Args:
        otherwise: advice if another process holds it.

    Raises:
        DataError: if another process writes there; it says who and since when.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise DataError(f"{folder} is being written by {_owner(folder)}; {otherwise}") from None
    owner = folder / OWNER
    try:
        about = {"pid": os.getpid(), "host": socket.gethostname(), "since": datetime.now(UTC).isoformat()}
        owner.write_text(json.dumps(about), encoding="utf-8")
        yield
    finally:
        owner.unlink(missing_ok=True)
        lock.release()
