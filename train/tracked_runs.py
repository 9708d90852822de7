"""Adds to runs and versions that MLflow holds already, and logs batch jobs. A server that is down costs a warning, never the work."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from presscheck.train.registration import mark_version, register_bundle, registered_version
from presscheck.train.tracking import Tracker, connect

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion

logger = logging.getLogger(__name__)

BATCHES = "presscheck-batches"


def log_to_run(
    uri: str,
    experiment: str,
    bundle: str,
    metrics: Mapping[str, float],
    texts: Mapping[str, str],
    *,
    tags: Mapping[str, str] | None = None,
) -> bool:
    """Adds metrics, text files and tags to the run that trained a bundle, or to a new one of that name; returns whether that succeeded."""
    tracker = Tracker(enabled=True, uri=uri, experiment=experiment, run_name=bundle, run_id=_run_of(uri, experiment, bundle))
    tracker.metrics(metrics)
    for name, content in texts.items():
        tracker.text(content, name)
    tracker.tags(tags or {})
    tracker.finish()
    return tracker.is_on


def log_batch(uri: str, *, run_name: str, metrics: Mapping[str, float], files: Sequence[Path], tags: Mapping[str, str]) -> bool:
    """Logs a batch job as a run of its own in the experiment BATCHES; returns whether that succeeded."""
    tracker = Tracker(enabled=True, uri=uri, experiment=BATCHES, run_name=run_name, run_id=None, joins=True)
    tracker.metrics(metrics)
    for path in files:
        tracker.text(path.read_text(encoding="utf-8"), path.name)
    tracker.tags(tags)
    tracker.finish()
    return tracker.is_on


def tag_version(uri: str, experiment: str, bundle: Path, *, model_name: str, tags: Mapping[str, str], alias: str | None = None) -> bool:
    """Tags the registered version of a bundle and moves an alias to it, if given; False if the version cannot be reached."""
    try:
        connect(uri)
        known = _registered(uri, experiment, bundle, model_name)
        if known is None:
            return False
        mark_version(model_name, str(known.version), tags=tags, alias=alias)
    except Exception as error:
        logger.warning("the MLflow registry was not written (%s)", type(error).__name__)
        return False
    return True


def push_version(uri: str, experiment: str, bundle: Path, *, model_name: str, tags: Mapping[str, str], alias: str) -> tuple[str, bool]:
    """Registers a bundle unless it is, in the run that trained it or a new one, tags its version and moves an alias to it.

    Returns:
        The version, and whether it is new.

    Raises:
        Exception: whatever MLflow's client raises.
    """
    connect(uri)
    known = _registered(uri, experiment, bundle, model_name)
    number = str(known.version) if known else None
    if number is None:
        tracker = Tracker(enabled=True, uri=uri, experiment=experiment, run_name=bundle.name, run_id=_run_of(uri, experiment, bundle.name))
        if tracker.error is not None:
            raise tracker.error
        try:
            number = register_bundle(bundle, model_name=model_name)
        finally:
            tracker.finish()
    mark_version(model_name, number, tags=tags, alias=alias)
    return number, known is None


def tags_at(uri: str, model_name: str, alias: str) -> tuple[str | None, dict[str, str]]:
    """The version that an alias stands for, and its tags; None and no tags if there is none."""
    import mlflow
    from mlflow.exceptions import MlflowException

    connect(uri)
    try:
        found = mlflow.MlflowClient().get_model_version_by_alias(model_name, alias)
    except MlflowException as error:
        if error.error_code not in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            raise
        return None, {}
    return str(found.version), dict(found.tags)


def _registered(uri: str, experiment: str, bundle: Path, model_name: str) -> "ModelVersion | None":
    return registered_version(bundle, model_name=model_name) or _version_of_run(_run_of(uri, experiment, bundle.name), model_name)


def _version_of_run(run: str | None, model_name: str) -> "ModelVersion | None":
    """The latest version that a run registered: those from before versions were tagged with their bundle's hash."""
    import mlflow

    found = mlflow.MlflowClient().search_model_versions(f"name = '{model_name}' and run_id = '{run}'") if run else []
    return max(found, key=lambda one: int(one.version), default=None)


def _run_of(uri: str, experiment: str, bundle: str) -> str | None:
    """The run that trained a bundle: in the experiment, or else in the one that a platform chose."""
    import mlflow

    try:
        connect(uri)
        for experiments in ([experiment], None):
            runs = mlflow.search_runs(
                experiment_names=experiments,
                search_all_experiments=experiments is None,
                filter_string=f"tags.`presscheck.bundle` = '{bundle}'",
                output_format="list",
                max_results=1,
            )
            if runs:
                return str(runs[0].info.run_id)
    except Exception:
        return None
    return None
