"""How many cores this process may use, by its CPU affinity and the quota of its container."""

import math
import os
from collections.abc import Iterator
from pathlib import Path


def usable_cores(*, root: Path = Path("/")) -> int:
    """Cores, at least 1; a fraction of a core counts as a whole one.

    Args:
        root: where the system's own folders proc/ and sys/ lie.
    """
    try:
        allowed = len(os.sched_getaffinity(0))
    except AttributeError:  # missing on macOS and Windows
        allowed = os.cpu_count() or 1
    return max(1, min([allowed, *(math.ceil(quota) for quota in _quotas(root))]))


def _quotas(root: Path) -> Iterator[float]:
    """The quotas in cores, of this process' control group and of every group around it; systems without control groups have none.

    The kernel's documentation: Documentation/admin-guide/cgroup-v2.rst, "cpu.max"; Documentation/scheduler/sched-bwc.rst for version 1.
    """
    mount = root / "sys" / "fs" / "cgroup"
    for line in _read(root / "proc" / "self" / "cgroup").splitlines():
        number, controllers, path = line.split(":", 2)
        if number == "0":
            for group in _around(mount, path):
                yield from _cores(*_read(group / "cpu.max").split())
        elif "cpu" in controllers.split(","):
            for group in (group for name in ("cpu", controllers) for group in _around(mount / name, path)):
                yield from _cores(_read(group / "cpu.cfs_quota_us"), _read(group / "cpu.cfs_period_us"))


def _around(mount: Path, path: str) -> Iterator[Path]:
    """The group and those around it; in a container the mount may hold the container's own group where the path names the machine's."""
    group = mount / path.lstrip("/")
    yield group
    while group != mount and mount in group.parents:
        group = group.parent
        yield group


def _cores(quota: str = "", period: str = "") -> Iterator[float]:
    if quota.isdigit() and period.isdigit() and int(period):  # "max" and -1 set no quota
        yield int(quota) / int(period)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
