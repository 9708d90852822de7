"""Searches hyper-parameters: `presscheck search`. Trials train on train and are judged on dev; test stays untouched."""

import hashlib
import json
import logging
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from presscheck.configs.loader import ConfigError, config_hash, dump, replaced
from presscheck.configs.schema import RunConfig
from presscheck.configs.search_space import SearchSpace
from presscheck.data.atomic import write_files
from presscheck.data.lock import sole_writer
from presscheck.train import processes
from presscheck.train.callbacks import ShowProgress, TrackMetrics
from presscheck.train.plan import Run, plan
from presscheck.train.run import flatten
from presscheck.train.search.objective import Data, PrunedError, mean, run_trial
from presscheck.train.search.search_report import Found, best_config, page, plots
from presscheck.train.search.space import own_values
from presscheck.train.search.study import Study, Trial
from presscheck.train.tracking import Tracker

logger = logging.getLogger(__name__)
_FAILURES_IN_A_ROW = 5


@dataclass(frozen=True, slots=True)
class Budget:
    """When to stop, counted over the whole study; None is no bound.

    Attributes:
        seconds: of the trials; none is begun that would likely end later, by the median time of complete ones.
    """

    seconds: float | None
    trials: int | None

    def is_spent(self, study: Study) -> bool:
        """Whether no further trial is begun."""
        finished = study.finished()
        if self.trials is not None and len(finished) >= self.trials:
            return True
        if self.seconds is None:
            return False
        complete = sorted(trial.seconds for trial in finished if trial.state == "complete")
        expected = complete[len(complete) // 2] if complete else 0.0
        spent = sum(trial.seconds for trial in finished)
        return spent >= self.seconds or spent + expected > self.seconds


def search(config: RunConfig, space: SearchSpace, *, budget: Budget, seed: int, out: Path) -> Found:
    """Runs trials until the budget is spent, and writes the best config and a page. The same call resumes an interrupted search.

    Args:
        out: holds a folder for every search: config, data, space and random seed.

    Raises:
        DataError: on invalid data, or if another process runs the same search.
        ConfigError: on a config that cannot be trained here, or if trial after trial fails.
    """
    if processes.count() > 1:
        raise ConfigError("a search runs in one process: start it without torchrun or accelerate launch")
    run = plan(config)
    asked = json.dumps([space.model_dump(mode="json")["space"], seed])
    # Like a training's work folder, it says what computes: hosts differ, and trials that are compared must not.
    folder = out / f"{run.work.name}-{hashlib.sha256(asked.encode()).hexdigest()[:8]}"
    with sole_writer(folder, otherwise="wait for it, or search with another config, space or seed"):
        return _search(_without_test(run, folder), space, budget=budget, seed=seed)


def _without_test(run: Run, folder: Path) -> Run:
    """What a search knows of a run: it cannot read the test split by mistake."""
    return replace(run, work=folder, splits={"train": run.splits["train"], "dev": run.splits["dev"]})


def _search(run: Run, space: SearchSpace, *, budget: Budget, seed: int) -> Found:
    config, options, folder = run.config, run.config.tracking, run.work
    study = Study(folder / "study.db", space, seed=seed, own=own_values(config, space))
    tracker = Tracker(
        enabled=options.enabled,
        uri=options.uri,
        experiment=options.experiment,
        run_name=f"search-{folder.name}",
        run_id=study.mlflow_run,
        joins=True,
    )
    if tracker.run_id:
        study.mlflow_run = tracker.run_id
    try:
        tracker.parameters({**flatten(config.model_dump(mode="json")), "search_seed": seed, "data_sha256": run.data.sha256})
        tracker.text(dump(config), "config.yaml")
        data = Data(run.splits["train"], run.splits["dev"], run.learnt.labels)

        def found() -> Found:
            trials = study.finished()
            own = next((t for t in trials if t.values == own_values(config, space)), None)
            return Found(folder, config, space, seed, data.labels, run.data.sha256, trials, own, {})

        try:
            while not budget.is_spent(study):
                _refuse_endless_failure(found())
                _run(study.next(), study, config, data, folder=folder, tracker=tracker)
                _write_best(found())
            _refuse_endless_failure(found())
        finally:  # also of an interrupted search there is a page
            last = replace(found(), importance=study.importance())
            write_files(folder, {"search.html": page(last)})
            _write_best(last)
        _log(last, tracker)
    except BaseException:
        tracker.finish(failed=True)
        raise
    tracker.finish()
    return replace(last, tracked=tracker.closing())


def _run(trial: Trial, study: Study, config: RunConfig, data: Data, *, folder: Path, tracker: Tracker) -> None:
    """Runs one trial, and closes it: complete, pruned or failed. An interruption leaves it open, to be resumed."""
    tried = replaced(config, trial.values, where=folder)
    work = folder / "trials" / config_hash(tried)[:12]
    best = max((t.value for t in study.finished() if t.value is not None), default=None)
    title = f"trial {trial.number}" + (f" (best so far {best:.4f})" if best is not None else "")
    options = config.tracking
    child = Tracker(
        enabled=tracker.is_on,
        uri=options.uri,
        experiment=options.experiment,
        run_name=f"{folder.name}-trial-{trial.number}",
        run_id=trial.mlflow_run,
        parent=tracker.run_id,
    )
    trial.note(mlflow_run=child.run_id)
    begun = monotonic()

    def judge(epoch: int, aucs: dict[str, float]) -> None:
        child.metrics({"dev/auc_mean": mean(aucs), **{f"dev/auc/{label}": auc for label, auc in aucs.items()}}, step=epoch)
        if trial.judge(epoch, mean(aucs), seconds=monotonic() - begun) and epoch < tried.train.epochs:
            raise PrunedError(f"pruned after epoch {epoch}")

    ended = "interrupted"
    try:
        child.parameters(trial.values)
        aucs = run_trial(tried, data, folder=work, judge=judge, callbacks=[ShowProgress(title), TrackMetrics(child)])
        trial.note(seconds=monotonic() - begun)
        study.complete(trial, mean(aucs))
        child.metrics({"objective": mean(aucs), **{f"final/auc/{label}": auc for label, auc in aucs.items()}})
        ended = f"{mean(aucs):.4f}"
    except PrunedError as error:
        study.prune(trial)
        ended = str(error)
    except Exception as error:
        first_line = (str(error).splitlines() or [""])[0][:500]
        trial.note(seconds=monotonic() - begun)
        study.fail(trial, f"{type(error).__name__}: {first_line}")
        ended = f"failed ({type(error).__name__}: {first_line})"
    finally:
        child.tags({"presscheck.trial": str(trial.number), "presscheck.ended": ended})
        child.finish(failed=ended.startswith(("failed", "interrupted")))
    shutil.rmtree(work, ignore_errors=True)
    print(f"trial {trial.number}: {ended}", file=sys.stderr)  # noqa: T201 - progress


def _refuse_endless_failure(found: Found) -> None:
    """Ends a search in which trial after trial fails.

    Raises:
        ConfigError: with the last one's error.
    """
    last = found.trials[-_FAILURES_IN_A_ROW:]
    if len(last) == _FAILURES_IN_A_ROW and all(trial.state == "failed" for trial in last):
        raise ConfigError(
            f"the last {_FAILURES_IN_A_ROW} trials failed, the last one with {last[-1].error}; see {found.folder / 'search.html'}"
        )


def _write_best(found: Found) -> None:
    """Writes the best config, once there is one."""
    if found.best is not None:
        write_files(found.folder, {"best.yaml": best_config(found)})


def _log(found: Found, tracker: Tracker) -> None:
    """Logs the result with the parent run."""
    states = ("complete", "pruned", "failed")
    tracker.metrics({f"trials/{state}": found.count(state) for state in states})
    for key, share in found.importance.items():
        tracker.metrics({f"importance/{key}": share})
    for name, figure in plots(found).items():
        tracker.figure(figure, f"plots/{name}.png")
    if found.best is not None and found.best.value is not None:
        tracker.metrics({"best/objective": found.best.value, "best/trial": found.best.number})
        tracker.text(best_config(found), "best.yaml")
