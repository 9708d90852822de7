"""The MLflow run that several trainings are parts of. It stays open while they run; a server that is down costs a warning."""

import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

from presscheck.configs.offline import environment
from presscheck.configs.schema import TrackingConfig
from presscheck.train.tracking import connect

logger = logging.getLogger(__name__)
_KEY = "presscheck.retrain"


class ParentRun:
    """A run that other runs are parts of, found again by its key. Every method does nothing once tracking is off.

    Unlike a `Tracker`'s it is never the process' active run, so that trainings and evaluations can each open their own meanwhile.

    MLFLOW_TRACKING_URI, MLFLOW_EXPERIMENT_ID and MLFLOW_EXPERIMENT_NAME override the config, and MLFLOW_RUN_ID names a run to use instead.

    Args:
        key: tag of the run; a run that has it is opened again.
    """

    def __init__(self, tracking: TrackingConfig, *, name: str, key: str) -> None:
        self.id: str | None = None
        self.is_on = tracking.enabled
        self._tracking = tracking
        self._safely(lambda: self._open(name, key))

    def _open(self, name: str, key: str) -> None:
        import mlflow

        for library in ("alembic", "mlflow"):
            logging.getLogger(library).setLevel(logging.WARNING)
        connect(self._tracking.uri)
        client = mlflow.MlflowClient()
        theirs = os.environ.get("MLFLOW_RUN_ID")
        if theirs is None:
            with environment(dict.fromkeys(("MLFLOW_EXPERIMENT_ID", "MLFLOW_EXPERIMENT_NAME"))):
                found = mlflow.search_runs(
                    search_all_experiments=True, filter_string=f"tags.`{_KEY}` = '{key}'", output_format="list", max_results=1
                )
            run = found[0] if found else client.create_run(self._experiment(), run_name=name, tags={_KEY: key})
            theirs = str(run.info.run_id)
        client.update_run(theirs, status="RUNNING")
        self.id = theirs

    def _experiment(self) -> str:
        import mlflow

        if number := os.environ.get("MLFLOW_EXPERIMENT_ID"):
            return number
        name = os.environ.get("MLFLOW_EXPERIMENT_NAME") or self._tracking.experiment
        client = mlflow.MlflowClient()
        found = client.get_experiment_by_name(name)
        return str(found.experiment_id) if found else str(client.create_experiment(name))

    def _safely(self, call: Callable[[], Any]) -> None:
        if not self.is_on:
            return
        try:
            call()
        except Exception as error:
            self.is_on = False
            first_line = str(error).splitlines()[0][:200] if str(error) else ""
            logger.warning("MLflow tracking stopped (%s: %s); the work continues without it", type(error).__name__, first_line)

    def log(
        self, *, metrics: Mapping[str, float] | None = None, tags: Mapping[str, str] | None = None, texts: Mapping[str, str] | None = None
    ) -> None:
        """Logs metrics, tags and text files."""

        def call() -> None:
            import mlflow

            client, run_id = mlflow.MlflowClient(), self.id or ""
            for key, value in (metrics or {}).items():
                client.log_metric(run_id, key, float(value))
            for key, text in (tags or {}).items():
                client.set_tag(run_id, key, text[:5000])
            for key, text in (texts or {}).items():
                client.log_text(run_id, text, key)

        self._safely(call)

    def close(self, *, failed: bool = False) -> None:
        """Closes the run as FINISHED or FAILED."""

        def call() -> None:
            import mlflow

            mlflow.MlflowClient().set_terminated(self.id or "", "FAILED" if failed else "FINISHED")

        self._safely(call)
