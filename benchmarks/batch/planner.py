"""The planner on very many rows: what it holds and what a shard costs it, as the job grows. No row is scored or stored."""

import os
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from unittest import mock

from benchmarks.batch.results import keep
from presscheck.data.rows.raw import RawRow
from presscheck.serve.batch.job import Input, Settings
from presscheck.serve.batch.readers.reader import InputReader
from presscheck.serve.batch.shards.planner import Planner

ROW = b'{"id": "n", "headline": "Mayor resigns after vote", "body": "It fell by 40 percent."}\n'
STEPS = 10


class _Rows(InputReader):
    """Rows made on the spot in place of those of a file."""

    rows = 0

    def __iter__(self) -> Iterator[RawRow]:
        self.sha256 = "0" * 64
        return (RawRow(number, ROW) for number in range(1, self.rows + 1))


def _resident_mb() -> int:
    with open("/proc/self/statm") as stream:  # noqa: PTH123 - a path of the kernel's
        return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20


def simulate(rows: int, *, shard_rows: int, files: int = 100) -> None:
    """Records, in ten steps over the job, what a row takes and what is held.

    It is the processor's own time, so that a busy machine does not blur it.
    """
    settings = Settings(policy="balanced", precision="f32", shard_rows=shard_rows)
    inputs = [Input(name=f"{number}.jsonl", kind="jsonl", compression=None, size=None) for number in range(files)]
    planner = Planner(settings, model_sha256="0" * 64)
    shards = rows // shard_rows
    steps: list[dict[str, float]] = []
    before_mb = _resident_mb()
    begun, last = time.process_time(), 0
    with (
        mock.patch("presscheck.serve.batch.shards.planner.InputReader", _Rows),
        mock.patch.object(_Rows, "rows", rows // files),
    ):
        for _ in planner.shards(inputs):
            if planner.index - last >= shards // STEPS:
                now = time.process_time()
                spent_us = (now - begun) / (planner.index - last) / shard_rows * 1e6
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
                steps.append(
                    {"shards": planner.index, "us_a_row": spent_us, "resident_mb": _resident_mb(), "peak_mb": peak}
                )
                keep(
                    "planner",
                    {
                        "on": f"{datetime.now(UTC):%Y-%m-%d}",
                        "rows": rows,
                        "shard_rows": shard_rows,
                        "files": files,
                        "before_mb": before_mb,
                        "steps": steps,
                    },
                )
                begun, last = now, planner.index
