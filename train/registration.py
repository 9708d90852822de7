"""Registers bundles with MLflow and finds them there by their hash."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import requires, version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from presscheck.data.files import file_sha256
from presscheck.serve.bundle import SUMS
from presscheck.train.registry_fetch import SUMS_TAG

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion
    from mlflow.models import ModelSignature

_PACKAGES = ("configs", "data", "serve")
_MODEL_CODE = Path(__file__).with_name("pyfunc_model.py")


def scoring_requirements() -> list[str]:
    """The scoring path's direct dependencies at their installed versions, for a registered model's environment."""
    parsed = [Requirement(line) for line in requires("presscheck") or []]
    return [f"{r.name}=={version(r.name)}" for r in parsed if r.marker is None or r.marker.evaluate({"extra": ""})]


def registered_version(bundle: Path, *, model_name: str) -> "ModelVersion | None":
    """The latest registered version with exactly this bundle's files."""
    import mlflow

    digest = file_sha256(bundle / SUMS)
    found = mlflow.MlflowClient().search_model_versions(f"name = '{model_name}' and tags.`{SUMS_TAG}` = '{digest}'")
    return max(found, key=lambda one: int(one.version), default=None)


def register_bundle(bundle: Path, *, model_name: str) -> str:
    """Logs the bundle to the active run as a pyfunc model from code, and registers it; returns its version."""
    import mlflow

    with _code_snapshot() as code:
        info = mlflow.pyfunc.log_model(
            name="bundle",
            python_model=str(_MODEL_CODE),
            artifacts={"bundle": str(bundle)},
            code_paths=[str(code)],
            pip_requirements=scoring_requirements(),
            signature=_signature(),
            registered_model_name=model_name,
        )
    number = str(info.registered_model_version)
    mark_version(model_name, number, tags={SUMS_TAG: file_sha256(bundle / SUMS)})
    return number


def mark_version(model_name: str, number: str, *, tags: Mapping[str, str], alias: str | None = None) -> None:
    """Tags a version, and moves an alias to it, if given."""
    import mlflow

    client = mlflow.MlflowClient()
    for key, value in tags.items():
        client.set_model_version_tag(model_name, number, key, value[:5000])
    if alias:
        client.set_registered_model_alias(model_name, alias, number)


def _signature() -> "ModelSignature":
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, DataType, Schema

    text = DataType.string
    inputs = Schema([ColSpec(text, name, required=False) for name in ("id", "headline", "body")])
    return ModelSignature(inputs=inputs, outputs=Schema([ColSpec(text, "record")]))


@contextmanager
def _code_snapshot() -> Iterator[Path]:
    """The scoring path's code as a folder `presscheck`, so that a registered model loads where presscheck is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "presscheck"
        for name in _PACKAGES:
            source = Path(str(files(f"presscheck.{name}")))
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__", "starter"))
        yield root
