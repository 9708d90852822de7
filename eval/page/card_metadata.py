"""The YAML in front of a model card, as model hubs read it (huggingface.co/docs/hub/model-cards#model-card-metadata)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from huggingface_hub import EvalResult, ModelCardData

from presscheck.eval.report import Report, Row
from presscheck.serve.manifest import Manifest

_METRICS = {"f1": "F1", "average_precision": "average precision", "roc_auc": "ROC AUC"}
_PACKAGED = {"minilm-l6": "sentence-transformers/all-MiniLM-L6-v2"}  # by its name on the hub; its licence is Apache-2.0
_TASKS = {"label": "text-classification", "tag": "token-classification", "risk": "text-classification"}


def metadata(report: Report, manifest: Manifest) -> ModelCardData:
    """Licence, data, base model and measured results of a model."""
    return ModelCardData(
        language="en",
        **_licence(manifest),
        library_name="presscheck",
        pipeline_tag="text-classification",
        base_model=_base_model(manifest.config),
        datasets=sorted(manifest.data["sources"]),
        metrics=list(_METRICS),
        tags=["news", "journalism", "sensationalism", "sourcing", "openvino"],
        model_name=manifest.version,
        eval_results=list(_results(report, manifest)),
    )


def _base_model(config: dict[str, Any]) -> str | None:
    """The encoder's name on the hub; None if it began at random or is a local folder."""
    model = config["model"]
    name = str(model["encoder"])
    if model["random_init"] or (name not in _PACKAGED and Path(name).exists()):
        return None
    return _PACKAGED.get(name, name)


def _licence(manifest: Manifest) -> dict[str, Any]:
    """Apache-2.0 if all that the weights come from has it; the licences of the data otherwise, for people to judge."""
    licences, model = manifest.data["licences"], manifest.config["model"]
    is_known = model["random_init"] or model["encoder"] in _PACKAGED
    if is_known and set(licences) <= {"Apache-2.0"} and not manifest.data.get("non_commercial"):
        return {"license": "apache-2.0"}
    return {"license": "other", "license_name": "licences-of-data-and-encoder", "license_details": "; ".join(licences)}


def _results(report: Report, manifest: Manifest) -> Iterator[EvalResult]:
    for row in report.rows:
        kind, _, name = row.output.partition("/")
        if row.system == "model" and kind in _TASKS:
            yield from _figures(row, name or kind, _TASKS[kind], report, manifest)


def _figures(row: Row, name: str, task: str, report: Report, manifest: Manifest) -> Iterator[EvalResult]:
    for metric, shown in _METRICS.items():
        value = row.metrics[metric].value
        if value is not None:
            yield EvalResult(
                task_type=task,
                dataset_type="presscheck",
                dataset_name=" + ".join(sorted(manifest.data["sources"])),
                dataset_split=report.split,
                metric_type=metric,
                metric_name=f"{shown}, {name}",
                metric_value=round(value, 4),
            )
