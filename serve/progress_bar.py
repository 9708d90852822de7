"""A progress bar on standard error, for long tasks."""

from types import TracebackType
from typing import Literal, Self

from rich.console import Console
from rich.progress import (
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

_COUNTERS: dict[str | None, tuple[type[ProgressColumn], ...]] = {
    "items": (MofNCompleteColumn,),
    "steps": (MofNCompleteColumn, TimeRemainingColumn),
    "bytes": (DownloadColumn, TransferSpeedColumn),
    None: (),
}


class ProgressBar:
    """The progress of a task. It is removed when the task ends, and not drawn if standard error is not a terminal."""

    def __init__(self, what: str, *, counts: Literal["items", "steps", "bytes"] | None = "items", console: Console | None = None) -> None:
        console = console or Console(stderr=True)
        columns = (SpinnerColumn(), TextColumn("{task.description}"), *(make() for make in _COUNTERS[counts]))
        self._progress = Progress(*columns, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal)
        self._task = self._progress.add_task(what, total=None)

    def __enter__(self) -> Self:
        """Shows the bar."""
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        """Removes the bar."""
        self._progress.stop()

    def begin(self, what: str) -> None:
        """Restarts count and clock under another name."""
        self._progress.reset(self._task, description=what)

    def say(self, what: str) -> None:
        """Changes the text."""
        self._progress.update(self._task, description=what)

    def advance(self, count: int = 1) -> None:
        """Adds to the number done."""
        self._progress.advance(self._task, count)

    def reach(self, done: int, total: int | None) -> None:
        """Sets the number done, and the total if known."""
        self._progress.update(self._task, completed=done, total=total)
