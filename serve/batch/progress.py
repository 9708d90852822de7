"""What a running job says: a bar on a terminal, a line every ten seconds elsewhere, a summary at the end. No word of an article."""

import logging
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from presscheck.serve.batch.shard import Done, Summary
from presscheck.serve.batch.work import peak_memory_mb

logger = logging.getLogger(__name__)
LINE_EVERY_S = 10.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run did and took, which depends on the machine and stands in no file that is compared.

    Attributes:
        rows: those of this run; `rows_there_already` had been scored before it.
        padding: share of the model's places that held no token.
        peak_mb, worker_peak_mb: largest resident memory of this process and of the largest worker.
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
        """Since the job was started, by a clock that nobody sets."""
        return time.monotonic() - self._began

    def input_done(self) -> None:
        """An input was read to its end."""
        self._inputs_done += 1

    def skipped(self, summary: Summary) -> None:
        """A shard was there already."""
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
        already = f", {self._already:,} there already" if self._already else ""
        bad = f", {self.rejected.total():,} rejected" if self.rejected else ""
        return f"{self.rows:,} rows at {self.rows / max(self.seconds, 1e-9):,.0f}/s{bad}{already}; {self._inputs_done} inputs read"

    def _show(self) -> None:
        """Where nothing is drawn, lines come by the clock and not by the shard: see `_lines`."""

    def summary(self) -> Figures:
        """Figures of this run."""
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


class Bar(Progress):
    """The same as a bar on standard error."""

    def __init__(self) -> None:
        super().__init__()
        from rich.console import Console
        from rich.progress import Progress as RichProgress
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        self.rich = RichProgress(*columns, console=Console(stderr=True), transient=True)
        self._task = self.rich.add_task("loading the model", total=None)

    def _show(self) -> None:
        self.rich.update(self._task, description=self.line())


@contextmanager
def _lines(progress: Progress, every_s: float) -> Iterator[None]:
    """Logs the state again and again, also while a shard takes long."""
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
    bar = Bar()
    with bar.rich:
        yield bar
