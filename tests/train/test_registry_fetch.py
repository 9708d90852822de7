"""The process that asks a registry: what it makes of the answers of servers, of which some are none of MLflow's."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import mlflow
import pytest

from presscheck.train import registry_fetch
from presscheck.train.registry_fetch import main

ALIAS = ["resolve", "desk", "champion"]
Answering = Callable[[int, str], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def own_client(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The client's address of before is restored; it asks once and waits for a second."""
    before = mlflow.get_tracking_uri()
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
    yield
    mlflow.set_tracking_uri(before)


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Answering:
    """A server that answers every request alike; with status 0 it accepts and never answers."""

    @contextmanager
    def start(status: int, body: str) -> Iterator[None]:
        over = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if status == 0:
                    over.wait()
                    return
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the library's name
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        uri = f"http://127.0.0.1:{server.server_address[1]}"
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        mlflow.set_tracking_uri(uri)
        try:
            yield
        finally:
            over.set()
            server.shutdown()
            thread.join()
            server.server_close()

    return start


def asked(arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    monkeypatch.setattr("sys.argv", ["registry_fetch", *arguments])
    monkeypatch.setattr("logging.disable", lambda _level: None)
    main()
    answer: dict[str, str] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return answer


@pytest.mark.parametrize(
    ("status", "body", "kind", "reason"),
    [
        (401, "You are not authenticated", "refused", "failed with error code 401 != 200"),
        (403, "Permission denied", "refused", "failed with error code 403 != 200"),
        (404, "<html>\nNot a registry</html>", "refused", "failed with error code 404 != 200"),
        (404, '{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no model desk"}', "refused", "no model desk"),
        (400, '{"error_code": "INVALID_PARAMETER_VALUE", "message": "no alias champion."}', "refused", "no alias champion"),
        (429, '{"error_code": "REQUEST_LIMIT_EXCEEDED", "message": "too many"}', "unreachable", "too many"),
        (503, "<html>starting</html>", "unreachable", "too many 503 error responses"),
        (200, "<html>a router's page</html>", "unreachable", "not in a valid JSON format"),
        (0, "", "unreachable", "Read timed out. (read timeout=1)"),
    ],
)
def test_a_refusal_is_told_from_a_registry_out_of_reach(
    answering: Answering,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    status: int,
    body: str,
    kind: str,
    reason: str,
) -> None:
    with answering(status, body):
        answer = asked(ALIAS, monkeypatch, capsys)
    assert list(answer) == [kind]
    assert reason in answer[kind]
    assert "\n" not in answer[kind]
    assert "html" not in answer[kind]


def test_a_server_that_is_not_there_is_out_of_reach(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    mlflow.set_tracking_uri("http://127.0.0.1:9")
    assert asked(ALIAS, monkeypatch, capsys) == {"unreachable": "[Errno 111] Connection refused"}


def test_without_mlflow_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(__import__("sys").modules, "mlflow.exceptions", None)
    answer = asked(ALIAS, monkeypatch, capsys)
    assert answer == {"unreachable": "MLflow is not installed here: pip install 'presscheck[registry]'"}


@pytest.mark.parametrize(
    ("description", "place"),
    [
        ("flavors: {python_function: {artifacts: {bundle: {path: artifacts/desk-1}}}}", "artifacts/desk-1"),
        ("flavors: {python_function: {loader_module: mlflow.sklearn}}", None),
        ("flavors: {python_function: {artifacts: {bundle: {path: ../../etc}}}}", None),
        ("flavors: {python_function: {artifacts: {bundle: {path: /etc}}}}", None),
        ("- a list", None),
        ("{", None),
    ],
)
def test_a_version_of_another_kind_of_model_holds_no_bundle(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, description: str, place: str | None
) -> None:
    (tmp_path / "MLmodel").write_text(description)
    monkeypatch.setattr(registry_fetch, "_names", lambda _uri: {"MLmodel"})
    monkeypatch.setattr(registry_fetch, "_file", lambda uri, _folder: tmp_path / uri.removeprefix("models:/desk/3/"))
    answer = asked(["download", "desk", "3", str(tmp_path)], monkeypatch, capsys)
    assert answer == ({"folder": str(tmp_path / place)} if place else {"refused": "version 3 of desk holds no presscheck bundle"})
