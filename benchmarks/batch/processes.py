"""What the harnesses look up of running processes: who descends from whom, and how much memory they hold together."""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PROC = Path("/proc")


def _parent(pid: int) -> int:
    return int((PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[1])


def descendants(pid: int) -> list[int]:
    """All processes below one, however deep; itself not."""
    children: dict[int, list[int]] = {}
    for folder in PROC.glob("[0-9]*"):
        try:
            children.setdefault(_parent(int(folder.name)), []).append(int(folder.name))
        except OSError:  # it has ended
            continue
    found: list[int] = []
    left = [pid]
    while left:
        below = children.get(left.pop(), [])
        found += below
        left += below
    return found


def workers_of(pid: int) -> list[int]:
    """Processes below a batch that score: those of the local engine and Ray's actors."""
    return [one for one in descendants(pid) if any(name in _command(one) for name in ("spawn_main", "ScorerActor"))]


def _command(pid: int) -> str:
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _resident_mb(pid: int) -> float:
    """A process' share of memory: what it has alone, and its part of what it shares (so that a sum counts nothing twice)."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


class Watch:
    """Samples the memory of a process and all below it until it ends.

    Attributes:
        samples: seconds since the start, MB, and what `phase` said then.
    """

    def __init__(self, process: "subprocess.Popen[str]", phase: Callable[[], str], *, every_s: float = 1.0) -> None:
        self.samples: list[tuple[float, float, str]] = []
        self._process, self._phase, self._every_s = process, phase, every_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        begun = time.monotonic()
        while not self._over.wait(self._every_s):
            memory = sum(map(_resident_mb, (self._process.pid, *descendants(self._process.pid))))
            self.samples.append((time.monotonic() - begun, memory, self._phase()))

    def peaks(self, phase: str, parts: int) -> Iterator[int]:
        """The highest memory in each of so many equal parts of a phase."""
        found = [(at, memory) for at, memory, name in self.samples if name == phase]
        if not found:
            return
        first, last = found[0][0], found[-1][0]
        for part in range(parts):
            low, high = (first + (last - first) * edge / parts for edge in (part, part + 1))
            yield round(max((memory for at, memory in found if low <= at <= high), default=0))
