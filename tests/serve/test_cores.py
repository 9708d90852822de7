"""The cores that a process may use, on machines and in containers of several kinds."""

import os
from pathlib import Path

import pytest

from presscheck.data.article import Article
from presscheck.eval.speed import speed_of
from presscheck.serve.bundle import Bundle
from presscheck.serve.cores import usable_cores
from presscheck.serve.scorer import Scorer

V1 = "sys/fs/cgroup/cpu,cpuacct"


def machine(root: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content + "\n", encoding="ascii")
    return root


@pytest.mark.parametrize(
    ("files", "cores"),
    [
        ({}, 8),
        ({"proc/self/cgroup": "0::/"}, 8),
        ({"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "max 100000"}, 8),
        ({"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "250000 100000"}, 3),
        ({"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "1000 100000"}, 1),
        ({"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "6400000 100000"}, 8),
        ({"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "200000"}, 8),
        ({"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "200000 0"}, 8),
        (
            {
                "proc/self/cgroup": "0::/batch.slice/job.scope",
                "sys/fs/cgroup/batch.slice/cpu.max": "200000 100000",
                "sys/fs/cgroup/batch.slice/job.scope/cpu.max": "max 100000",
            },
            2,
        ),
        (
            {
                "proc/self/cgroup": "4:memory:/x\n3:cpu,cpuacct:/docker/0a1b\n0::/docker/0a1b",
                f"{V1}/cpu.cfs_quota_us": "150000",
                f"{V1}/cpu.cfs_period_us": "50000",
            },
            3,
        ),
        (
            {
                "proc/self/cgroup": "3:cpu,cpuacct:/docker/0a1b",
                "sys/fs/cgroup/cpu/docker/0a1b/cpu.cfs_quota_us": "400000",
                "sys/fs/cgroup/cpu/docker/0a1b/cpu.cfs_period_us": "100000",
            },
            4,
        ),
        (
            {
                "proc/self/cgroup": "3:cpu,cpuacct:/",
                f"{V1}/cpu.cfs_quota_us": "-1",
                f"{V1}/cpu.cfs_period_us": "100000",
            },
            8,
        ),
        ({"proc/self/cgroup": "3:cpuset:/", "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "100000"}, 8),
        ({"proc/self/cgroup": "0::/../elsewhere", "sys/fs/cgroup/cpu.max": "300000 100000"}, 3),
    ],
)
def test_a_quota_bounds_the_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], cores: int) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    assert usable_cores(root=machine(tmp_path, files)) == cores


def test_without_an_affinity_the_machine_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS."""
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert usable_cores(root=tmp_path) == 6
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert usable_cores(root=tmp_path) == 1


def test_here_there_is_at_least_one() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


def test_scoring_and_its_measure_start_where_there_is_no_affinity(tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    scorer = Scorer(tiny_bundle)
    assert next(iter(scorer.score([Article("a", "Ferry sinks", None)]))).headline is not None
    assert speed_of(scorer, 10, [1.0]).cores == 1
