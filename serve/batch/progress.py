"""What a running job says: a bar on a terminal, a line every ten seconds elsewhere, a summary at the end. No word of an article."""

import logging
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from presscheck.serve.batch.shard import Summary

logger = logging.getLogger(__name__)
LINE_EVERY_S = 10.0


class Progress:
    """Counts finished shards and shows them."""

    def __init__(self) -> None:
        self.rows = 0
        self.words = 0
        self.rejected: Counter[str] = Counter()
        self._inputs_done = 0
        self._already = 0
        self._began = self._said = time.monotonic()

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

    def scored(self, summary: Summary) -> None:
        """A shard was scored and written."""
        self.rows += summary.rows
        self.words += summary.words
        self.rejected.update(row.code for row in summary.rejected)
        self._show()

    def line(self) -> str:
        """The state in one line."""
        already = f", {self._already:,} there already" if self._already else ""
        bad = f", {self.rejected.total():,} rejected" if self.rejected else ""
        return (
            f"{self.rows:,} rows at {self.rows / max(self.seconds, 1e-9):,.0f}/s{bad}{already}; "
            f"{self._inputs_done} inputs read"
        )

    def _show(self) -> None:
        now = time.monotonic()
        if now - self._said >= LINE_EVERY_S:
            self._said = now
            logger.info("%s", self.line())

    def summary(self) -> dict[str, object]:
        """Figures of this run, which depend on the machine and stand in no file that is compared."""
        own, workers = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return {
            "seconds": round(self.seconds, 3),
            "rows": self.rows,
            "rows_per_s": round(self.rows / max(self.seconds, 1e-9), 1),
            "words_per_s": round(self.words / max(self.seconds, 1e-9), 1),
            "rows_there_already": self._already,
            "rejected_by_code": dict(sorted(self.rejected.items())),
            "peak_memory_mb": {"this_process": own // 1024, "largest_worker": workers // 1024},
        }


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
def shown_progress() -> Iterator[Progress]:
    """A bar where standard error is a terminal, log lines elsewhere."""
    if not sys.stderr.isatty():
        yield Progress()
        return
    bar = Bar()
    with bar.rich:
        yield bar
