"""The service behind a real socket: slow clients, large heads, clients that leave, workers that die, and the end by SIGTERM."""

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from http_support import free_port, until
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.serve.bundle import Bundle
from presscheck.serve.http.limits.protocol import TimedProtocol

pytestmark = pytest.mark.slow

Address = tuple[str, int]
BODY = json.dumps({"headline": "So the levy is now war?", "body": "Traders will ruin the town. " * 40})


def healthy(address: Address) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address[0]}:{address[1]}/readyz", timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def post(address: Address, body: str = BODY) -> dict[str, object]:
    request = urllib.request.Request(
        f"http://{address[0]}:{address[1]}/v1/score", body.encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        found: dict[str, object] = json.load(answer)
        return found


def everything(connection: socket.socket) -> bytes:
    """What the server sends until it closes, which the test's own patience bounds."""
    connection.settimeout(20)
    found = b""
    try:
        while chunk := connection.recv(65536):
            found += chunk
    except ConnectionResetError:
        pass
    return found


def test_heads_that_never_end_are_dropped_while_others_are_answered(address: Address) -> None:
    slow = [socket.create_connection(address) for _ in range(50)]
    for connection in slow:
        connection.sendall(b"POST /v1/score HTTP/1.1\r\nHost: localhost\r\nX-A: ")
    assert post(address)["status"] in ("ok", "partial")
    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(everything, slow)) == {b""}
    for connection in slow:
        connection.close()


def test_the_second_head_of_a_connection_has_a_clock_too(address: Address) -> None:
    with socket.create_connection(address) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /hea")
        found = everything(connection)
    assert found.startswith(b"HTTP/1.1 200 OK")
    assert found.count(b"HTTP/1.1") == 1


def test_answers_that_nobody_reads_are_dropped(address: Address) -> None:
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(address)
        connection.setblocking(False)
        watch = select.poll()
        watch.register(connection, 0)  # an error or the other side's end

        def dropped() -> bool:
            with suppress(BlockingIOError, ConnectionError):
                connection.send(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20)
            return bool(watch.poll(0))

        until(dropped)
    assert healthy(address)


def test_a_body_that_trickles_is_refused(address: Address) -> None:
    with socket.create_connection(address) as connection:
        head = b"POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
        connection.sendall(head)
        assert b" 408 " in everything(connection).splitlines()[0]


def test_a_large_head_is_refused(address: Address) -> None:
    with socket.create_connection(address) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"a" * 100_000 + b"\r\n\r\n")
        assert everything(connection).startswith(b"HTTP/1.1 431 ")
    with socket.create_connection(address) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"a" * 60_000)
        until(lambda: healthy(address))
        assert everything(connection).startswith(b"HTTP/1.1 400 ")


def test_a_crowd_is_refused_in_our_own_words(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TimedProtocol, "max_connections", 3)
    ask = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with ExitStack() as stack:

        def asked() -> socket.socket:
            connection = stack.enter_context(socket.create_connection(address))
            connection.sendall(ask)
            return connection

        for _ in range(3):
            assert asked().recv(65536).startswith(b"HTTP/1.1 200 ")
        refused = everything(asked()).lower()
    assert refused.startswith(b"http/1.1 503 ")
    for header in (b"retry-after: 1\r\n", b"connection: close\r\n", b"x-request-id: ", b"content-security-policy: "):
        assert header in refused
    until(lambda: healthy(address))


def test_what_a_client_left_is_not_scored(address: Address) -> None:
    def metric(name: str) -> float:
        with urllib.request.urlopen(f"http://{address[0]}:{address[1]}/metrics", timeout=10) as answer:
            page = answer.read().decode()
        found = re.search(rf"^{re.escape(name)} (\S+)$", page, re.MULTILINE)
        return float(found[1]) if found else 0.0

    left = 'presscheck_requests_total{method="POST",route="/v1/score",status="499"}'
    many = json.dumps([json.loads(BODY)] * 64)
    before = metric(left)
    with socket.create_connection(address) as connection:
        head = f"POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(many)}\r\n\r\n"
        connection.sendall(head.encode() + many.encode())
        until(lambda: metric("presscheck_queue_articles") > 0)
    until(lambda: metric(left) == before + 1)
    until(lambda: metric("presscheck_queue_articles") == 0)
    assert post(address)["status"] in ("ok", "partial")


@contextmanager
def command(bundle: Bundle, folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[bytes], Address]]:
    """`presscheck serve` as its user starts it."""
    port = free_port()
    arguments = [
        "serve",
        "--model",
        str(bundle.path),
        "--state",
        str(folder / "state"),
        "--port",
        str(port),
        "--threads",
        "1",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "presscheck.cli.main", *arguments, *options], stderr=log, start_new_session=True
        )
        address = ("127.0.0.1", port)
        try:
            until(lambda: healthy(address))
            yield process, address
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_the_end_comes_after_the_last_answer(tiny_bundle: Bundle, tmp_path: Path) -> None:
    patient = ("--deadline", "600")  # so that a busy machine refuses none of them
    with command(tiny_bundle, tmp_path, *patient) as (process, address), ThreadPoolExecutor(4) as pool:
        many = json.dumps([json.loads(BODY)] * 60)
        answers = [pool.submit(post, address, many) for _ in range(4)]
        with urllib.request.urlopen(f"http://{address[0]}:{address[1]}/metrics", timeout=10) as answer:
            assert b"presscheck_queue_articles" in answer.read()

        def queued() -> bool:
            with urllib.request.urlopen(f"http://{address[0]}:{address[1]}/metrics", timeout=10) as page:
                return b"presscheck_queue_articles 240.0" in page.read() or any(a.done() for a in answers)

        until(queued)
        process.send_signal(signal.SIGTERM)
        assert all(len(answer.result()["results"]) == 60 for answer in answers)  # type: ignore[arg-type]  # JSON
        assert process.wait(60) in (0, -signal.SIGTERM)
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert sum(line.get("status") == 200 and line.get("articles") == 60 for line in lines) == 4


def test_a_worker_that_dies_is_replaced(tiny_bundle: Bundle, tmp_path: Path) -> None:
    with command(tiny_bundle, tmp_path, "--workers", "2") as (process, address):

        def workers() -> list[int]:
            text = (tmp_path / "log").read_text()
            return [int(pid) for pid in re.findall(r"Started server process \[(\d+)\]", text)]

        until(lambda: len(workers()) == 2)
        os.kill(workers()[0], signal.SIGKILL)
        until(lambda: len(workers()) == 3)
        until(lambda: healthy(address))
        assert post(address)["status"] in ("ok", "partial")
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) in (0, -signal.SIGTERM)


def test_another_address_needs_a_key(tiny_bundle: Bundle, tmp_path: Path) -> None:
    state = ["--state", str(tmp_path)]
    refused = CliRunner().invoke(app, ["serve", "--host", "0.0.0.0", "--model", str(tiny_bundle.path), *state])
    assert refused.exit_code == 2
    assert "--new-key" in refused.stderr
    made = CliRunner().invoke(app, ["serve", "--new-key", "desk", *state])
    assert (made.exit_code, made.stdout[:4]) == (0, "pck_")
    assert CliRunner().invoke(app, ["serve", "--revoke-key", "desk", *state]).exit_code == 0
    assert CliRunner().invoke(app, ["serve", "--revoke-key", "desk", *state]).exit_code == 2


@pytest.mark.parametrize("options", [["--policy", "none"], ["--model", "nowhere"]])
def test_a_model_is_refused_before_a_process_is_started(
    tiny_bundle: Bundle, tmp_path: Path, options: list[str]
) -> None:
    arguments = ["serve", "--state", str(tmp_path), "--model", str(tiny_bundle.path), *options]
    assert CliRunner().invoke(app, arguments).exit_code == 3
