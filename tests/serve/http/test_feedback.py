"""Feedback is taken on records that the service signed, whatever answers now, and on no other."""

import json
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from http_support import Served, renamed
from tests_support import until

from presscheck.data.errors import DataError
from presscheck.serve.annotations.articles import ARTICLES
from presscheck.serve.annotations.importing import Imported, import_files
from presscheck.serve.annotations.verdict_labels import labels_of
from presscheck.serve.bundle import point
from presscheck.serve.http.schemas import EXAMPLE
from presscheck.serve.http.signing import HEADER, KEY_FILE, read_signer, signer_in

SHORT = {"headline": "Council approves levy", "body": "The vote was held on Monday. Rents will double."}


def signed(client: TestClient, article: dict[str, str] = EXAMPLE) -> dict[str, Any]:
    """A record and its signature, as feedback takes them."""
    answer = client.post("/v1/score", json=article)
    return {"record": answer.json(), "signature": answer.headers[HEADER]}


def give(client: TestClient, given: dict[str, Any], **more: Any) -> int:
    return client.post("/v1/feedback", json={**given, "agrees": True, **more}).status_code


def imported(folder: Path) -> Imported:
    return import_files([folder / "state" / "feedback.sqlite"], folder / "out")


def stored(state: Path, columns: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(state / "feedback.sqlite")) as connection:
        return connection.execute(f"SELECT {columns} FROM feedback ORDER BY id").fetchall()


def test_feedback_is_stored_with_its_record(served: Served, tmp_path: Path) -> None:
    with served() as client:
        given = signed(client)
        answer = client.post("/v1/feedback", json={**given, "agrees": False, "segment": 1, "comment": "ironic"})
        beyond = give(client, given, segment=99)
    assert (answer.status_code, answer.json(), beyond) == (201, {"id": 1}, 422)
    (row,) = stored(tmp_path / "state", "agrees, segment, comment, signature, record")
    assert row[:4] == (0, 1, "ironic", given["signature"])
    assert json.loads(row[4]) == given["record"]


def test_a_feedback_file_that_is_full_says_so(served: Served) -> None:
    with served(feedback_bytes=16_384) as client:
        given = signed(client)
        assert {give(client, given) for _ in range(30)} == {201, 507}


def of_another_verdict(record: dict[str, Any]) -> None:
    segment = record["segments"][0]
    segment["verdict"] = "attributed" if segment["verdict"] != "attributed" else "not_a_claim"


def of_another_sentence(record: dict[str, Any]) -> None:
    record["segments"][0]["text"] = "The mayor took a bribe."


def of_another_flag(record: dict[str, Any]) -> None:
    record["headline"]["flagged"] = not record["headline"]["flagged"]


def of_another_model(record: dict[str, Any]) -> None:
    record["model"]["version"] = "trusted-1"


def with_a_sentence_more(record: dict[str, Any]) -> None:
    record["segments"].append(record["segments"][0])


@pytest.mark.parametrize("forge", [of_another_verdict, of_another_sentence, of_another_flag, of_another_model, with_a_sentence_more])
def test_a_record_that_was_changed_plants_no_label(served: Served, tmp_path: Path, forge: Callable[[dict[str, Any]], None]) -> None:
    with served() as client:
        honest = signed(client)
        forged = json.loads(json.dumps(honest))
        forge(forged["record"])
        answer = client.post("/v1/feedback", json={**forged, "agrees": True, "segment": 0})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/signature")
        assert give(client, {**honest, "signature": signed(client, SHORT)["signature"]}) == 422, "another record's"
        assert give(client, {"record": honest["record"]}) == 422, "none at all"
        for wrong in ("", "A" * 22, "Ä" * 22, honest["signature"] + "A", None):
            assert give(client, {**honest, "signature": wrong}) == 422
        assert give(client, honest, segment=0) == 201
    assert not imported(tmp_path).unreadable
    (row,) = map(json.loads, (tmp_path / "out" / ARTICLES).read_text().splitlines())
    segment = honest["record"]["segments"][0]
    settled = {name: [float(value)] for name, value in labels_of(segment["verdict"]).items()}
    (sentence,) = row["sentences"] or ({},)
    assert {name: votes for name, votes in sentence.items() if isinstance(votes, list)} == settled
    assert row["body"][segment["start"] : segment["end"]] == segment["text"]


def test_every_record_of_a_list_has_its_signature(served: Served) -> None:
    with served() as client:
        many = client.post("/v1/score", json=[EXAMPLE, SHORT, {"headline": " "}])
        headlines = client.post("/v1/headlines", json={"headlines": ["It fell", "It rose"]})
        for answer in (many, headlines):
            records, signatures = answer.json()["results"], answer.headers[HEADER].split(", ")
            assert len(records) == len(signatures)
            for record, signature in zip(records, signatures, strict=True):
                assert give(client, {"record": record, "signature": signature}) == 201
        document = client.get("/openapi.json").json()["paths"]
    for path in ("/v1/score", "/v1/headlines"):
        assert HEADER in document[path]["post"]["responses"]["200"]["headers"]


def test_numbers_may_be_written_otherwise(served: Served) -> None:
    """A browser writes 1.0 as 1, and a number with an exponent in its own way."""
    with served() as client:
        given = signed(client)
        text = json.dumps({**given, "agrees": True}).replace("1.0,", "1,").replace("0.0,", "0e0,")
        answer = client.post("/v1/feedback", content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code == 201


def test_it_is_taken_after_an_exchange_by_another_worker_and_by_no_other_service(served: Served, models: Path, tmp_path: Path) -> None:
    renamed(models, "second")
    with served() as client:
        given = signed(client)
        point(models / "champion", models / "second")
        until(lambda: signed(client)["record"]["model"]["version"] == "second")
        assert give(client, given) == 201
    with served() as client:
        assert give(client, given) == 201
    with served(state_dir=tmp_path / "elsewhere") as client:
        assert give(client, given) == 422


def test_a_service_that_can_keep_no_secret_scores_and_says_that_it_takes_no_feedback(
    served: Served, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with served() as client:
        given = signed(client)
    (tmp_path / "file").write_text("in the way of a folder")
    with served(state_dir=tmp_path / "file" / "state") as client:
        answer = client.post("/v1/score", json=SHORT)
        assert (answer.status_code, HEADER in answer.headers) == (200, False)
        assert client.get("/readyz").status_code == 200
        assert give(client, given) == 503
    assert "feedback is not accepted" in caplog.text


def test_workers_that_start_together_share_one_secret(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    with ThreadPoolExecutor(8) as pool:
        signatures = {signer.sign(b"{}") for signer in pool.map(lambda _: signer_in(folder), range(16))}
    assert len(signatures) == 1
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]
    assert (folder / KEY_FILE).stat().st_mode & 0o077 == 0
    (folder / KEY_FILE).write_bytes(b"short")
    with pytest.raises(DataError, match="not a secret"):
        read_signer(folder)


def test_what_nobody_signed_is_left_out_of_the_export_and_told(served: Served, tmp_path: Path) -> None:
    state = tmp_path / "state"
    with served() as client:
        given = signed(client)
        for segment in range(3):
            assert give(client, given, segment=segment) == 201
    with closing(sqlite3.connect(state / "feedback.sqlite")) as connection, connection:
        connection.execute("UPDATE feedback SET record = replace(record, 'council', 'mayor') WHERE id = 1")
        connection.execute("UPDATE feedback SET record = '{}' WHERE id = 2")
        connection.execute(
            "INSERT INTO feedback SELECT 4, stored_at, caller, agrees, 99, comment, model_version, record, signature "
            "FROM feedback WHERE id = 3"
        )
    done = imported(tmp_path)
    assert (done.files[0].answers, [one.source.rpartition(": ")[2] for one in done.unreadable]) == (1, ["row 1", "row 2", "row 4"])
    (state / KEY_FILE).unlink()
    with pytest.raises(DataError, match="secret that records were signed with is missing"):
        imported(tmp_path)


def test_a_file_from_before_there_were_signatures_goes_on_and_its_rows_are_left_out(served: Served, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    with closing(sqlite3.connect(state / "feedback.sqlite")) as connection, connection:
        connection.execute(
            "CREATE TABLE feedback (id INTEGER PRIMARY KEY, stored_at TEXT NOT NULL, caller TEXT NOT NULL, agrees INTEGER NOT NULL, "
            "segment INTEGER, comment TEXT, model_version TEXT NOT NULL, record TEXT NOT NULL) STRICT"
        )
        connection.execute("INSERT INTO feedback VALUES (1, '2026-01-01', 'desk', 1, NULL, NULL, 'v', '{}')")
    with served() as client:
        given = signed(client)
        assert len(imported(tmp_path).unreadable) == 1
        assert give(client, given) == 201
    done = imported(tmp_path)
    assert (done.files[0].answers, len(done.unreadable)) == (1, 1)
    assert (tmp_path / "out" / ARTICLES).read_text().count("\n") == 1
