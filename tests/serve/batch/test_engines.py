"""Every engine writes the same bytes, and a worker that dies costs nothing."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from presscheck.serve.batch.engines.base import WAITING, WorkerLostError
from presscheck.serve.batch.engines.local import Processes, in_process
from presscheck.serve.batch.job import Settings, model_sha256
from presscheck.serve.batch.plan import Shard
from presscheck.serve.batch.read import RawRow
from presscheck.serve.batch.shard import ScorerSpec
from presscheck.serve.bundle import Bundle


@pytest.fixture
def spec(tiny_bundle: Bundle) -> ScorerSpec:
    settings = Settings(policy="balanced", precision="f32")
    return ScorerSpec(tiny_bundle.path, model_sha256(tiny_bundle), settings, threads=1)


def shard(index: int) -> Shard:
    line = b'{"id": "%d", "headline": "Levy %d", "body": "It fell. Officials said it would."}\n'
    return Shard(index, f"{index:064d}", "a.jsonl", tuple(RawRow(n + 1, line % (n, index)) for n in range(3)))


def shards(number: int) -> Iterator[Shard]:
    return map(shard, range(number))


def scored(engine: Any, spec: ScorerSpec, number: int = 5) -> dict[int, bytes]:
    return {done.summary.index: done.part for done in engine(shards(number), spec)}


def test_processes_give_the_bytes_of_one(spec: ScorerSpec) -> None:
    assert scored(Processes(2), spec) == scored(in_process, spec)


def test_no_more_is_read_than_is_under_way(spec: ScorerSpec) -> None:
    taken = count()

    def endless() -> Iterator[Shard]:
        while True:
            yield shard(next(taken))

    engine = Processes(1)(endless(), spec)
    first = next(engine)
    assert first.summary.rows == 3
    assert next(taken) <= WAITING
    engine.close()  # type: ignore[attr-defined]  # it is a generator


def test_a_killed_worker_costs_nothing(spec: ScorerSpec) -> None:
    engine = Processes(1)
    pids: list[int] = []
    pool = engine._pool

    def watched(spec: ScorerSpec) -> ProcessPoolExecutor:
        made = pool(spec)
        pids.append(made.submit(os.getpid).result())
        return made

    engine._pool = watched  # type: ignore[method-assign]  # to know whom to kill
    found = {}
    for done in engine(shards(6), spec):
        found[done.summary.index] = done.part
        if len(found) == 1:
            os.kill(pids[0], signal.SIGKILL)
    assert found == scored(in_process, spec, 6)
    assert len(pids) == 2


def test_a_shard_over_which_workers_die_is_named(spec: ScorerSpec) -> None:
    engine = Processes(1)
    pool = engine._pool

    def deadly(spec: ScorerSpec) -> ProcessPoolExecutor:
        made = pool(spec)
        os.kill(made.submit(os.getpid).result(), signal.SIGKILL)
        return made

    engine._pool = deadly  # type: ignore[method-assign]  # workers that die before they answer
    with pytest.raises(WorkerLostError, match=r"a worker died 3 times over shard 0 \(a.jsonl lines 1 to 3\)"):
        list(engine(shards(2), spec))


RAY_PROGRAM = """
import sys
from pathlib import Path
import ray
from test_engines import Settings, ScorerSpec, in_process, model_sha256, scored, shards
from presscheck.serve.bundle import read_bundle
from presscheck.serve.batch.engines.ray import Actors

bundle = read_bundle(Path(sys.argv[1]))
spec = ScorerSpec(bundle.path, model_sha256(bundle), Settings(policy="balanced", precision="f32"), threads=1)
options = {"include_dashboard": False, "log_to_driver": False, "configure_logging": False, "_node_ip_address": "127.0.0.1"}
ray.init(num_cpus=2, **options)
engine, found = Actors(1), {}
for done in engine(shards(6), spec):
    found[done.summary.index] = done.part
    if len(found) == 1:
        ray.kill(engine.actors[0])
assert found == scored(in_process, spec, 6), sorted(found)
many = Actors(4, say_after_s=600)
many.actors = []
assert "give fewer --workers" in many._waits_for({}, 1.0)
print("SAME")
"""


def test_ray_gives_the_same_bytes_though_an_actor_dies(tiny_bundle: Bundle) -> None:
    pytest.importorskip("ray", reason="needs presscheck[ray]")
    program = [sys.executable, "-c", RAY_PROGRAM, str(tiny_bundle.path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent), "RAY_AUTH_MODE": "disabled"}
    done = subprocess.run(program, capture_output=True, text=True, check=False, env=environment)
    assert done.stdout.strip().endswith("SAME"), done.stderr[-2000:]
