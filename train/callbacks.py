"""The trainer's callbacks: a progress bar, and metrics for the tracker."""

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from presscheck.serve.progress_bar import ProgressBar
from presscheck.train.tracking import Tracker

_SECONDS_PER_LINE = 30


class ShowProgress(TrainerCallback):
    """A bar with the time left; if standard error is not a terminal, a line every 30 s and one per epoch."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._bar: ProgressBar | None = None
        self._start = self._said = time.monotonic()
        self._first = 0

    def on_train_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """Opens the bar at the step that the run starts or resumes from."""
        self._start = self._said = time.monotonic()
        self._first = state.global_step
        if sys.stderr.isatty():
            self._bar = ProgressBar(self._title, counts="steps")
            self._bar.__enter__()

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """Moves the bar."""
        if self._bar is not None:
            self._bar.reach(state.global_step, state.max_steps)
        elif time.monotonic() - self._said >= _SECONDS_PER_LINE:
            self._said = time.monotonic()
            left = (self._said - self._start) / (state.global_step - self._first) * (state.max_steps - state.global_step)
            self._line(f"step {state.global_step:,} of {state.max_steps:,}, {timedelta(seconds=round(left))} left")

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        metrics: dict[str, float] | None = None,
        **_: Any,
    ) -> None:
        """Shows the dev loss."""
        loss = (metrics or {}).get("eval_loss", float("nan"))
        if self._bar is not None:
            self._bar.say(f"{self._title}, dev loss {loss:.3f}")
        else:
            self._line(f"epoch {state.epoch or 0:.0f}, dev loss {loss:.4f}")

    def on_train_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """Removes the bar."""
        self.close()

    def close(self) -> None:
        """Removes the bar, also of a training that was interrupted: the terminal's cursor is hidden while there is one."""
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None

    def _line(self, text: str) -> None:
        print(f"{self._title}: {text}", file=sys.stderr)  # noqa: T201 - progress


@contextmanager
def closed(callbacks: Iterable[TrainerCallback]) -> Iterator[None]:
    """Removes the bars at the end of a training, however it ends."""
    try:
        yield
    finally:
        for callback in callbacks:
            if isinstance(callback, ShowProgress):
                callback.close()


class TrackMetrics(TrainerCallback):
    """Sends the trainer's log to the tracker."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """Logs every number at its step."""
        numbers = {key: value for key, value in (logs or {}).items() if isinstance(value, int | float)}
        self._tracker.metrics(numbers, step=state.global_step)
