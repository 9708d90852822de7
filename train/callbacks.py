"""The trainer's callbacks: a progress bar, and metrics for the tracker."""

import sys
import time
from typing import Any

from tqdm.auto import tqdm
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from presscheck.train.tracking import Tracker

_SECONDS_PER_LINE = 30


class ProgressBar(TrainerCallback):
    """One bar with the time left; if standard error is not a terminal, a line every 30 s and one per epoch."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._bar: tqdm[Any] | None = None
        self._start = self._said = time.monotonic()
        self._first = 0

    def on_train_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """Opens the bar at the step that the run starts or resumes from."""
        self._start = self._said = time.monotonic()
        self._first = state.global_step
        self._bar = tqdm(
            total=state.max_steps,
            initial=state.global_step,
            desc=self._title,
            unit="step",
            disable=not sys.stderr.isatty(),
        )

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """Moves the bar."""
        if self._bar is not None and not self._bar.disable:
            self._bar.update(state.global_step - self._bar.n)
        elif time.monotonic() - self._said >= _SECONDS_PER_LINE:
            self._said = time.monotonic()
            seconds = self._said - self._start
            meter = tqdm.format_meter(state.global_step, state.max_steps, seconds, unit="step", initial=self._first, ncols=100)
            print(f"{self._title}: {meter}", file=sys.stderr)  # noqa: T201 - progress

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
        if self._bar is not None and not self._bar.disable:
            self._bar.set_postfix(dev_loss=f"{loss:.3f}")
        else:
            print(f"{self._title}: epoch {state.epoch or 0:.0f}, dev loss {loss:.4f}", file=sys.stderr)  # noqa: T201 - progress

    def on_train_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """Closes the bar."""
        if self._bar is not None:
            self._bar.close()


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
