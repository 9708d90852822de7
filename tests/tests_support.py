"""What several test files share and is no fixture."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from presscheck.configs.loader import load
from presscheck.configs.schema import RunConfig
from presscheck.data.dataset.splits import split_of
from presscheck.data.schema import SPLITS, Document, SplitName
from presscheck.data.starter import read_starter
from presscheck.serve.manifest import Precision, Threshold
from presscheck.serve.record import Record
from presscheck.serve.runtime import has_matrix_units

STARTER = Path(str(files("presscheck.data.starter")))
RECORD_SCHEMA = Path(str(files("presscheck.serve"))) / "record.schema.json"
LAST_DIGIT = 1e-6  # records are written to six digits


def depends_on_company(precision: Precision) -> bool:
    """Whether a passage's last bits may follow the batch that it is read in: bf16 and int8 on a CPU with matrix units."""
    return precision != "f32" and has_matrix_units()


# How long a test waits for what has to come, however busy the machine is: it bounds a failure, and no outcome hangs on it.
PATIENCE_S = 600.0
# Ray gives up on its own processes by clocks that a busy machine outlasts, and makes its workers nice.
UNHURRIED = {
    "RAY_gcs_server_port_wait_time_s": "600",
    "RAY_worker_register_timeout_seconds": "600",
    "RAY_worker_niceness": "0",
    "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "600",
    "RAY_SERVE_PROXY_HEALTH_CHECK_TIMEOUT_S": "600",
}


def starter_splits() -> dict[SplitName, list[Document]]:
    """The starter corpus in the parts that its config puts it in, with no copy set aside."""
    splits: dict[SplitName, list[Document]] = {split: [] for split in SPLITS}
    shares = load("starter").data.split
    for document in read_starter():
        splits[split_of(document.group, dev=shares.dev, test=shares.test, salt=shares.salt)].append(document)
    return splits


def until(holds: Callable[[], bool]) -> None:
    """Looks again and again until something holds; a test fails where it never does."""
    end = time.monotonic() + PATIENCE_S
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < end, "it never came true"
        pause.wait(0.02)


def wait_for_ray() -> None:
    """Lets Ray's node start as slowly as the machine will have it: Ray itself gives up after 30 s, which no setting changes."""
    from ray._private import services

    get_node = services.get_node

    def patient(*arguments: Any) -> Any:
        found = []

        def is_there() -> bool:
            with suppress(RuntimeError):
                found.append(get_node(*arguments))
            return bool(found)

        until(is_there)
        return found[0]

    services.get_node = patient


def tiny_overrides(corpus: Path, folder: Path) -> list[str]:
    """Overrides that train tiny.yaml on the small corpus into a folder, tracked there."""
    return [
        f"data.sources.0.path={corpus}",
        f"models_dir={folder / 'models'}",
        f"tracking.uri=sqlite:///{folder / 'mlflow.db'}",
    ]


def tiny_config(corpus: Path, folder: Path, *extra: str) -> RunConfig:
    """tiny.yaml on the small corpus, untracked, with further overrides."""
    return load("tiny", [*tiny_overrides(corpus, folder), "tracking.enabled=false", *extra])


def fitted_threshold(**values: Any) -> Threshold:
    """A threshold at 0.5 that kept its promise on dev, with some values replaced."""
    usual = {
        "threshold": 0.5,
        "target_precision": 0.8,
        "precision": 0.8,
        "precision_lower": 0.7,
        "recall": 0.5,
        "flagged": 20,
        "prevalence": 0.3,
        "base": 0.3,
        "reached": True,
    }
    return Threshold.model_validate({**usual, **values})


def assert_same_records(found: list[Record], expected: list[Record], precision: Precision) -> None:
    """The promise of a score: equal records, up to one unit of the last written digit where they may depend on company."""
    assert len(found) == len(expected)
    if not depends_on_company(precision):
        assert found == expected
        return
    for one, other in zip(found, expected, strict=True):
        _assert_nearly(one.model_dump(), other.model_dump())


def _assert_nearly(one: Any, other: Any) -> None:
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for key in one:
            _assert_nearly(one[key], other[key])
    elif isinstance(one, list | tuple):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            _assert_nearly(left, right)
    elif isinstance(one, float):
        assert one == pytest.approx(other, abs=1.5 * LAST_DIGIT, rel=0)
    else:
        assert one == other
