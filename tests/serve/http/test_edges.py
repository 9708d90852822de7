"""Answers that come before a route sees the request have the form of every other: host check, limits, parser. And HEAD wherever GET is."""

import json
import logging
import socket
from typing import Any

import pytest
from fastapi.testclient import TestClient
from http_support import Listener, Served
from tests_support import PATIENCE_S

from presscheck.serve.http.limits.keys import new_key

JSON = "Content-Type: application/json\r\n"


def talk(listener: Listener, *parts: bytes) -> bytes:
    """Everything that the server says until it closes."""
    with socket.create_connection(listener.address) as connection:
        connection.settimeout(PATIENCE_S)
        for part in parts:
            connection.sendall(part)
        found = b""
        while chunk := connection.recv(65536):
            found += chunk
    return found


def parsed(answer: bytes) -> tuple[int, dict[str, str], bytes]:
    head, _, content = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(first.split()[1]), headers, content


def assert_problem(status: int, headers: Any, content: bytes) -> dict[str, Any]:
    problem: dict[str, Any] = json.loads(content)
    assert headers["content-type"] == "application/problem+json"
    assert (problem["status"], problem["request_id"]) == (status, headers["x-request-id"])
    assert {"type", "title", "detail"} <= problem.keys()
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    return problem


UNREADABLE = {
    "another protocol": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    "no host": (b"GET /healthz HTTP/1.1\r\n\r\n", 400),
    "two hosts": (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: other.example\r\n\r\n", 400),
    "a line that is no header": (b"GET / HTTP/1.1\r\nHost: localhost\r\nnonsense\r\n\r\n", 400),
    "a length that is no number": (b"POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Length: ten\r\n\r\n", 400),
    "a transfer coding": (b"POST /v1/score HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    "a head without an end": (b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"a" * 60_000, 431),
    "a chunk without a size": (
        f"POST /v1/score HTTP/1.1\r\nHost: localhost\r\n{JSON}Transfer-Encoding: chunked\r\n\r\nten\r\n".encode(),
        400,
    ),
}


@pytest.mark.parametrize(("sent", "expected"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_the_parser_refuses_is_a_problem_and_logged(
    listener: Listener, sent: bytes, expected: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    status, headers, content = parsed(talk(listener, sent))
    assert status == expected
    problem = assert_problem(status, headers, content)
    assert headers["connection"] == "close"
    lines = [record.fields for record in caplog.records if record.name == "presscheck.access"]  # type: ignore[attr-defined]  # given as extra
    assert [line["status"] for line in lines if line["request_id"] == problem["request_id"]] == [expected]


def test_nonsense_after_the_answer_began_closes_the_connection(listener: Listener) -> None:
    ask = b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    status, headers, content = parsed(talk(listener, ask, b"2\r\n{}\r\n", b"ten\r\n"))
    assert status in (404, 400), "whichever came first, the route's answer or the parser's"
    assert_problem(status, headers, content[: int(headers["content-length"])])


@pytest.mark.parametrize("name", ["rebound.example", "localhost.rebound.example", "", "local:host:8000", "[::1"])
def test_a_foreign_host_is_a_problem(served: Served, name: str) -> None:
    with served() as client:
        answer = client.get("/v1/model", headers={"Host": name})
    problem = assert_problem(400, answer.headers, answer.content)
    assert answer.status_code == 400
    assert problem["errors"][0]["pointer"] == "/Host"


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST:8000", "127.0.0.1:9", "[::1]:8000", "[::1]"])
def test_this_machines_own_names_are_answered(served: Served, name: str) -> None:
    with served() as client:
        assert client.get("/v1/model", headers={"Host": name}).status_code == 200


def test_a_service_for_other_machines_answers_to_any_name(served: Served) -> None:
    with served(host="0.0.0.0") as client:
        assert client.get("/healthz", headers={"Host": "news.example"}).status_code == 200


@pytest.mark.parametrize("path", ["/v1/score", "/v1/headlines", "/v1/read", "/v1/feedback"])
@pytest.mark.parametrize("coding", ["br", "identity, deflate", "ZSTD", "x-own"])
def test_a_content_coding_is_refused_with_those_that_are_read(served: Served, path: str, coding: str) -> None:
    with served() as client:
        answer = client.post(path, content=b"\x0b\x02\x80{}\x03", headers={"Content-Encoding": coding})
        documented = client.get("/openapi.json").json()["paths"][path]["post"]["responses"]
    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "identity")
    assert_problem(415, answer.headers, answer.content)
    assert "415" in documented


def test_a_body_as_it_is_may_say_so(served: Served) -> None:
    with served() as client:
        answer = client.post("/v1/score", json={"headline": "It fell"}, headers={"Content-Encoding": "Identity"})
    assert answer.status_code == 200


def test_a_body_that_is_too_large_says_where_though_no_length_was_told(served: Served) -> None:
    with served(max_body_bytes=2000) as client:
        answer = client.post("/v1/score", content=(b" " * 500 for _ in range(10)))
    problem = assert_problem(413, answer.headers, answer.content)
    assert problem["errors"] == [{"place": "body", "pointer": "", "detail": problem["detail"], "code": None}]


def readable(client: TestClient) -> list[str]:
    """Every path that answers GET, those that stand in no document too."""
    documented = client.get("/openapi.json").json()["paths"]
    return [*(path for path in documented if "get" in documented[path]), "/", "/assets/app.js", "/openapi.json"]


def test_head_is_answered_as_get_without_content(listener: Listener, served: Served) -> None:
    with served() as client:
        paths = readable(client)
    assert {"/healthz", "/readyz", "/metrics", "/v1/model", "/"} <= set(paths)
    for path in paths:
        ask = f"{{}} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        (status, headers, content), (head_status, head_headers, nothing) = (
            parsed(talk(listener, ask.format(method).encode())) for method in ("GET", "HEAD")
        )
        assert (head_status, nothing) == (status, b""), path
        for name in ("content-type", "etag", "cache-control", "content-security-policy"):
            assert head_headers.get(name) == headers.get(name), (path, name)
        assert content
        assert "x-request-id" in head_headers


def test_head_has_the_refusals_of_get(served: Served, tmp_path: Any) -> None:
    new_key(tmp_path / "state" / "keys.json", "desk")
    with served(needs_key=True) as client:
        assert client.head("/v1/model").status_code == 401
        assert client.head("/nowhere").status_code == 404
    with served() as client:
        wrong = client.head("/v1/score")
        assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
        for path in readable(client):
            refused = client.delete(path)
            assert (refused.status_code, {*refused.headers["allow"].split(", ")}) == (405, {"GET", "HEAD"}), path
            assert_problem(405, refused.headers, refused.content)
        assert 'presscheck_requests_total{method="HEAD",route="/v1/score",status="405"} 1.0' in client.get("/metrics").text
