"""The OpenAPI document against the service (schemathesis), and generated bodies and articles (hypothesis)."""

import json
import os
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from http_support import Served
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests_support import PATIENCE_S

pytestmark = pytest.mark.slow

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 25
FUZZED = int(os.environ.get("PRESSCHECK_FUZZ", "150"))  # examples of each fuzz test; a long run: PRESSCHECK_FUZZ=25000
QUIET = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
FUZZ = settings(QUIET, max_examples=FUZZED)
TEXTS = st.text(max_size=300) | st.text("\u202e\u0301\ud83d\ude00“”\"'<>&\0\u2028?! \nAa1", max_size=300)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["id", "headline", "body"]) | TEXTS, inner, max_size=4),
    max_leaves=8,
)
ARTICLES = st.fixed_dictionaries({}, optional={"id": TEXTS, "headline": TEXTS | st.none(), "body": TEXTS | st.none()})


@pytest.fixture
def client(served: Served) -> Any:
    with served(max_article_chars=400, max_body_bytes=20_000) as client:
        yield client


def is_refused_in_form(answer: Response) -> bool:
    """Whether a late or a full service answers as the document says: a problem with the request's id, and when to come back."""
    problem, headers = answer.json(), answer.headers
    assert headers["content-type"] == ["application/problem+json"]
    assert (problem["status"], [problem["request_id"]]) == (answer.status_code, headers["x-request-id"])
    if answer.status_code == 503:
        assert problem["detail"] == "the queue is full"
        assert int(headers["retry-after"][0]) >= 1
    return True


def test_the_document_holds(address: tuple[str, int]) -> None:
    document = schemathesis.openapi.from_url(f"http://{address[0]}:{address[1]}/openapi.json", timeout=PATIENCE_S)
    seen: dict[str, int] = {}
    for found in document.get_all_operations():
        assert isinstance(found, Ok), "the document has a path that cannot be read"
        operation = found.ok()

        @QUIET
        @given(case=operation.as_strategy())
        def holds(case: schemathesis.Case[Any]) -> None:
            seen[case.path] = seen.get(case.path, 0) + 1
            answer = case.call(timeout=PATIENCE_S)
            # Who is in a hurry may be told that it would take, or took, too long. How long it takes is the machine's business.
            hurried = answer.status_code in (503, 504) and "X-Deadline-Ms" in case.headers and is_refused_in_form(answer)
            case.validate_response(answer, checks=CHECKS[1:] if hurried else CHECKS)

        holds()
    assert {"/v1/score", "/v1/headlines", "/v1/read", "/v1/feedback", "/v1/model"} <= set(seen)


def posted(client: TestClient, body: bytes) -> tuple[int, Any]:
    answer = client.post("/v1/score", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 400, 413, 422), answer.text
    return answer.status_code, answer.json()


def test_any_json_is_answered(client: TestClient) -> None:
    @FUZZ
    @given(JSON)
    def holds(value: Any) -> None:
        status, answer = posted(client, json.dumps(value).encode())
        assert status == 200 or answer["status"] == status

    holds()


def test_any_bytes_are_answered(client: TestClient) -> None:
    @FUZZ
    @given(st.binary(max_size=200))
    def holds(value: bytes) -> None:
        posted(client, value)
        read = client.post("/v1/read", content=value, headers={"Content-Type": "text/plain"})
        assert read.status_code in (200, 422)

    holds()


def test_any_article_is_scored_with_offsets_that_hold(client: TestClient) -> None:
    @FUZZ
    @given(st.lists(ARTICLES, min_size=1, max_size=4))
    def holds(articles: list[dict[str, Any]]) -> None:
        sent = json.dumps(articles)  # two halves of a character that stand side by side are one on the other side
        status, answer = posted(client, sent.encode())
        if status != 200:
            return
        for article, record in zip(json.loads(sent), answer["results"], strict=True):
            body = article.get("body") or ""
            for segment in record["segments"]:
                assert body[segment["start"] : segment["end"]] == segment["text"]
            for cue in record["headline"]["cues"] if record["headline"] else ():
                assert record["headline"]["text"][cue["start"] : cue["end"]] == cue["text"]

    holds()
