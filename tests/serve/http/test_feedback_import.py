"""Feedback comes out as labelled articles, with votes only where an answer settles a label, and remarks where it does not."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, get_args

import pytest
from http_support import Served
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.data.errors import DataError
from presscheck.serve.annotations.articles import ARTICLES
from presscheck.serve.annotations.importing import import_files
from presscheck.serve.http.schemas import EXAMPLE
from presscheck.serve.http.signing import signer_in
from presscheck.serve.record import Record, Verdict

VERDICTS = get_args(Verdict)


def rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / ARTICLES).read_text().splitlines()]


@pytest.fixture(params=[True, False], ids=["agrees", "disagrees"])
def answered(request: pytest.FixtureRequest, served: Served, tmp_path: Path) -> tuple[bool, Path]:
    """Feedback on one article: its whole, and every verdict that there is, all agreed or all disagreed with."""
    with served() as client:
        record = client.post("/v1/score", json={**EXAMPLE, "body": f"{EXAMPLE['body']} The square was empty. The gate was shut."}).json()
        assert len(record["segments"]) == len(VERDICTS)
        for segment, verdict in zip(record["segments"], VERDICTS, strict=True):
            segment["verdict"] = verdict  # the tiny model's own mean little
        record["headline"]["flagged"] = True
        # As if the service had said so.
        signature = signer_in(tmp_path / "state").sign(Record.model_validate(record).model_dump_json().encode())
        signed = {"record": record, "signature": signature, "agrees": request.param}
        for feedback in ({**signed, "comment": "as a whole"}, *({**signed, "segment": n} for n in range(len(VERDICTS)))):
            assert client.post("/v1/feedback", json=feedback).status_code == 201
    return request.param, tmp_path / "state"


def test_what_an_answer_settles(answered: tuple[bool, Path], tmp_path: Path) -> None:
    agrees, state = answered
    done = import_files([state / "feedback.sqlite"], tmp_path / "out")
    assert (done.unreadable, done.files[0].answers, done.files[0].raters) == ([], 7, {"anyone"})
    (row,) = rows(tmp_path / "out")
    record = json.loads(sqlite3.connect(state / "feedback.sqlite").execute("SELECT record FROM feedback").fetchone()[0])
    by_place = {(sentence["start"], sentence["end"]): sentence for sentence in row["sentences"]}
    settled = {}
    for segment, verdict in zip(record["segments"], VERDICTS, strict=True):
        sentence = by_place.get((segment["start"], segment["end"]), {})
        settled[verdict] = tuple(sentence.get(name) for name in ("claim", "attributed", "needs_source"))
    nothing = (None, None, None)
    if agrees:
        assert settled == {
            "not_a_claim": ([0.0], None, None),
            "attributed": ([1.0], [1.0], None),
            "vague_source": ([1.0], None, None),
            "speculation": ([1.0], [0.0], None),
            "own_account": ([1.0], [0.0], [0.0]),
            "unsourced": ([1.0], [0.0], [1.0]),
        }
    else:
        assert settled == {**dict.fromkeys(VERDICTS, nothing), "not_a_claim": ([1.0], None, None)}
    assert row.get("sensational") == ([1.0] if agrees else None)
    remarks = [remark["text"] for remark in row["remarks"]]
    assert remarks[0] == "as a whole"
    assert remarks[1:] == ([] if agrees else [f"disagrees with the verdict {verdict}" for verdict in VERDICTS if verdict != "not_a_claim"])


def test_the_command_for_feedback_is_the_same_import(answered: tuple[bool, Path], tmp_path: Path) -> None:
    _, state = answered
    exported = CliRunner().invoke(app, ["feedback", "export", str(tmp_path / "one"), "--state", str(state)])
    imported = CliRunner().invoke(app, ["data", "import", str(state / "feedback.sqlite"), "--out", str(tmp_path / "two")])
    assert (exported.exit_code, imported.exit_code) == (0, 0), exported.stderr + imported.stderr
    assert rows(tmp_path / "one") == rows(tmp_path / "two")


def test_feedback_on_a_record_that_lacks_a_later_field_is_read(answered: tuple[bool, Path], tmp_path: Path) -> None:
    _, state = answered
    with closing(sqlite3.connect(state / "feedback.sqlite")) as connection, connection:
        (written,) = connection.execute("SELECT record FROM feedback WHERE segment IS NULL").fetchone()
        older = written.replace('"schema":1,', "")
        assert older != written
        connection.execute("UPDATE feedback SET record = ?, signature = ?", (older, signer_in(state).sign(older.encode())))
    done = import_files([state / "feedback.sqlite"], tmp_path / "out")
    assert (done.unreadable, done.files[0].answers) == ([], 7)


def test_no_feedback_and_another_file_are_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["feedback", "export", str(tmp_path / "out"), "--state", str(tmp_path)])
    assert (result.exit_code, "no feedback yet" in result.stderr) == (2, True)
    signer_in(tmp_path)
    with closing(sqlite3.connect(tmp_path / "feedback.sqlite")) as connection, connection:
        connection.execute("CREATE TABLE other (id INTEGER)")
    with pytest.raises(DataError, match="not a feedback file"):
        import_files([tmp_path / "feedback.sqlite"], tmp_path / "out")
