"""A search: its trials, its budget, what an interruption and a failure do to it, and what it must not touch."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import mlflow
import pytest
from tests_support import tiny_config, tiny_overrides
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.configs.loader import ConfigError, load, replaced
from presscheck.configs.schema import RunConfig
from presscheck.configs.search_space import SearchSpace
from presscheck.train.plan import Run
from presscheck.train.search import search as search_module
from presscheck.train.search import study as study_module
from presscheck.train.search.search import Budget, search
from presscheck.train.search.search_report import Found
from presscheck.train.search.study import MIN_FOR_IMPORTANCE, Study

SPACE = SearchSpace.model_validate(
    {
        "space": {
            "train.learning_rate": {"kind": "float", "low": 1e-4, "high": 1e-2, "log": True},
            "train.passages_per_batch": {"kind": "int", "low": 8, "high": 64, "step": 8},
            "model.dropout": {"kind": "categorical", "values": [0.0, 0.1, 0.3]},
        }
    }
)
OWN = ("train.passages_per_batch=16", "train.epochs=3")


class Untouchable(tuple[Any, ...]):
    """A split that nobody may read."""

    def _refuse(self, *_: Any) -> Any:
        raise AssertionError("the test split was read")

    __iter__ = __len__ = __getitem__ = __contains__ = __bool__ = _refuse


@pytest.fixture
def no_test_split(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan reads all files and splits them; whatever reads its test split after that fails."""
    plan: Callable[[RunConfig], Run] = vars(search_module)["plan"]

    def without(config: RunConfig) -> Run:
        run = plan(config)
        assert len(run.splits["test"])
        return replace(run, splits={**run.splits, "test": Untouchable()})

    monkeypatch.setattr(search_module, "plan", without)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[RunConfig]:
    """Trials that train nothing: their objective is a formula of what was tried, and grows by a tenth in each of three epochs."""
    tried: list[RunConfig] = []

    def run_trial(
        config: RunConfig, data: object, *, folder: Path, judge: Callable[[int, dict[str, float]], None], callbacks: object
    ) -> dict[str, float]:
        tried.append(config)
        value = 0.6 - abs(config.train.learning_rate - 0.002) * 20 - config.model.dropout / 10
        folder.mkdir(parents=True, exist_ok=True)
        for epoch in (1, 2, 3):
            judge(epoch, {"claim": value + epoch / 10})
        return {"claim": value + 0.3}

    monkeypatch.setattr(search_module, "run_trial", run_trial)
    return tried


def searched(config: RunConfig, out: Path, trials: int, *, seed: int = 0, minutes: float | None = None) -> Found:
    return search(config, SPACE, budget=Budget(seconds=None if minutes is None else minutes * 60, trials=trials), seed=seed, out=out)


@pytest.mark.usefixtures("no_test_split")
def test_a_search_trains_and_judges_its_trials_and_never_reads_test(small_corpus: Path, tmp_path: Path) -> None:
    config = load("tiny", [*tiny_overrides(small_corpus, tmp_path), "train.passages_per_batch=16", "train.epochs=1", "train.max_steps=3"])
    found = searched(config, tmp_path / "searches", 3)
    assert [trial.state for trial in found.trials] == ["complete"] * 3
    assert found.own == found.trials[0]
    assert all(trial.value is not None and 0 < trial.value < 1 and trial.seconds > 0 for trial in found.trials)
    assert len({trial.value for trial in found.trials}) == 3
    assert set(found.labels) == {"sensational", "loaded", "claim", "attributed", "needs_source"}

    best = load(str(found.folder / "best.yaml"))
    assert found.best is not None
    assert best == replaced(config, found.best.values, where=tmp_path)
    assert not list((found.folder / "trials").iterdir()), "no checkpoints are left"
    assert not (tmp_path / "models").exists(), "no bundle is made"

    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'mlflow.db'}")
    runs = mlflow.search_runs(experiment_names=["presscheck"], output_format="list")
    (parent,) = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    children = [run for run in runs if run.data.tags.get("mlflow.parentRunId") == parent.info.run_id]
    assert len(children) == 3
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert parent.data.metrics["best/objective"] == found.best.value
    objectives = {run.data.tags["presscheck.trial"]: run.data.metrics["objective"] for run in children}
    assert objectives == {str(trial.number): trial.value for trial in found.trials}
    assert {run.data.params["train.learning_rate"] for run in children} == {str(t.values["train.learning_rate"]) for t in found.trials}


@pytest.mark.slow
def test_a_finished_search_runs_no_further_trial_and_a_larger_budget_continues_it(
    small_corpus: Path, tmp_path: Path, quick: list[RunConfig]
) -> None:
    config = tiny_config(small_corpus, tmp_path, *OWN)
    first = searched(config, tmp_path, 4)
    assert searched(config, tmp_path, 4).trials == first.trials
    assert len(quick) == 4
    more = searched(config, tmp_path, 6)
    assert more.trials[:4] == first.trials
    assert len(quick) == 6
    assert searched(config, tmp_path, 6, seed=1).folder != more.folder


@pytest.mark.slow
def test_an_interrupted_search_ends_as_if_it_had_not_been(
    small_corpus: Path, tmp_path: Path, quick: list[RunConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tiny_config(small_corpus, tmp_path, *OWN)
    whole = searched(config, tmp_path / "whole", 14)
    run_trial: Callable[..., dict[str, float]] = vars(search_module)["run_trial"]
    counted = iter(range(100))

    def interrupted(*arguments: Any, judge: Callable[[int, dict[str, float]], None], **options: Any) -> dict[str, float]:
        def stops(epoch: int, aucs: dict[str, float]) -> None:
            judge(epoch, aucs)
            if next(counted) in (4, 20):
                raise KeyboardInterrupt

        return run_trial(*arguments, judge=stops, **options)

    monkeypatch.setattr(search_module, "run_trial", interrupted)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            searched(config, tmp_path / "torn", 14)
    torn = searched(config, tmp_path / "torn", 14)
    assert len(torn.trials) == 14
    assert [(t.state, t.values, t.value) for t in torn.trials] == [(t.state, t.values, t.value) for t in whole.trials]
    assert torn.trials[-1].number == 15, "two numbers were given up"
    assert (torn.importance, torn.count("pruned")) == (whole.importance, whole.count("pruned"))


@pytest.mark.slow
def test_bad_trials_are_pruned_after_the_second_epoch_and_the_best_is_found(
    small_corpus: Path, tmp_path: Path, quick: list[RunConfig]
) -> None:
    found = searched(tiny_config(small_corpus, tmp_path, *OWN), tmp_path, 20)
    pruned = [trial for trial in found.trials if trial.state == "pruned"]
    assert pruned
    assert all(list(trial.epochs) == [1, 2] and trial.value is None for trial in pruned)
    assert found.best is not None
    assert abs(float(found.best.values["train.learning_rate"] or 0) - 0.002) < 0.002
    assert found.count("complete") >= MIN_FOR_IMPORTANCE
    assert max(found.importance, key=lambda key: found.importance[key]) == "train.learning_rate"
    assert sum(found.importance.values()) == pytest.approx(1)
    page = (found.folder / "search.html").read_text()
    assert page.count("<svg") == 2
    assert f"The best is trial {found.best.number}" in page
    comments = [line for line in (found.folder / "best.yaml").read_text().splitlines() if line.startswith("#")]
    assert any("train.learning_rate" in line and "float, 0.0001 to 0.01, logarithmic; importance" in line for line in comments)


@pytest.mark.slow
def test_a_failed_trial_is_recorded_and_the_search_goes_on_but_not_for_ever(
    small_corpus: Path, tmp_path: Path, quick: list[RunConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_trial: Callable[..., dict[str, float]] = vars(search_module)["run_trial"]
    failing = {1}

    def fails(*arguments: Any, **options: Any) -> dict[str, float]:
        found = run_trial(*arguments, **options)
        if len(quick) - 1 in failing:
            raise RuntimeError("the loss ran away\nand more")
        return found

    monkeypatch.setattr(search_module, "run_trial", fails)
    config = tiny_config(small_corpus, tmp_path, *OWN)
    found = searched(config, tmp_path, 3)
    assert [trial.state for trial in found.trials] == ["complete", "failed", "complete"]
    assert found.trials[1].error == "RuntimeError: the loss ran away"
    assert "the loss ran away" in (found.folder / "search.html").read_text()
    failing.update(range(3, 100))
    with pytest.raises(ConfigError, match="the last 5 trials failed, the last one with RuntimeError: the loss ran away"):
        searched(config, tmp_path, 30)
    assert len(quick) == 8


@pytest.mark.slow
def test_no_trial_is_begun_that_would_likely_end_after_the_budget(
    small_corpus: Path, tmp_path: Path, quick: list[RunConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = {"now": 0.0}
    monkeypatch.setattr(search_module, "monotonic", lambda: clock["now"])
    run_trial: Callable[..., dict[str, float]] = vars(search_module)["run_trial"]

    def takes_a_minute(*arguments: Any, judge: Callable[[int, dict[str, float]], None], **options: Any) -> dict[str, float]:
        def tick(epoch: int, aucs: dict[str, float]) -> None:
            clock["now"] += 20
            judge(epoch, {"claim": 0.5 + epoch / 10})  # all alike, so none is pruned

        return run_trial(*arguments, judge=tick, **options)

    monkeypatch.setattr(search_module, "run_trial", takes_a_minute)
    config = tiny_config(small_corpus, tmp_path, *OWN)
    assert len(searched(config, tmp_path, 100, minutes=3.5).trials) == 3
    assert len(searched(config, tmp_path, 100, minutes=3.5).trials) == 3
    assert len(searched(config, tmp_path, 100, minutes=4).trials) == 4


@pytest.mark.slow
def test_the_command_ends_with_130_when_interrupted_and_needs_a_budget(
    small_corpus: Path, tmp_path: Path, quick: list[RunConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    space = tmp_path / "space.yaml"
    space.write_text("space:\n  model.dropout: {kind: float, low: 0, high: 0.3}\n")
    call = ["search", "tiny", str(space), *tiny_overrides(small_corpus, tmp_path), "tracking.enabled=false", "--out", str(tmp_path)]
    result = CliRunner().invoke(app, call)
    assert result.exit_code == 2
    assert "--minutes M, --trials N" in result.stderr

    done = CliRunner().invoke(app, [*call, "--trials", "2"])
    assert done.exit_code == 0, done.output
    assert "2 trials in 0.0 minutes: 2 complete, 0 pruned, 0 failed" in done.stdout
    assert "train the best: presscheck train " in done.stdout

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(search_module, "run_trial", interrupt)
    torn = CliRunner().invoke(app, [*call, "--trials", "3"])
    assert torn.exit_code == 130
    assert "interrupted; the trials are kept: give the same command again to resume" in torn.stderr


def test_a_search_is_one_process(small_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(ConfigError, match="a search runs in one process"):
        searched(tiny_config(small_corpus, tmp_path), tmp_path, 1)


def test_no_other_command_imports_optuna() -> None:
    program = (
        "import sys, presscheck.cli.main, presscheck.train.run, presscheck.eval.promote, presscheck.eval.evaluation; "
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "optuna" not in done.stdout.split()


@pytest.mark.slow
@pytest.mark.parametrize("drawn", [0, 1, 3])
def test_a_search_that_was_killed_goes_on_with_the_values_that_it_would_have_tried(tmp_path: Path, drawn: int) -> None:
    """The process ends while a trial's values are drawn, or at once after that; the trial stays open in the study."""
    own = {"train.learning_rate": 0.002, "train.passages_per_batch": 16, "model.dropout": 0.1}
    whole = Study(tmp_path / "whole.db", SPACE, seed=3, own=own)
    expected = []
    for _ in range(3):
        trial = whole.next()
        expected.append(dict(trial.values))
        whole.complete(trial, 0.5)
    assert expected[0] == own

    found = []
    for _ in range(3):
        with pytest.MonkeyPatch.context() as patch:
            counted = iter(range(10))
            suggest: Callable[..., Any] = vars(study_module)["_suggest"]

            def dies(*arguments: Any, counted: Any = counted, suggest: Any = suggest) -> Any:
                if next(counted) == drawn:
                    raise KeyboardInterrupt
                return suggest(*arguments)

            patch.setattr(study_module, "_suggest", dies)
            with suppress(KeyboardInterrupt):
                Study(tmp_path / "torn.db", SPACE, seed=3, own=own).next()
        trial = (study := Study(tmp_path / "torn.db", SPACE, seed=3, own=own)).next()
        found.append(dict(trial.values))
        study.complete(trial, 0.5)
    assert found == expected
    assert len(study.finished()) == 3
