"""A service on the tiny model: in this process for most tests, and behind a real socket for the rest."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi.testclient import TestClient
from http_support import Served, free_port, until

from presscheck.serve.bundle import Bundle, point
from presscheck.serve.http.app import create_app
from presscheck.serve.http.limits.protocol import TimedProtocol
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
    def start(*, wait: bool = True, **options: Any) -> Iterator[TestClient]:
        settings = Settings(
            **{
                "models_dir": models,
                "state_dir": tmp_path / "state",
                "threads": 1,
                "poll_s": 0.02,
                "rate": 0,
                **options,
            }
        )
        client = TestClient(create_app(settings), base_url="http://localhost", raise_server_exceptions=False)
        with client:
            if wait:
                until(lambda: client.app.state.service.live.current is not None)  # type: ignore[attr-defined]  # FastAPI's
            yield client

    return start


@pytest.fixture(scope="module")
def address(tiny_bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Host and port of a service behind a real socket, with impatient clocks."""
    settings = Settings(
        model=tiny_bundle.path,
        state_dir=tmp_path_factory.mktemp("state"),
        threads=1,
        rate=0,
        body_timeout_s=0.5,
        port=free_port(),
    )
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        port=settings.port,
        http=type("Impatient", (TimedProtocol,), {"header_timeout_s": 0.5, "write_timeout_s": 0.5}),
        ws="none",
        log_config=None,
        h11_max_incomplete_event_size=settings.header_bytes,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started and app.state.service.live.current is not None)
    yield "127.0.0.1", settings.port
    server.should_exit = True
    thread.join()
