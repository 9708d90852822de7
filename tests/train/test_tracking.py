"""Tracking under what platforms and laptops do to MLflow: whose run, which store, and what is said at the end."""

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlflow
import pytest
from mlflow.entities import Run
from registry_support import small_bundle
from tests_support import tiny_overrides
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.configs.schema import TrackingConfig
from presscheck.serve.registered_models import shown
from presscheck.train.parent_run import ParentRun
from presscheck.train.tracked_runs import log_to_run, tag_version
from presscheck.train.tracking import Tracker


@pytest.fixture
def store(tiny_folder: Path, tmp_path: Path) -> Iterator[str]:
    """A store that the tiny model's training has been written to; making an empty one takes longer than a training."""
    shutil.copy(tiny_folder / "mlflow.db", tmp_path / "mlflow.db")
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    before = mlflow.get_tracking_uri()
    yield uri
    mlflow.end_run()
    mlflow.set_tracking_uri(before)


def tracked(uri: str, **options: Any) -> Tracker:
    usual: dict[str, Any] = {"experiment": "presscheck", "run_name": "n", "run_id": None, "joins": True}
    tracker = Tracker(**{"enabled": True, "uri": uri, **usual, **options})
    tracker.metrics({"loss": 0.5})
    tracker.finish()
    return tracker


def run_of(uri: str, run_id: str | None) -> Run:
    assert run_id is not None
    return mlflow.MlflowClient(uri).get_run(run_id)


def test_a_run_is_shown_with_the_store_that_it_was_written_to(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dict(os.environ)
    assert tracked(store).closing() == f"see the run:   mlflow ui --backend-store-uri {store}"
    assert dict(os.environ) == before, "what the client writes to the environment is taken back"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store)
    found = tracked("sqlite:///elsewhere.db")
    assert found.closing() == f"see the run:   mlflow ui --backend-store-uri {store}"
    assert run_of(store, found.run_id).data.metrics == {"loss": 0.5}
    assert tracked(store, enabled=False).closing() is None


def test_a_server_is_shown_by_the_address_of_the_run(store: str) -> None:
    tracker = tracked(store)
    tracker.uri = "https://ana:secret@mlflow.example.org/"
    address = f"https://ana:***@mlflow.example.org/#/experiments/{tracker.experiment_id}/runs/{tracker.run_id}"
    assert tracker.closing() == f"see the run:   {address}"
    assert shown("postgresql://presscheck:a:b@db/mlflow") == "postgresql://presscheck:***@db/mlflow"
    assert shown("sqlite:////tmp/mlflow.db") == "sqlite:////tmp/mlflow.db"


def test_the_run_that_a_platform_has_begun_gets_the_figures(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = mlflow.MlflowClient(store)
    theirs = client.create_run(client.create_experiment("theirs"), run_name="job 7").info.run_id
    monkeypatch.setenv("MLFLOW_RUN_ID", theirs)
    tracker = tracked(store, run_name="bundle-1", run_id="0" * 32)
    assert tracker.run_id == theirs
    found = run_of(store, theirs)
    assert (found.data.metrics, found.info.run_name, found.info.status) == ({"loss": 0.5}, "job 7", "FINISHED")
    assert os.environ["MLFLOW_RUN_ID"] == theirs
    assert log_to_run(store, "presscheck", "bundle-1", {"auc": 0.9}, {}), "an evaluation finds it there"
    assert run_of(store, theirs).data.metrics == {"loss": 0.5, "auc": 0.9}
    bundle = small_bundle(tmp_path / "bundle-1", "never registered")
    assert not tag_version(store, "presscheck", bundle, model_name="presscheck", tags={})


def test_a_run_that_is_not_there_is_said_and_another_begun(
    store: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MLFLOW_RUN_ID", "0123456789abcdef0123456789abcdef")
    with caplog.at_level(logging.WARNING):
        tracker = tracked(store)
    assert f"MLFLOW_RUN_ID is 0123456789abcdef0123456789abcdef, a run that {store} does not have" in caplog.text
    assert tracker.is_on
    assert run_of(store, tracker.run_id).data.metrics == {"loss": 0.5}


def test_the_experiment_of_the_environment_is_taken(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = mlflow.MlflowClient(store)
    other, third = client.create_experiment("other"), client.create_experiment("third")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "other")
    assert tracked(store).experiment_id == other
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", third)
    assert tracked(store).experiment_id == third


def test_what_was_not_tracked_is_not_promised(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = mlflow.MlflowClient(store)
    client.delete_experiment(client.create_experiment("gone"))
    deleted = tracked(store, experiment="gone")
    assert not deleted.is_on
    assert deleted.closing() == (
        f"not tracked:   the experiment gone is deleted in {store}: restore it (mlflow experiments restore), "
        "or name another with tracking.experiment=NAME"
    )
    folder = tracked(str(tmp_path / "files"))
    assert folder.closing() == (
        f"not tracked:   MLflow no longer writes to folders such as {tmp_path / 'files'}: name a database, tracking.uri=sqlite:///mlflow.db"
    )
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    down = tracked(store)
    assert down.closing() == (
        "not tracked:   http://127.0.0.1:9 did not accept the run (see the warning above): fix it, or unset MLFLOW_TRACKING_URI"
    )


def test_the_command_names_the_store_that_was_written_to(
    store: str, small_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store)
    options = ["train.max_steps=1", "train.epochs=1", "calibration.risk_folds=0", "tracking.uri=sqlite:///elsewhere.db"]
    done = CliRunner().invoke(app, ["train", "tiny", *tiny_overrides(small_corpus, tmp_path), *options])
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[-1] == f"see the run:   mlflow ui --backend-store-uri {store}"
    assert not Path("elsewhere.db").exists()


def test_a_part_that_was_begun_and_never_noted_is_gone_on_with(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process ended between MLflow's answer and the note of the run's id."""
    client = mlflow.MlflowClient(store)
    theirs = client.create_run("0", run_name="a platform's").info.run_id
    monkeypatch.setenv("MLFLOW_RUN_ID", theirs)
    parent = client.create_run("0").info.run_id
    begun = Tracker(enabled=True, uri=store, experiment="presscheck", run_name="n", run_id=None, joins=True, parent=parent)
    assert begun.run_id is not None
    mlflow.end_run("RUNNING")
    again = tracked(store, parent=parent)
    assert again.run_id == begun.run_id
    assert run_of(store, again.run_id).data.tags["mlflow.parentRunId"] == parent
    assert tracked(store, parent=parent).run_id != begun.run_id, "a finished one is another training's"
    monkeypatch.setenv("MLFLOW_RUN_ID", theirs)  # the client removes it
    assert tracked(store, parent=parent, run_name="other").run_id not in (begun.run_id, theirs)


def test_a_parent_run_is_found_again_by_its_key(store: str) -> None:
    config = TrackingConfig(uri=store)
    first = ParentRun(config, name="month", key="20261130-a")
    first.log(metrics={"seconds/data": 2.0}, tags={"promoted": "true"}, texts={"report.json": "{}"})
    first.close(failed=True)
    assert run_of(store, first.id).info.status == "FAILED"
    again = ParentRun(config, name="month", key="20261130-a")
    assert again.id == first.id
    assert run_of(store, again.id).info.status == "RUNNING"
    again.close()
    assert run_of(store, again.id).info.status == "FINISHED"
    assert run_of(store, again.id).data.metrics == {"seconds/data": 2.0}
    assert ParentRun(config, name="month", key="20261130-b").id != first.id


def test_a_parent_run_without_its_store_costs_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    run = ParentRun(TrackingConfig(uri="nonsense://nowhere"), name="month", key="k")
    run.log(metrics={"a": 1.0})
    run.close()
    assert run.id is None
    assert [record.message.startswith("MLflow tracking stopped") for record in caplog.records] == [True]
