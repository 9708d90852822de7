"""What a running job says."""

import logging
from threading import Event

import pytest
from tests_support import PATIENCE_S

from presscheck.serve.batch.progress import Progress, shown_progress
from presscheck.serve.batch.shards.output import RejectedRow, ShardSummary
from presscheck.serve.batch.shards.scorer import Done, Work
from presscheck.serve.reference import Reference


def done(*, rows: int, work: Work) -> Done:
    fault = RejectedRow(code="json", file="a.jsonl", line=1, field=None, message="no JSON")
    summary = ShardSummary(
        index=0,
        key="k",
        file="a.jsonl",
        first_line=1,
        last_line=rows,
        rows=rows,
        scored=rows - 1,
        partial=0,
        words=40,
        part="p",
        part_sha256="",
        part_bytes=0,
        rejected=(fault,),
        reference=Reference(),
    )
    return Done(summary, b"", work)


def test_figures_sum_up_what_the_workers_say() -> None:
    progress = Progress()
    progress.scored(done(rows=10, work=Work(tokens=90, padding=0, peak_memory_mb=300)))
    progress.scored(done(rows=10, work=Work(tokens=60, padding=50, peak_memory_mb=200)))
    figures = progress.summary()
    assert (figures.rows, figures.padding, figures.worker_peak_mb) == (20, 0.25, 300)
    assert figures.tokens_per_s == pytest.approx(150 / figures.seconds)
    assert figures.rows_per_s == pytest.approx(20 / figures.seconds)


def test_lines_come_by_the_clock_though_no_shard_ends(caplog: pytest.LogCaptureFixture) -> None:
    said = Event()

    class Heard(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.set()

    logger = logging.getLogger("presscheck.serve.batch.progress")
    handler = Heard()
    logger.addHandler(handler)
    try:
        with caplog.at_level(logging.INFO, logger=logger.name), shown_progress(every_s=0.001):
            assert said.wait(PATIENCE_S)
    finally:
        logger.removeHandler(handler)
    assert "0 rows at 0/s" in caplog.text
