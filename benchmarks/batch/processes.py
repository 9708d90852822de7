"""What the harnesses look up of running processes: who descends from whom, and how much memory they hold together."""

import os
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

PROC = Path("/proc")
COMMAND, WORKERS, SERVERS, SHARED = "the command", "its workers", "the engine's own", "shared memory"
_WORKERS = ("spawn_main", "ScorerActor")
Memory = dict[str, float]


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
    return [one for one in descendants(pid) if any(name in _command(one) for name in _WORKERS)]


def _command(pid: int) -> str:
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def memory_of(pid: int) -> Memory:
    """MB that a process and all below it hold, by whose they are.

    A process' share: what it has alone, and its part of what it shares with others, so that a sum counts nothing twice. Shared memory
    (Ray's store of objects) stands apart, since it belongs to none of them.
    """
    workers = workers_of(pid)
    found: Memory = {}
    for one in (pid, *descendants(pid)):
        try:
            lines = (PROC / str(one) / "smaps_rollup").read_text().splitlines()
        except OSError:  # it has ended
            continue
        sizes = {name: int(rest.split()[0]) / 1024 for name, _, rest in (line.partition(":") for line in lines[1:])}
        owner = COMMAND if one == pid else WORKERS if one in workers else SERVERS
        found[SHARED] = found.get(SHARED, 0.0) + sizes["Pss_Shmem"]
        found[owner] = found.get(owner, 0.0) + sizes["Pss"] - sizes["Pss_Shmem"]
    return found


def _cpu_s(pid: int) -> float:
    """Processor seconds of a process alone; 0 where it has ended."""
    try:
        fields = (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def busy_s() -> float:
    """Processor seconds that all cores of the machine have been busy since it started."""
    user, nice, system, _, _, irq, softirq, *_ = map(int, (PROC / "stat").read_text().splitlines()[0].split()[1:])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


class _Looks(ABC):
    """Looks at a process every so many seconds, on a thread of its own, while it is entered."""

    def __init__(self, process: "subprocess.Popen[str]", *, every_s: float) -> None:
        self._pid, self._every_s = process.pid, every_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _go(self) -> None:
        while not self._over.wait(self._every_s):
            self._look()

    @abstractmethod
    def _look(self) -> None: ...


class Spent(_Looks):
    """Adds up what a process and all below it take of the processors, until it ends.

    Asked of the kernel again and again, since Ray's processes are not waited for and stand in nobody's account.
    """

    def __init__(self, process: "subprocess.Popen[str]", *, every_s: float = 0.5) -> None:
        super().__init__(process, every_s=every_s)
        self._found: dict[int, float] = {}

    def _look(self) -> None:
        for pid in (self._pid, *descendants(self._pid)):
            self._found[pid] = max(self._found.get(pid, 0.0), _cpu_s(pid))

    def seconds(self) -> float:
        """Processor seconds of all of them."""
        return sum(self._found.values())


@dataclass(frozen=True, slots=True)
class Sample:
    """What was seen at a moment, in seconds since the start: MB by whose they are, and processor seconds of the process alone."""

    at_s: float
    phase: str
    memory: Memory
    cpu_s: float


class Watch(_Looks):
    """Samples a process and all below it until it ends; `phase` says what it is at."""

    def __init__(self, process: "subprocess.Popen[str]", phase: Callable[[], str], *, every_s: float = 1.0) -> None:
        super().__init__(process, every_s=every_s)
        self.samples: list[Sample] = []
        self._phase, self._begun = phase, time.monotonic()

    def _look(self) -> None:
        passed = time.monotonic() - self._begun
        self.samples.append(Sample(passed, self._phase(), memory_of(self._pid), _cpu_s(self._pid)))

    def took(self, phase: str) -> dict[str, float]:
        """Seconds of a phase, and the processor seconds of the process alone in it."""
        found = [one for one in self.samples if one.phase == phase] or [Sample(0.0, phase, {}, 0.0)]
        return {"s": found[-1].at_s - found[0].at_s, "command_cpu_s": max(one.cpu_s for one in found) - found[0].cpu_s}

    def peaks(self, phase: str, parts: int) -> Iterator[dict[str, int]]:
        """The highest memory in each of so many parts of a phase, with as many samples each: that of all together, and of each owner."""
        found = [one.memory for one in self.samples if one.phase == phase]
        for part in range(min(parts, len(found))):
            low, high = (len(found) * edge // min(parts, len(found)) for edge in (part, part + 1))
            chosen = found[low:high]
            owners = sorted({owner for memory in chosen for owner in memory})
            yield {"all": round(max(sum(memory.values()) for memory in chosen))} | {
                owner: round(max(memory.get(owner, 0.0) for memory in chosen)) for owner in owners
            }
