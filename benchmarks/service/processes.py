"""What processes take of the machine."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psutil


def memory_mb(pid: int) -> float:
    """Resident memory of a process and all below it; a page that they share counts once for each."""
    process = psutil.Process(pid)
    found = 0
    for one in (process, *process.children(recursive=True)):
        try:
            found += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return float(found / 1e6)


def cpu_s(pids: Sequence[int]) -> float:
    """Processor seconds that processes have taken so far."""
    times = [psutil.Process(pid).cpu_times() for pid in pids]
    return float(sum(one.user + one.system for one in times))


def busy_s() -> float:
    """Processor seconds that all cores of the machine have been busy since it started."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.irq + times.softirq)


@contextmanager
def memory_watched(pid: int, *, every_s: float = 0.25) -> Iterator[list[float]]:
    """Resident memory in MB, again and again."""
    found = [memory_mb(pid)]
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(every_s):
            found.append(memory_mb(pid))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()
