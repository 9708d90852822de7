"""Tracks runs with MLflow. If the server is down, training logs a warning and continues."""

import functools
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast

from presscheck.configs.offline import environment
from presscheck.serve.registered_models import URI, shown
from presscheck.train.registration import mark_version, register_bundle, registered_version

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from mlflow.entities import Run as MlflowRun

logger = logging.getLogger(__name__)
P = ParamSpec("P")
# The platform's own settings; the client reads them by default, and overwrites them when it is configured.
_EXPERIMENT_ID, _EXPERIMENT, _RUN = "MLFLOW_EXPERIMENT_ID", "MLFLOW_EXPERIMENT_NAME", "MLFLOW_RUN_ID"
BUNDLE_NAME_TAG, PARENT_TAG = "presscheck.bundle", "mlflow.parentRunId"


def _safely(method: "Callable[Concatenate[Tracker, P], None]") -> "Callable[Concatenate[Tracker, P], None]":
    """Runs a tracking call; if it fails, tracking ends for this run with one warning."""

    @functools.wraps(method)
    def guarded(self: "Tracker", *arguments: P.args, **options: P.kwargs) -> None:
        if not self.is_on:
            return
        try:
            method(self, *arguments, **options)
        except Exception as error:
            self.is_on = False
            self.error = error
            first_line = str(error).splitlines()[0][:200] if str(error) else ""
            logger.warning("MLflow tracking stopped (%s: %s); the training continues without it", type(error).__name__, first_line)

    return cast("Callable[Concatenate[Tracker, P], None]", guarded)


def connect(configured: str) -> str:
    """The tracking store: that of MLFLOW_TRACKING_URI, else the config's."""
    import mlflow

    uri = os.environ.get(URI) or configured
    with environment({URI: uri}):
        mlflow.set_tracking_uri(uri)
    return uri


def _existing(run_id: str | None) -> "MlflowRun | None":
    """The run of that id, if the store has it."""
    import mlflow
    from mlflow.exceptions import MlflowException

    try:
        run = mlflow.MlflowClient().get_run(run_id) if run_id else None
    except MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise
        return None
    return run if run is not None and run.info.lifecycle_stage == "active" else None


def _unfinished_part(parent: str | None, run_name: str) -> "MlflowRun | None":
    """The part of a parent run that was started under this name and never finished: its process ended before it noted the run's id."""
    import mlflow

    if parent is None:
        return None
    found = mlflow.search_runs(
        search_all_experiments=True,
        filter_string=f"tags.`{PARENT_TAG}` = '{parent}' and tags.`{BUNDLE_NAME_TAG}` = '{run_name}' and attributes.status != 'FINISHED'",
        output_format="list",
        max_results=1,
    )
    return found[0] if found else None


class Tracker:
    """One MLflow run. Every method does nothing once tracking is off.

    MLFLOW_TRACKING_URI, MLFLOW_EXPERIMENT_ID and MLFLOW_EXPERIMENT_NAME override the arguments.

    Args:
        run_id: a run to resume, if the store has it.
        joins: whether to prefer the run of MLFLOW_RUN_ID, which a platform has started.
        parent: the run that this one is a part of; it is then never the platform's.
    """

    def __init__(
        self,
        *,
        enabled: bool,
        uri: str,
        experiment: str,
        run_name: str,
        run_id: str | None,
        joins: bool = False,
        parent: str | None = None,
    ) -> None:
        self.is_on = enabled
        self.is_wanted = enabled
        self.uri = os.environ.get(URI) or uri
        self.experiment = os.environ.get(_EXPERIMENT) or experiment
        self.run_id: str | None = None
        self.experiment_id: str | None = None
        self.error: Exception | None = None
        self._start(run_name, run_id, os.environ.get(_RUN) if joins and parent is None else None, parent)

    @_safely
    def _start(self, run_name: str, run_id: str | None, platforms: str | None, parent: str | None) -> None:
        import mlflow

        for name in ("alembic", "mlflow"):
            logging.getLogger(name).setLevel(logging.WARNING)
        connect(self.uri)
        experiment_id = os.environ.get(_EXPERIMENT_ID)
        joined = _existing(platforms)
        if platforms and joined is None:
            logger.warning("MLFLOW_RUN_ID is %s, a run that %s does not have; a new one is started", platforms, shown(self.uri))
        known = joined or _existing(run_id) or _unfinished_part(parent, run_name)
        with environment(dict.fromkeys((_EXPERIMENT_ID, _EXPERIMENT, _RUN))):
            if known is not None or experiment_id:
                mlflow.set_experiment(experiment_id=known.info.experiment_id if known else experiment_id)
            else:
                mlflow.set_experiment(self.experiment)
            run = mlflow.start_run(
                run_id=known.info.run_id if known else None,
                run_name=None if joined else run_name,
                tags={BUNDLE_NAME_TAG: run_name, **({PARENT_TAG: parent} if parent else {})},
                nested=parent is not None,
            )
        self.run_id, self.experiment_id = run.info.run_id, run.info.experiment_id

    def closing(self) -> str | None:
        """Where the run can be seen, or what to do so that the next one is tracked; None if nobody wanted it tracked."""
        if not self.is_wanted:
            return None
        if self.error is not None:
            return f"not tracked:   {self._advice(str(self.error))}"
        if self.uri.startswith(("http://", "https://")):
            return f"see the run:   {shown(self.uri).rstrip('/')}/#/experiments/{self.experiment_id}/runs/{self.run_id}"
        return f"see the run:   mlflow ui --backend-store-uri {shown(self.uri)}"

    def _advice(self, error: str) -> str:
        uri, from_environment = shown(self.uri), bool(os.environ.get(URI))
        if "deleted experiment" in error:
            return (
                f"the experiment {self.experiment} is deleted in {uri}: restore it (mlflow experiments restore), "
                "or name another with tracking.experiment=NAME"
            )
        if "://" not in uri or uri.startswith("file:"):
            return f"MLflow no longer writes to folders such as {uri}: name a database, tracking.uri=sqlite:///mlflow.db"
        instead = "unset MLFLOW_TRACKING_URI" if from_environment else "name another store with tracking.uri=URI"
        return f"{uri} did not accept the run (see the warning above): fix it, or {instead}"

    @_safely
    def parameters(self, values: Mapping[str, Any]) -> None:
        """Logs flat parameters; a resumed run has them already, with the same values."""
        import mlflow

        mlflow.log_params({key: str(value)[:6000] for key, value in values.items()})

    @_safely
    def metrics(self, values: Mapping[str, float], *, step: int | None = None) -> None:
        """Logs metrics at a step."""
        import mlflow

        mlflow.log_metrics({key: float(value) for key, value in values.items()}, step=step)

    @_safely
    def tags(self, values: Mapping[str, str]) -> None:
        """Sets tags of the run."""
        import mlflow

        mlflow.set_tags(dict(values))

    @_safely
    def text(self, content: str, name: str) -> None:
        """Logs a text file."""
        import mlflow

        mlflow.log_text(content, name)

    @_safely
    def figure(self, figure: "Figure", name: str) -> None:
        """Logs a plot."""
        import mlflow

        mlflow.log_figure(figure, name)

    @_safely
    def data_set(self, *, name: str, sha256: str, splits: Mapping[str, int]) -> None:
        """Logs the training data's fingerprint as the run's input."""
        import mlflow
        from mlflow.data.code_dataset_source import CodeDatasetSource
        from mlflow.data.meta_dataset import MetaDataset

        source = CodeDatasetSource(tags={"sha256": sha256, **{k: str(v) for k, v in splits.items()}})
        data = MetaDataset(source=source, name=name, digest=sha256[:32])  # type: ignore[abstract]  # the library's own class
        mlflow.log_input(data, context="training")

    @_safely
    def register(self, bundle: Path, *, model_name: str) -> None:
        """Registers the bundle, unless a version with its files is there, and moves the alias `candidate` to it."""
        known = registered_version(bundle, model_name=model_name)
        number = str(known.version) if known else register_bundle(bundle, model_name=model_name)
        mark_version(model_name, number, tags={}, alias="candidate")

    def finish(self, *, failed: bool = False) -> None:
        """Closes the run as FINISHED or FAILED, even if tracking failed on the way."""
        if self.run_id is None:
            return
        import mlflow

        try:
            with environment({_RUN: None}):  # the client removes it
                mlflow.end_run("FAILED" if failed else "FINISHED")
        except Exception as error:
            logger.warning("the MLflow run %s could not be closed (%s)", self.run_id, type(error).__name__)
