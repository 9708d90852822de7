"""Every engine writes the same bytes, and a worker that dies costs nothing."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests_support import UNHURRIED

from presscheck.data.rows.raw import RawRow
from presscheck.serve.batch.engines.base import WAITING, Attempts, WorkerLostError
from presscheck.serve.batch.engines.local import Processes, Worker, in_process
from presscheck.serve.batch.job import Settings, model_sha256
from presscheck.serve.batch.shards.planner import Shard
from presscheck.serve.batch.shards.scorer import ScorerSpec
from presscheck.serve.bundle import Bundle
from presscheck.serve.errors import ModelRefusedError


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


def test_no_more_is_read_than_is_in_flight(spec: ScorerSpec) -> None:
    taken = count()

    def endless() -> Iterator[Shard]:
        while True:
            yield shard(next(taken))

    engine = Processes(1)(endless(), spec)
    first = next(engine)
    assert first.summary.rows == 3
    assert next(taken) <= WAITING
    engine.close()  # type: ignore[attr-defined]  # it is a generator


def pid_of(worker: Worker) -> int:
    return worker.pool.submit(os.getpid).result()


def test_a_killed_worker_costs_nothing(spec: ScorerSpec) -> None:
    engine = Processes(1)
    found = {}
    for done in engine(shards(6), spec):
        found[done.summary.index] = done.part
        if len(found) == 1:
            os.kill(pid_of(engine.workers[0]), signal.SIGKILL)
    assert found == scored(in_process, spec, 6)


class Watched(Attempts):
    """Keeps what was charged."""

    def __init__(self) -> None:
        super().__init__()
        self.charged: list[int] = []

    def charge(self, shard: Shard, cause: str) -> None:
        self.charged.append(shard.index)
        super().charge(shard, cause)


class DeadlyShard(Shard):
    """Whoever unpickles it dies."""

    def __reduce__(self) -> Any:
        return os._exit, (1,)


def test_deaths_are_charged_to_the_shard_of_the_dead_worker_alone(spec: ScorerSpec) -> None:
    bad = shard(1)
    deadly = DeadlyShard(bad.index, bad.key, bad.name, bad.rows)
    engine = Processes(2)
    engine._attempts = watched = Watched()
    with pytest.raises(WorkerLostError, match=r"a worker died 3 times over shard 1 \(a.jsonl lines 1 to 3\)"):
        list(engine(iter([shard(0), deadly, *(shard(index) for index in range(2, 20))]), spec))
    assert watched.charged == [1, 1, 1]  # though the other worker had shards too


def test_a_model_that_is_refused_is_refused_here_and_not_called_a_death(spec: ScorerSpec) -> None:
    with pytest.raises(ModelRefusedError, match="is not the job's model; restore that one"):
        list(Processes(2)(shards(3), replace(spec, model_sha256="0" * 64)))


def test_tokens_and_padding_are_counted_where_they_are_read(spec: ScorerSpec) -> None:
    works = [done.work for done in in_process(shards(2), spec)]
    assert works[0].tokens == works[1].tokens > 0  # texts of the same words
    assert {work.padding for work in works} == {0}  # passages of one length go together
    assert works[0].peak_memory_mb > 0


RAY_PROGRAM = """
import sys
from dataclasses import replace
from pathlib import Path
from test_engines import DeadlyShard, Settings, ScorerSpec, in_process, model_sha256, scored, shard, shards
from presscheck.serve.bundle import read_bundle
from presscheck.serve.batch.engines.ray import Actors
import ray  # after the engine, which says how ray is to behave when it is imported
from tests_support import wait_for_ray
from presscheck.serve.errors import EngineError, ModelRefusedError

wait_for_ray()
bundle = read_bundle(Path(sys.argv[1]))
spec = ScorerSpec(bundle.path, model_sha256(bundle), Settings(policy="balanced", precision="f32"), threads=1)
expected = scored(in_process, spec, 6)
engine, found = Actors(1), {}
for done in engine(shards(6), spec):
    found[done.summary.index] = done.part
    if len(found) == 1:
        ray.kill(engine.workers[0].actor)
assert found == expected, sorted(found)

def refused(error, engine, shards, spec):
    try:
        list(engine(shards, spec))
    except error as found:
        return str(found)
    raise AssertionError(error)

assert "another model" in refused(ModelRefusedError, Actors(1), shards(2), replace(spec, model_sha256="0" * 64))
bad = shard(1)
deadly = DeadlyShard(bad.index, bad.key, bad.name, bad.rows)
assert "3 times over shard 1 (a.jsonl lines 1 to 3)" in refused(EngineError, Actors(1), iter([deadly, shard(0)]), spec)
cluster = ray.cluster_resources()
many = Actors(1 + int(cluster["CPU"]))  # one more than there is room for: the others do the work
assert scored(many, spec, 6) == expected
assert ray.get_runtime_context().gcs_address.startswith("127.0.0.1:"), ray.get_runtime_context().gcs_address
print("SAME")
"""


def test_ray_gives_the_same_bytes_though_an_actor_dies(tiny_bundle: Bundle) -> None:
    pytest.importorskip("ray", reason="needs presscheck[ray]")
    program = [sys.executable, "-c", RAY_PROGRAM, str(tiny_bundle.path)]
    here = Path(__file__)
    path = os.pathsep.join([str(here.parent), str(here.parents[2]), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, **UNHURRIED}
    done = subprocess.run(program, capture_output=True, text=True, check=False, env=environment)
    said = done.stdout.splitlines()  # among Ray's own lines on the workers that were killed, whenever they come
    assert (done.returncode, "SAME" in said) == (0, True), done.stderr[-2000:]
