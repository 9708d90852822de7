"""MLflow tracking. The one file that imports mlflow. A server that is down costs a warning, never a training."""

import functools
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import requires, version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast

from packaging.requirements import Requirement

if TYPE_CHECKING:
    from matplotlib.figure import Figure

logger = logging.getLogger(__name__)
P = ParamSpec("P")
BATCHES = "presscheck-batches"
_PACKAGES = ("configs", "data", "serve")
_connected: dict[str, str] = {}
_MODEL_CODE = Path(__file__).with_name("pyfunc_model.py")


def _safely(method: "Callable[Concatenate[Tracker, P], None]") -> "Callable[Concatenate[Tracker, P], None]":
    """Runs a tracking call; where it fails, tracking ends for this run with one warning."""

    @functools.wraps(method)
    def guarded(self: "Tracker", *arguments: P.args, **options: P.kwargs) -> None:
        if not self.is_on:
            return
        try:
            method(self, *arguments, **options)
        except Exception as error:
            self.is_on = False
            first_line = str(error).splitlines()[0][:200] if str(error) else ""
            logger.warning(
                "MLflow tracking stopped (%s: %s); the training goes on without it", type(error).__name__, first_line
            )

    return cast("Callable[Concatenate[Tracker, P], None]", guarded)


def _connect(uri: str) -> None:
    """Takes MLFLOW_TRACKING_URI, else the config's. The client writes its choice to that variable; what it wrote for us does not count."""
    import mlflow

    asked = os.environ.get("MLFLOW_TRACKING_URI")
    mlflow.set_tracking_uri(uri if asked in (None, "", _connected.get("uri")) else asked)
    _connected["uri"] = os.environ.get("MLFLOW_TRACKING_URI", "")


def scoring_requirements() -> list[str]:
    """The scoring path's direct dependencies at their installed versions, for a registered model's environment."""
    parsed = [Requirement(line) for line in requires("presscheck") or []]
    return [f"{r.name}=={version(r.name)}" for r in parsed if r.marker is None or r.marker.evaluate({"extra": ""})]


class Tracker:
    """One MLflow run. Every method does nothing once tracking is off."""

    def __init__(self, *, enabled: bool, uri: str, experiment: str, run_name: str, run_id: str | None) -> None:
        self.is_on = enabled
        self.run_id: str | None = None
        self._start(uri, experiment, run_name, run_id)

    @_safely
    def _start(self, uri: str, experiment: str, run_name: str, run_id: str | None) -> None:
        import mlflow

        for name in ("alembic", "mlflow"):
            logging.getLogger(name).setLevel(logging.WARNING)
        _connect(uri)
        mlflow.set_experiment(experiment)
        known = run_id is not None and mlflow.search_runs(
            filter_string=f"attributes.run_id = '{run_id}'", output_format="list"
        )
        run = mlflow.start_run(
            run_id=run_id if known else None, run_name=run_name, tags={"presscheck.bundle": run_name}
        )
        self.run_id = run.info.run_id

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
        """Logs the bundle as a pyfunc model from code, registers it and moves the alias `candidate` to it."""
        import mlflow
        from mlflow.models import ModelSignature
        from mlflow.types import ColSpec, DataType, Schema

        text = DataType.string
        inputs = Schema(
            [
                ColSpec(text, "id", required=False),
                ColSpec(text, "headline", required=False),
                ColSpec(text, "body", required=False),
            ]
        )
        with _code_snapshot() as code:
            info = mlflow.pyfunc.log_model(
                name="bundle",
                python_model=str(_MODEL_CODE),
                artifacts={"bundle": str(bundle)},
                code_paths=[str(code)],
                pip_requirements=scoring_requirements(),
                signature=ModelSignature(inputs=inputs, outputs=Schema([ColSpec(text, "record")])),
                registered_model_name=model_name,
            )
        mlflow.MlflowClient().set_registered_model_alias(model_name, "candidate", str(info.registered_model_version))

    def finish(self, *, failed: bool = False) -> None:
        """Closes the run as FINISHED or FAILED, also where tracking broke down on the way."""
        if self.run_id is None:
            return
        import mlflow

        try:
            mlflow.end_run("FAILED" if failed else "FINISHED")
        except Exception as error:
            logger.warning("the MLflow run %s could not be closed (%s)", self.run_id, type(error).__name__)


@contextmanager
def _code_snapshot() -> Iterator[Path]:
    """The scoring path's code as a folder `presscheck`, so that a registered model loads where presscheck is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "presscheck"
        for name in _PACKAGES:
            source = Path(str(files(f"presscheck.{name}")))
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__", "starter", "*.yaml"))
        yield root


def log_to_run(
    uri: str,
    experiment: str,
    bundle: str,
    metrics: Mapping[str, float],
    texts: Mapping[str, str],
    *,
    tags: Mapping[str, str] | None = None,
) -> bool:
    """Adds metrics, text files and tags to the run that trained a bundle, or to a new one of that name; whether MLflow took them."""
    tracker = Tracker(
        enabled=True, uri=uri, experiment=experiment, run_name=bundle, run_id=_run_of(uri, experiment, bundle)
    )
    tracker.metrics(metrics)
    for name, content in texts.items():
        tracker.text(content, name)
    tracker.tags(tags or {})
    tracker.finish()
    return tracker.is_on


def log_batch(
    uri: str, *, run_name: str, metrics: Mapping[str, float], files: Sequence[Path], tags: Mapping[str, str]
) -> bool:
    """A run of its own for a batch job, in the experiment BATCHES; whether MLflow took it."""
    tracker = Tracker(enabled=True, uri=uri, experiment=BATCHES, run_name=run_name, run_id=None)
    tracker.metrics(metrics)
    for path in files:
        tracker.text(path.read_text(encoding="utf-8"), path.name)
    tracker.tags(tags)
    tracker.finish()
    return tracker.is_on


def tag_version(
    uri: str, experiment: str, *, bundle: str, model_name: str, tags: Mapping[str, str], alias: str | None = None
) -> bool:
    """Tags the registered version of a bundle and, where one is given, moves an alias to it; False where no such version can be reached."""
    import mlflow

    try:
        run = _run_of(uri, experiment, bundle)
        client = mlflow.MlflowClient()
        versions = client.search_model_versions(f"name = '{model_name}' and run_id = '{run}'") if run else []
        if not versions:
            return False
        number = max(versions, key=lambda version: int(version.version)).version
        for key, value in tags.items():
            client.set_model_version_tag(model_name, number, key, value[:5000])
        if alias:
            client.set_registered_model_alias(model_name, alias, number)
    except Exception as error:
        logger.warning("the MLflow registry was not written (%s)", type(error).__name__)
        return False
    return True


def _run_of(uri: str, experiment: str, bundle: str) -> str | None:
    import mlflow

    try:
        _connect(uri)
        runs = mlflow.search_runs(
            experiment_names=[experiment],
            filter_string=f"tags.`presscheck.bundle` = '{bundle}'",
            output_format="list",
            max_results=1,
        )
    except Exception:
        return None
    return str(runs[0].info.run_id) if runs else None
