"""The service behind a real socket: slow clients, large heads, clients that leave, workers that die, and the end by SIGTERM."""

import http.client
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from http_support import PATIENT, Listener, listening
from tests_support import PATIENCE_S, until
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.data.article import Article
from presscheck.serve.bundle import Bundle
from presscheck.serve.http.settings import Settings
from presscheck.serve.record import Record

pytestmark = pytest.mark.slow

Address = tuple[str, int]
DEPTH = "presscheck_queue_articles"
BODY = json.dumps({"headline": "So the levy is now war?", "body": "Traders will ruin the town. " * 40})


def healthy(address: Address) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address[0]}:{address[1]}/readyz", timeout=PATIENCE_S) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def post(address: Address, body: str = BODY) -> dict[str, object]:
    request = urllib.request.Request(f"http://{address[0]}:{address[1]}/v1/score", body.encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
        found: dict[str, object] = json.load(answer)
        return found


def metric(address: Address, name: str) -> float:
    with urllib.request.urlopen(f"http://{address[0]}:{address[1]}/metrics", timeout=PATIENCE_S) as answer:
        page = answer.read().decode()
    found = re.search(rf"^{re.escape(name)} (\S+)$", page, re.MULTILINE)
    return float(found[1]) if found else 0.0


def everything(connection: socket.socket) -> bytes:
    """What the server sends until it closes."""
    connection.settimeout(PATIENCE_S)
    found = b""
    try:
        while chunk := connection.recv(65536):
            found += chunk
    except ConnectionResetError:
        pass
    return found


def until_it_says(connection: socket.socket, ending: bytes) -> bytes:
    """What the server sends up to these bytes."""
    connection.settimeout(PATIENCE_S)
    found = b""
    while not found.endswith(ending):
        chunk = connection.recv(65536)
        assert chunk, "the server closed"
        found += chunk
    return found


def test_heads_that_never_end_are_dropped_while_others_are_answered(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    other = http.client.HTTPConnection(*listener.address, timeout=PATIENCE_S)
    other.request("GET", "/healthz")
    other.getresponse().read()
    monkeypatch.setattr(listener.protocol, "header_timeout_s", 0.2)
    with ExitStack() as stack:
        slow = [stack.enter_context(socket.create_connection(listener.address)) for _ in range(50)]
        for connection in slow:
            with suppress(ConnectionError):  # it was dropped already
                connection.sendall(b"POST /v1/score HTTP/1.1\r\nHost: localhost\r\nX-A: ")
        other.request("POST", "/v1/score", BODY, {"Content-Type": "application/json"})
        assert json.load(other.getresponse())["status"] in ("ok", "partial")
        with ThreadPoolExecutor(50) as pool:
            assert set(pool.map(everything, slow)) == {b""}
    other.close()


def test_the_second_head_of_a_connection_has_a_clock_too(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_connection(listener.address) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert until_it_says(connection, b"}").startswith(b"HTTP/1.1 200 OK")
        monkeypatch.setattr(listener.protocol, "header_timeout_s", 0.2)
        connection.sendall(b"GET /hea")
        assert everything(connection) == b""


def test_answers_that_nobody_reads_are_dropped(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener.protocol, "write_timeout_s", 0.2)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(listener.address)
        connection.setblocking(False)
        watch = select.poll()
        watch.register(connection, 0)  # an error or the other side's end

        def dropped() -> bool:
            with suppress(BlockingIOError, ConnectionError):
                connection.send(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20)
            return bool(watch.poll(0))

        until(dropped)
    monkeypatch.undo()
    assert healthy(listener.address)


def test_a_body_that_trickles_is_refused(tiny_bundle: Bundle, tmp_path: Path) -> None:
    impatient = {**PATIENT, "body_timeout_s": 0.2}
    settings = Settings.model_validate({"model": tiny_bundle.path, "state_dir": tmp_path, "threads": 1, **impatient})
    with listening(settings) as listener, socket.create_connection(listener.address) as connection:
        head = b"POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
        connection.sendall(head)
        assert until_it_says(connection, b"}").startswith(b"HTTP/1.1 408 ")


def test_a_large_head_is_refused_and_others_are_answered(address: Address) -> None:
    with socket.create_connection(address) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"a" * 100_000 + b"\r\n\r\n")
        assert until_it_says(connection, b"}").startswith(b"HTTP/1.1 431 ")
    assert healthy(address)


def test_a_crowd_is_refused_in_our_own_words(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    until(lambda: not listener.server.server_state.connections)  # those of earlier tests
    monkeypatch.setattr(listener.protocol, "max_connections", 3)
    ask = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with ExitStack() as stack:

        def asked() -> socket.socket:
            connection = stack.enter_context(socket.create_connection(listener.address))
            connection.sendall(ask)
            return connection

        for _ in range(3):
            assert until_it_says(asked(), b"}").startswith(b"HTTP/1.1 200 ")
        refused = everything(asked()).lower()
    assert refused.startswith(b"http/1.1 503 ")
    for header in (b"retry-after: 1\r\n", b"connection: close\r\n", b"x-request-id: ", b"content-security-policy: "):
        assert header in refused
    until(lambda: healthy(listener.address))


def test_what_a_client_left_is_not_scored(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    address = listener.address
    left = 'presscheck_requests_total{method="POST",route="/v1/score",status="499"}'
    many = json.dumps([json.loads(BODY)] * 64)
    before = metric(address, left)
    go, scored = threading.Event(), list[Article]()
    scorer = listener.app.state.service.live.current.scorer
    score = scorer.score

    def held(articles: Sequence[Article]) -> Iterator[Record]:
        go.wait(PATIENCE_S)
        scored.extend(articles)
        found: Iterator[Record] = score(articles)
        return found

    monkeypatch.setattr(scorer, "score", held)
    with socket.create_connection(address) as connection:
        head = f"POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(many)}\r\n\r\n"
        connection.sendall(head.encode() + many.encode())
        until(lambda: metric(address, DEPTH) == 64)
    until(lambda: metric(address, left) == before + 1)
    in_batch = metric(address, DEPTH)
    assert 0 < in_batch < 64
    go.set()
    until(lambda: metric(address, DEPTH) == 0)
    assert len(scored) == in_batch
    assert post(address)["status"] in ("ok", "partial")


@contextmanager
def command(bundle: Bundle, folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[bytes], Address]]:
    """`presscheck serve` as its user starts it, on a port that is free."""
    places = ["--model", str(bundle.path), "--state", str(folder / "state")]
    patient = ["--deadline", "3600"]  # so that a busy machine refuses nobody
    arguments = ["serve", *places, "--port", "0", "--threads", "1", *patient, *options]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "presscheck.cli.main", *arguments], stderr=log, start_new_session=True)

        def port() -> int:
            assert process.poll() is None, (folder / "log").read_text()[-2000:]
            found = re.search(r"running on http://127\.0\.0\.1:(\d+)", (folder / "log").read_text())
            return int(found[1]) if found else 0

        try:
            until(lambda: port() > 0)
            address = ("127.0.0.1", port())
            until(lambda: healthy(address))
            yield process, address
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_the_end_comes_after_the_last_answer(tiny_bundle: Bundle, tmp_path: Path) -> None:
    many = json.dumps([json.loads(BODY)] * 60).encode()
    head = (
        b"POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(many)
    )
    with command(tiny_bundle, tmp_path) as (process, address), ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(address)) for _ in range(4)]
        for client in clients:
            client.sendall(head)
        for client in clients:  # now the service has all four requests
            assert until_it_says(client, b"\r\n\r\n").startswith(b"HTTP/1.1 100 ")
            client.sendall(many)
        process.send_signal(signal.SIGTERM)
        for client in clients:
            top, _, answer = everything(client).partition(b"\r\n\r\n")
            assert top.startswith(b"HTTP/1.1 200 ")
            assert len(json.loads(answer)["results"]) == 60
        assert process.wait(PATIENCE_S) in (0, -signal.SIGTERM)
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert sum(line.get("status") == 200 and line.get("articles") == 60 for line in lines) == 4


def test_a_worker_that_dies_is_replaced(tiny_bundle: Bundle, tmp_path: Path) -> None:
    with command(tiny_bundle, tmp_path, "--workers", "2") as (process, address):

        def workers() -> list[int]:
            text = (tmp_path / "log").read_text()
            return [int(pid) for pid in re.findall(r"Started server process \[(\d+)\]", text)]

        until(lambda: len(workers()) >= 2)
        first = workers()
        os.kill(first[0], signal.SIGKILL)
        until(lambda: len(workers()) > len(first))
        until(lambda: healthy(address))
        assert post(address)["status"] in ("ok", "partial")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) in (0, -signal.SIGTERM)


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
def test_a_model_is_refused_before_a_process_is_started(tiny_bundle: Bundle, tmp_path: Path, options: list[str]) -> None:
    arguments = ["serve", "--state", str(tmp_path), "--model", str(tiny_bundle.path), *options]
    assert CliRunner().invoke(app, arguments).exit_code == 3
