"""A service on the tiny model: in this process for most tests, and behind a real socket for the rest."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from http_support import PATIENT, Listener, Served, listening

from presscheck.serve.bundle import Bundle, point
from presscheck.serve.http.app import create_app
from presscheck.serve.http.settings import Settings


@pytest.fixture
def models(tiny_bundle: Bundle, tmp_path: Path) -> Path:
    """A models folder of the test's own with a champion."""
    folder = tmp_path / "models"
    shutil.copytree(tiny_bundle.path, folder / "first")
    point(folder / "champion", folder / "first")
    return folder


@pytest.fixture
def served(models: Path, tmp_path: Path) -> Served:
    """Clients of services with settings of their own."""

    @contextmanager
    def start(**options: Any) -> Iterator[TestClient]:
        usual = {"models_dir": models, "state_dir": tmp_path / "state", "threads": 1, "poll_s": 0.02, "rate": 0}
        settings = Settings.model_validate({**usual, **PATIENT, **options})
        client = TestClient(create_app(settings), base_url="http://localhost", raise_server_exceptions=False)
        with client:
            yield client

    return start


@pytest.fixture(scope="module")
def listener(tiny_bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listener]:
    """A service behind a real socket."""
    state = tmp_path_factory.mktemp("state")
    settings = Settings.model_validate({"model": tiny_bundle.path, "state_dir": state, "threads": 1, "rate": 0, **PATIENT})
    with listening(settings) as found:
        yield found


@pytest.fixture(scope="module")
def address(listener: Listener) -> tuple[str, int]:
    """Its host and port."""
    return listener.address
