"""Adds to runs and versions that MLflow holds already, and logs batch jobs. A server that is down costs a warning, never the work."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from presscheck.train.tracking import Tracker, connect

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


def tag_version(uri: str, experiment: str, *, bundle: str, model_name: str, tags: Mapping[str, str], alias: str | None = None) -> bool:
    """Tags the registered version of a bundle and moves an alias to it, if given; False if the version cannot be reached."""
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
