"""Keeps the libraries below us off the network: no model hub, no telemetry."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

_SETTINGS = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    # A tracking server that is down must cost seconds, not the minutes that the client's own retries take.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
}


def stay_offline() -> None:
    """Sets the switches that are not set yet. To be called before the libraries are imported.

    OpenVINO's converter reports its use unless its telemetry package is absent; an entry of None makes importing it fail, and the
    converter then takes its own silent stand-in.
    """
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    cast("dict[str, object]", sys.modules).setdefault("openvino_telemetry", None)


@contextmanager
def absent(module: str) -> Iterator[None]:
    """While it holds, an import of the module fails, which libraries with a stand-in for it notice; once it is loaded nothing changes."""
    modules = cast("dict[str, object]", sys.modules)
    if module in modules:
        yield
        return
    modules[module] = None
    try:
        yield
    finally:
        del modules[module]
