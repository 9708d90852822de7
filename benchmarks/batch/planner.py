"""The planner on very many rows: what it holds and what a shard costs it, as the job grows. No row is scored or stored."""

import resource
import time
from collections.abc import Iterator, Sequence
from unittest import mock

from presscheck.serve.batch.job import Input, Settings
from presscheck.serve.batch.plan import Planner
from presscheck.serve.batch.read import InputReader, RawRow

ROW = b'{"id": "n", "headline": "Mayor resigns after vote", "body": "It fell by 40 percent."}\n'
STEPS = 10


class _Rows(InputReader):
    """Rows made on the spot in place of those of a file."""

    rows = 0

    def __iter__(self) -> Iterator[RawRow]:
        self.sha256 = "0" * 64
        return (RawRow(number, ROW) for number in range(1, self.rows + 1))


def simulate(rows: int, *, shard_rows: int, files: int = 100) -> Sequence[tuple[int, float, int]]:
    """Prints and returns shards planned, microseconds a row and peak memory in MB, in ten steps over the job."""
    settings = Settings(policy="balanced", precision="f32", shard_rows=shard_rows)
    inputs = [Input(name=f"{number}.jsonl", kind="jsonl", compression=None, size=None) for number in range(files)]
    planner = Planner(settings, model_sha256="0" * 64)
    shards = rows // shard_rows
    found = []
    begun, last = time.perf_counter(), 0
    print("| shards | µs a row | peak memory, MB |\n|---:|---:|---:|")
    with mock.patch("presscheck.serve.batch.plan.InputReader", _Rows), mock.patch.object(_Rows, "rows", rows // files):
        for _ in planner.shards(inputs):
            if planner.index - last >= shards // STEPS:
                now = time.perf_counter()
                memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
                found.append((planner.index, (now - begun) / (planner.index - last) / shard_rows * 1e6, memory))
                print(f"| {planner.index:,} | {found[-1][1]:.2f} | {memory} |")
                begun, last = now, planner.index
    return found
