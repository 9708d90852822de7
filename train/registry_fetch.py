"""Asks a model registry on behalf of a process that imports no MLflow: `python -m presscheck.train.registry_fetch`.

    resolve NAME ALIAS_OR_VERSION     which version that is
    download NAME VERSION FOLDER      its bundle's files, into an empty folder

The answer is one JSON object on the last line of standard output. MLFLOW_TRACKING_URI says whom to ask.
"""

import json
import logging
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from presscheck.configs.offline import stay_offline

SUMS_TAG = "presscheck.bundle_sha256"  # of a registered version: the hash of its bundle's checksum file
_CAUSE = re.compile(r"Caused by \w+\((?P<quote>['\"])(?P<what>.*)(?P=quote)\)+$")
_BUSY = ("REQUEST_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED", "TEMPORARILY_UNAVAILABLE")


class NotThereError(Exception):
    """The registry answers, and has not what was asked for."""


def resolve(name: str, wanted: str) -> dict[str, str | None]:
    """The version that an alias or a number stands for, when it was registered, and its bundle's hash."""
    import mlflow

    client = mlflow.MlflowClient()
    found = client.get_model_version(name, wanted) if wanted.isdecimal() else client.get_model_version_by_alias(name, wanted)
    return {
        "version": str(found.version),
        "created": str(found.creation_timestamp),
        "bundle_sha256": (found.tags or {}).get(SUMS_TAG),
    }


def download(name: str, version: str, folder: str) -> dict[str, str]:
    """Downloads the bundle of a version; returns where below the folder it is."""
    root = f"models:/{name}/{version}"
    place = _bundle_in(_file(f"{root}/MLmodel", folder)) if "MLmodel" in _names(root) else None
    if place is None:
        raise NotThereError(f"version {version} of {name} holds no presscheck bundle")
    return {"folder": str(_file(f"{root}/{place}", folder))}


def _names(uri: str) -> set[str]:
    import mlflow

    return {Path(one.path).name for one in mlflow.artifacts.list_artifacts(artifact_uri=uri)}


def _file(uri: str, folder: str) -> Path:
    import mlflow

    return Path(mlflow.artifacts.download_artifacts(uri, dst_path=folder))


def _bundle_in(description: Path) -> str | None:
    """Where a logged model keeps its bundle, by its description."""
    try:
        found = yaml.safe_load(description.read_text(encoding="utf-8"))["flavors"]["python_function"]["artifacts"]["bundle"]["path"]
    except (KeyError, TypeError, ValueError, yaml.YAMLError):
        return None
    inside = isinstance(found, str) and not Path(found).is_absolute() and ".." not in Path(found).parts
    return found if inside else None


def answer(ask: Callable[..., Mapping[str, Any]], arguments: list[str]) -> Mapping[str, Any]:
    """What the registry answers, or `refused` or `unreachable` with the reason."""
    try:
        from mlflow.exceptions import MlflowException
    except ModuleNotFoundError:
        return {"unreachable": "MLflow is not installed here: pip install 'presscheck[registry]'"}
    try:
        return ask(*arguments)
    except NotThereError as error:
        return {"refused": str(error)}
    except MlflowException as error:
        status: int = cast("Any", error).get_http_status_code()  # the library gives it no type
        is_final = 400 <= status < 500 and error.error_code not in _BUSY
        return {"refused" if is_final else "unreachable": _first_line(error)}
    except Exception as error:
        return {"unreachable": f"{type(error).__name__}: {_first_line(error)}"}


def _first_line(error: Exception) -> str:
    """What an error says, without its code, the page that a server sent, and the layers of clients that it came through."""
    text = str(error).removeprefix(f"{getattr(error, 'error_code', '')}: ").partition(" Response body:")[0].partition("\n")[0]
    if cause := _CAUSE.search(text):
        text = cause["what"].rpartition(": ")[2]
    return text[:300].rstrip(". ")


def main() -> None:
    """Answers one question."""
    stay_offline()
    logging.disable(logging.INFO)
    command, *arguments = sys.argv[1:]
    questions: dict[str, Callable[..., Mapping[str, Any]]] = {"resolve": resolve, "download": download}
    found = answer(questions[command], arguments)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
