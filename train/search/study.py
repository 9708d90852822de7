"""The trials of a search, kept in SQLite by Optuna. The only file that imports it."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import optuna
from optuna.importance import FanovaImportanceEvaluator, get_param_importances
from optuna.pruners import MedianPruner
from optuna.samplers import TPESampler
from optuna.trial import FrozenTrial, TrialState

from presscheck.configs.search_space import Choices, FloatRange, IntRange, Scalar, SearchSpace

State = Literal["complete", "pruned", "failed"]
_STATES: Mapping[TrialState, State] = {TrialState.COMPLETE: "complete", TrialState.PRUNED: "pruned", TrialState.FAIL: "failed"}
STARTUP_TRIALS = 8  # drawn at random before TPE has something to go by
_UNPRUNED_TRIALS = 4
_FIRST_PRUNED_EPOCH = 2
MIN_FOR_IMPORTANCE = 6


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished trial.

    Attributes:
        value: the objective; None if it was pruned or failed.
        epochs: the objective after each epoch.
        error: why it failed.
    """

    number: int
    state: State
    values: Mapping[str, Scalar]
    value: float | None
    epochs: Mapping[int, float]
    seconds: float
    error: str | None


class Trial:
    """A trial at work.

    Attributes:
        mlflow_run: that of the interrupted trial which this one resumes.
    """

    def __init__(self, trial: optuna.Trial, values: Mapping[str, Scalar]) -> None:
        self._trial = trial
        self.number = trial.number
        self.values = values
        self.mlflow_run: str | None = trial.user_attrs.get("mlflow_run")
        self._judged = {int(epoch) for epoch in trial.user_attrs.get("epochs", {})}
        self._seconds_before = float(trial.user_attrs.get("seconds_before", 0.0))

    def judge(self, epoch: int, value: float, *, seconds: float) -> bool:
        """Notes the objective after an epoch; returns whether to stop, as most others did better by then."""
        if epoch not in self._judged:  # an epoch whose checkpoint was not written any more is done again
            self._trial.report(value, epoch)
            self._judged.add(epoch)
        self.note(seconds=seconds)
        return self._trial.should_prune()

    def note(self, *, seconds: float | None = None, mlflow_run: str | None = None, error: str | None = None) -> None:
        """Keeps what is known of the trial, in case that it is interrupted."""
        if seconds is not None:
            self._trial.set_user_attr("seconds", self._seconds_before + seconds)
        if mlflow_run is not None:
            self._trial.set_user_attr("mlflow_run", mlflow_run)
        if error is not None:
            self._trial.set_user_attr("error", error)


class Study:
    """The trials of one search: the same folder, config, data, space and random seed.

    A trial that was interrupted is done again, and its number is given up.
    """

    def __init__(self, path: Path, space: SearchSpace, *, seed: int, own: Mapping[str, Scalar] | None) -> None:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._space = space
        self._seed = seed
        self._study = optuna.create_study(
            storage=f"sqlite:///{path}",
            study_name="search",
            load_if_exists=True,
            direction="maximize",
            pruner=MedianPruner(n_startup_trials=_UNPRUNED_TRIALS, n_warmup_steps=_FIRST_PRUNED_EPOCH),
        )
        self.is_new = not self._study.trials
        if self.is_new and own is not None:
            self._study.enqueue_trial(dict(own))
        for trial in self._study.get_trials(states=(TrialState.RUNNING,)):
            if trial.number not in self._interrupted():
                self._queue_again(trial)
            self._study.tell(trial.number, state=TrialState.FAIL)

    def _queue_again(self, trial: FrozenTrial) -> None:
        known = {
            "resumes": trial.number,
            "epochs": {str(epoch): value for epoch, value in trial.intermediate_values.items()},
            "seconds_before": trial.user_attrs.get("seconds", trial.user_attrs.get("seconds_before", 0.0)),
            "mlflow_run": trial.user_attrs.get("mlflow_run"),
        }
        is_drawn = len(trial.params) == len(self._space.space)  # else it ended during the draw, which is done again
        self._study.enqueue_trial(trial.params if is_drawn else trial.system_attrs.get("fixed_params", {}), user_attrs=known)

    def _interrupted(self) -> set[int]:
        """Numbers of the trials that others resume."""
        return {trial.user_attrs["resumes"] for trial in self._study.get_trials(deepcopy=False) if "resumes" in trial.user_attrs}

    @property
    def mlflow_run(self) -> str | None:
        """The MLflow run of the whole search."""
        found: str | None = self._study.user_attrs.get("mlflow_run")
        return found

    @mlflow_run.setter
    def mlflow_run(self, run_id: str) -> None:
        self._study.set_user_attr("mlflow_run", run_id)

    def next(self) -> Trial:
        """The next trial: one that waits, or one with values that TPE draws.

        Every draw has a seed of its own, so that an interrupted search goes on as if it had not been.
        """
        drawn = len(self.finished())
        self._study.sampler = TPESampler(seed=self._seed * 100_003 + drawn, n_startup_trials=STARTUP_TRIALS)
        trial = self._study.ask()
        for epoch, value in trial.user_attrs.get("epochs", {}).items():
            trial.report(value, int(epoch))
        return Trial(trial, {key: _suggest(trial, key, dimension) for key, dimension in self._space.space.items()})

    def complete(self, trial: Trial, value: float) -> None:
        """Closes a trial with its objective."""
        self._study.tell(trial.number, value)

    def prune(self, trial: Trial) -> None:
        """Closes a trial that was stopped."""
        self._study.tell(trial.number, state=TrialState.PRUNED)

    def fail(self, trial: Trial, error: str) -> None:
        """Closes a trial that failed."""
        trial.note(error=error)
        self._study.tell(trial.number, state=TrialState.FAIL)

    def finished(self) -> list[Finished]:
        """All finished trials in order, without interrupted ones."""
        interrupted = self._interrupted()
        return [
            Finished(
                number=trial.number,
                state=_STATES[trial.state],
                values=trial.params,
                value=trial.value if trial.state == TrialState.COMPLETE else None,
                epochs=dict(sorted(trial.intermediate_values.items())),
                seconds=float(trial.user_attrs.get("seconds", 0.0)),
                error=trial.user_attrs.get("error"),
            )
            for trial in self._study.get_trials(states=tuple(_STATES))
            if trial.number not in interrupted
        ]

    def importance(self) -> dict[str, float]:
        """Share of the objective's variance that each key explains (fANOVA, Hutter et al. 2014); empty with too few complete trials."""
        complete = self._study.get_trials(states=(TrialState.COMPLETE,))
        if len(complete) < MIN_FOR_IMPORTANCE or len({trial.value for trial in complete}) == 1:
            return {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            return get_param_importances(self._study, evaluator=FanovaImportanceEvaluator(seed=self._seed))


def _suggest(trial: optuna.Trial, key: str, dimension: FloatRange | IntRange | Choices) -> Scalar:
    if isinstance(dimension, Choices):
        return trial.suggest_categorical(key, dimension.values)
    if isinstance(dimension, IntRange):
        return trial.suggest_int(key, dimension.low, dimension.high, step=dimension.step or 1, log=dimension.log)
    return trial.suggest_float(key, dimension.low, dimension.high, step=dimension.step, log=dimension.log)
