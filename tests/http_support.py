"""What the service's tests share and is no fixture."""

import json
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tests_support import PATIENCE_S, until

from presscheck.serve.bundle import MANIFEST, write_sums
from presscheck.serve.http.app import create_app
from presscheck.serve.http.limits.protocol import TimedProtocol
from presscheck.serve.http.settings import Settings

# Settings under which no clock of the service runs out; a test of a clock shortens that one alone.
PATIENT = {"deadline_s": PATIENCE_S, "header_timeout_s": PATIENCE_S, "body_timeout_s": PATIENCE_S}
Served = Callable[..., AbstractContextManager[TestClient]]


def renamed(models: Path, version: str) -> None:
    """The first bundle under another version."""
    shutil.copytree(models / "first", models / version)
    path = models / version / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": version}))
    write_sums(models / version)


@contextmanager
def reserved_port() -> Iterator[int]:
    """A port that nobody else gets meanwhile; who binds it with SO_REUSEPORT, as Ray Serve does, can."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(("127.0.0.1", 0))
        yield int(holder.getsockname()[1])


@dataclass(frozen=True)
class Listener:
    """A service behind a real socket, in a thread of this process. A test shortens clocks by the attributes of `protocol`."""

    address: tuple[str, int]
    app: FastAPI
    server: uvicorn.Server
    protocol: type[TimedProtocol]


@contextmanager
def listening(settings: Settings) -> Iterator[Listener]:
    """A service that listens on a port of its own until the end."""
    clocks = {"header_timeout_s": settings.header_timeout_s, "write_timeout_s": PATIENCE_S}
    protocol = type("Patient", (TimedProtocol,), clocks)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        log_config=None,
        timeout_keep_alive=int(PATIENCE_S),
        h11_max_incomplete_event_size=settings.header_bytes,
    )
    server = uvicorn.Server(config)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until(lambda: server.started or not thread.is_alive())
            assert server.started, "the service ended before it listened"
            yield Listener(listener.getsockname(), app, server, protocol)
        finally:
            server.should_exit = True
            thread.join()
