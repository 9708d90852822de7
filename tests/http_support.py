"""What the service's tests share and is no fixture."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from fastapi.testclient import TestClient

START_S = 60.0
Served = Callable[..., AbstractContextManager[TestClient]]


def until(holds: Callable[[], bool], *, seconds: float = START_S) -> None:
    """Looks again and again until something holds; a test fails where it never does."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < end, "it never came true"
        pause.wait(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
