"""Progress of a running job: a bar on a terminal, a log line every ten seconds elsewhere, a summary at the end. No text of an article."""

import logging
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from presscheck.serve.batch.shards.output import ShardSummary
from presscheck.serve.batch.shards.scorer import Done, peak_memory_mb

logger = logging.getLogger(__name__)
LINE_EVERY_S = 10.0


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts and costs of a run. They depend on the machine, so no reproducible file holds them.

    Attributes:
        rows: those of this run; `rows_there_already` were scored by an earlier run.
        padding: share of the positions in the model's batches that held no token.
        peak_mb, worker_peak_mb: peak memory (resident) of this process and of the largest worker.
    """

    seconds: float
    rows: int
    rows_there_already: int
    rows_per_s: float
    words_per_s: float
    tokens_per_s: float
    padding: float
    peak_mb: int
    worker_peak_mb: int


class Progress:
    """Counts finished shards and shows them."""

    def __init__(self) -> None:
        self.rows = 0
        self.words = self.tokens = self.padding = 0
        self.rejected: Counter[str] = Counter()
        self._inputs_done = self._worker_mb = 0
        self._already = 0
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the start, by a monotonic clock."""
        return time.monotonic() - self._began

    def input_done(self) -> None:
        """An input was read to its end."""
        self._inputs_done += 1

    def skipped(self, summary: ShardSummary) -> None:
        """A shard was already scored by an earlier run."""
        self._already += summary.rows
        self._show()

    def scored(self, done: Done) -> None:
        """A shard was scored and written."""
        summary, work = done.summary, done.work
        self.tokens += work.tokens
        self.padding += work.padding
        self._worker_mb = max(self._worker_mb, work.peak_memory_mb)
        self.rows += summary.rows
        self.words += summary.words
        self.rejected.update(row.code for row in summary.rejected)
        self._show()

    def line(self) -> str:
        """The state in one line."""
        already = f", {self._already:,} already done" if self._already else ""
        bad = f", {self.rejected.total():,} rejected" if self.rejected else ""
        return f"{self.rows:,} rows at {self.rows / max(self.seconds, 1e-9):,.0f}/s{bad}{already}; {self._inputs_done} inputs read"

    def _show(self) -> None:
        """Where nothing is drawn, lines come by the clock and not by the shard: see `_lines`."""

    def summary(self) -> Figures:
        """The figures of this run."""
        seconds = max(self.seconds, 1e-9)
        return Figures(
            seconds=seconds,
            rows=self.rows,
            rows_there_already=self._already,
            rows_per_s=self.rows / seconds,
            words_per_s=self.words / seconds,
            tokens_per_s=self.tokens / seconds,
            padding=self.padding / max(self.tokens + self.padding, 1),
            peak_mb=peak_memory_mb(),
            worker_peak_mb=self._worker_mb,
        )


class DrawnProgress(Progress):
    """Shows the counts as a bar on standard error."""

    def __init__(self) -> None:
        super().__init__()
        from presscheck.serve.progress_bar import ProgressBar

        self.bar = ProgressBar("loading the model", counts=None)

    def _show(self) -> None:
        self.bar.say(self.line())


@contextmanager
def _lines(progress: Progress, every_s: float) -> Iterator[None]:
    """Logs the state at intervals, also during a long shard."""
    over = threading.Event()

    def say() -> None:
        while not over.wait(every_s):
            logger.info("%s", progress.line())

    thread = threading.Thread(target=say, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def shown_progress(*, every_s: float = LINE_EVERY_S) -> Iterator[Progress]:
    """A bar where standard error is a terminal, log lines elsewhere."""
    if not sys.stderr.isatty():
        progress = Progress()
        with _lines(progress, every_s):
            yield progress
        return
    drawn = DrawnProgress()
    with drawn.bar:
        yield drawn
