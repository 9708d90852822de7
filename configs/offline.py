"""Keeps libraries offline: no model hub, no telemetry."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import cast

_SETTINGS = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    # A tracking server that is down must cost seconds, not the minutes of the client's default retries.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
}


def stay_offline() -> None:
    """Sets the switches that are not set yet. Call it before the libraries are imported.

    Only the project's own processes call it: the command, its workers, Ray's actors, the tests and the benchmarks. Modules that others
    import into their own processes do not.
    """
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)


@contextmanager
def environment(values: Mapping[str, str | None]) -> Iterator[None]:
    """Within the context these variables have these values, or are not set (None). Afterwards they are restored."""
    before = {name: os.environ.get(name) for name in values}
    _set(values)
    try:
        yield
    finally:
        _set(before)


def _set(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@contextmanager
def absent(module: str) -> Iterator[None]:
    """Within the context an import of the module fails, so that libraries use their fallback. Afterwards everything is restored."""
    modules = cast("dict[str, object]", sys.modules)
    missing = object()
    before = modules.get(module, missing)
    modules[module] = None
    try:
        yield
    finally:
        if before is missing:
            del modules[module]
        else:
            modules[module] = before


def without_telemetry() -> AbstractContextManager[None]:
    """For the import of OpenVINO and of NNCF, which report their use to their publisher unless its package for that is absent."""
    return absent("openvino_telemetry")
