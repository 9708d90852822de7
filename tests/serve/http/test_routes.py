"""What the service answers, in this process."""

import json
from pathlib import Path
from typing import Any

import pytest
from http_support import Served
from jsonschema import Draft202012Validator
from tests_support import PATIENCE_S, RECORD_SCHEMA

from presscheck.data.article import make_article
from presscheck.serve.http.schemas import EXAMPLE
from presscheck.serve.record import Record
from presscheck.serve.render.questions import questions_of
from presscheck.serve.scorer import Scorer

SEED = Path(__file__).parents[2] / "e2e" / "seed-article.txt"
ARTICLES = [EXAMPLE, {"headline": "Has X just declared war on Y?"}, {"id": "b", "body": "It fell on Monday."}]


def test_an_article_gives_its_record_and_a_list_results(served: Served, tiny_scorer: Scorer) -> None:
    articles = [make_article(a.get("id", str(i)), a.get("headline"), a.get("body")) for i, a in enumerate(ARTICLES)]
    expected = [record.model_dump(mode="json") for record in tiny_scorer.score(articles)]
    validator = Draft202012Validator(json.loads(RECORD_SCHEMA.read_text()))
    with served() as client:
        one = client.post("/v1/score", json=ARTICLES[0])
        many = client.post("/v1/score", json=ARTICLES)
        headlines = client.post("/v1/headlines", json={"headlines": [ARTICLES[1]["headline"]]})
    assert one.json() == expected[0]
    assert many.json() == {"results": expected}
    validator.validate(one.json())
    assert headlines.json()["results"][0]["headline"] == expected[1]["headline"]


def test_the_questions_stand_beside_the_record_and_its_signature(served: Served) -> None:
    with served() as client:
        alone, asked = (client.post(path, json=ARTICLES[0]) for path in ("/v1/score", "/v1/score/questions"))
        flagged = asked.json()
        many = client.post("/v1/score/questions", json=ARTICLES)
        given = {"record": flagged["record"], "signature": asked.headers["X-Record-Signature"], "agrees": True}
        feedback = client.post("/v1/feedback", json=given)
    assert alone.content in asked.content
    assert flagged["questions"] == questions_of(Record.model_validate(flagged["record"])).model_dump(mode="json")
    assert [bool(q) for q in flagged["questions"]["segments"]] == [bool(s["flagged"]) for s in flagged["record"]["segments"]]
    assert (many.status_code, feedback.status_code) == (422, 201)


def test_a_blank_article_keeps_its_place(served: Served) -> None:
    with served() as client:
        results = client.post("/v1/score", json=[{"headline": " "}, {"headline": "It fell"}]).json()["results"]
    assert [r["status"] for r in results] == ["rejected", "partial"]
    assert results[0]["notes"]["rejected"]["code"] == "empty"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ('{"headline": 3}', "/headline"),
        ('[{"headline": "a"}, {"bdy": "x"}]', "/1/bdy"),
        ('[{"headline": "a"}, {"a/b~c": 1}]', "/1/a~1b~0c"),
        ('[{"headline": "a", "id": 1.5}]', "/0/id"),
        ("[]", ""),
        ("{}", ""),
        ('{"headline": null, "body": null}', ""),
        ('"x"', ""),
        ('{"a', ""),
        (r'{"headline": "\ud800"}', ""),
        (r'{"\udfff": "secret-word"}', ""),
    ],
)
def test_a_breach_of_the_schema_has_a_pointer(served: Served, body: str, pointer: str) -> None:
    with served() as client:
        answer = client.post("/v1/score", content=body, headers={"Content-Type": "application/json"})
    problem = answer.json()
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["errors"][0]["pointer"].startswith(pointer)
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert "secret-word" not in answer.text


def test_sizes(served: Served) -> None:
    small = {"max_body_bytes": 2000, "max_articles": 2, "max_article_chars": 100}
    head = {"Content-Type": "application/json"}
    with served(**small) as client:

        def refused(status: int = 413, **options: Any) -> dict[str, Any]:
            answer = client.post("/v1/score", **options)
            assert answer.status_code == status, answer.text
            found: dict[str, Any] = answer.json()
            return found

        refused(content=b" " * 2001, headers=head)
        refused(content=(b" " * 500 for _ in range(10)), headers=head)  # chunked: no length is told
        refused(json=[{"headline": "a"}] * 3)
        found = refused(json=[{"headline": "a"}, {"body": "b" * 101}])
        assert found["errors"][0]["pointer"] == "/1/body"
        assert client.post("/v1/headlines", json={"headlines": ["a" * 101]}).status_code == 413
        refused(422, content=b"[" + b" " * 1000, headers=head)


def test_a_deadline(served: Served) -> None:
    with served(batch_wait_s=PATIENCE_S) as client:  # nothing is scored before the deadline, however late that is noticed
        answer = client.post("/v1/score", json=ARTICLES, headers={"X-Deadline-Ms": "1"})
        wrong = client.post("/v1/score", json=ARTICLES, headers={"X-Deadline-Ms": "soon"})
    assert (answer.status_code, answer.headers["content-type"]) == (504, "application/problem+json")
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert (wrong.status_code, wrong.json()["errors"][0]["place"]) == (422, "header")


def test_a_full_queue_refuses_at_once(served: Served) -> None:
    with served(max_queue=2) as client:
        answer = client.post("/v1/score", json=ARTICLES)
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert answer.json()["request_id"] == answer.headers["x-request-id"]
        assert int(answer.headers["retry-after"]) >= 1
        assert client.post("/v1/score", json=ARTICLES[:2]).status_code == 200


def test_a_file_is_read_as_the_command_line_reads_it(served: Served) -> None:
    with served() as client:
        plain = client.post("/v1/read", content=SEED.read_bytes(), headers={"Content-Type": "text/plain"}).json()
        page = "<html><head><title>Levy vote</title></head><body><p>The council voted on Monday, and so on.</p></body></html>"
        html = client.post("/v1/read", content=page, headers={"Content-Type": "text/html; charset=utf-8"}).json()
        binary = client.post("/v1/read", content=b"\0\1\2", headers={"Content-Type": "text/plain"})
    headline, _, body = SEED.read_text().partition("\n\n")
    assert plain == {"id": "file", "headline": headline, "body": body, "encoding_losses": 0}
    assert (html["headline"], html["body"]) == ("Levy vote", "The council voted on Monday, and so on.")
    assert (binary.status_code, binary.json()["detail"]) == (422, "file: binary data, not a text")


def test_the_model_and_the_metrics(served: Served, tiny_scorer: Scorer) -> None:
    with served() as client:
        assert client.get("/readyz").json()["status"] == "ok"
        client.post("/v1/score", json=ARTICLES)
        found = client.get("/v1/model").json()
        metrics = client.get("/metrics").text
    assert found["role"] == "champion"
    assert found["model"] == tiny_scorer.info.model_dump(mode="json")
    assert set(found["card"]["policies"]) >= {found["model"]["policy"]}
    assert 'presscheck_requests_total{method="POST",route="/v1/score",status="200"} 1.0' in metrics
    assert f'version="{tiny_scorer.info.version}"' in metrics
    assert "presscheck_batch_articles_sum 3.0" in metrics
    assert "presscheck_ready 1.0" in metrics
