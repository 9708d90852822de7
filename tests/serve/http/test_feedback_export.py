"""Feedback comes out as tables that a training config reads, with labels only where an answer settles them."""

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
from presscheck.data.labelled.layout import LabelCells, Layout
from presscheck.data.labelled.table import read_table
from presscheck.serve.http.feedback_export import HEADLINES, SENTENCES, export_feedback
from presscheck.serve.http.schemas import EXAMPLE
from presscheck.serve.http.signing import signer_in
from presscheck.serve.record import Record, Verdict

VERDICTS = get_args(Verdict)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def state(served: Served, tmp_path: Path) -> Path:
    """Feedback on one article: its whole, twice, and every verdict that there is, each agreed and disagreed with."""
    with served() as client:
        record = client.post("/v1/score", json={**EXAMPLE, "body": f"{EXAMPLE['body']} The square was empty. The gate was shut."}).json()
        assert len(record["segments"]) == len(VERDICTS)
        for segment, verdict in zip(record["segments"], VERDICTS, strict=True):
            segment["verdict"] = verdict  # the tiny model's own mean little
        record["headline"]["flagged"] = True
        # As if the service had said so.
        signature = signer_in(tmp_path / "state").sign(Record.model_validate(record).model_dump_json().encode())
        signed = {"record": record, "signature": signature}
        for agrees in (True, False):
            said = [{**signed, "agrees": agrees, "segment": n} for n in range(len(VERDICTS))]
            for feedback in ({**signed, "agrees": agrees, "comment": "as a whole"}, *said):
                assert client.post("/v1/feedback", json=feedback).status_code == 201
    return tmp_path / "state"


def test_what_an_answer_settles(state: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = export_feedback(state / "feedback.sqlite", out)
    sentences = rows(out / SENTENCES)
    found = {(row["verdict"], row["agrees"]): (row["claim"], row["attributed"], row["needs_source"]) for row in sentences}
    assert found == {
        ("not_a_claim", True): (0, None, None),
        ("attributed", True): (1, 1, None),
        ("vague_source", True): (1, None, None),
        ("speculation", True): (1, 0, None),
        ("own_account", True): (1, 0, 0),
        ("unsourced", True): (1, 0, 1),
        ("not_a_claim", False): (1, None, None),
        **{(verdict, False): (None, None, None) for verdict in VERDICTS if verdict != "not_a_claim"},
    }
    headlines = rows(out / HEADLINES)
    assert [(row["sensational"], row["comment"]) for row in headlines] == [(1, "as a whole"), (None, "as a whole")]
    assert len({row["article"] for row in (*sentences, *headlines)}) == 1
    assert (done.headlines, done.sentences, done.labelled) == (2, 12, 8)


def test_the_tables_are_read_by_a_config(state: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = CliRunner().invoke(app, ["feedback", "export", str(out), "--state", str(state)])
    assert result.exit_code == 0, result.stderr
    assert "8 carry a label" in result.stdout
    labels = {name: LabelCells((name,)) for name in ("claim", "attributed")}
    layout = Layout(source="feedback", licence="internal", kind="sentence", labels=labels, text="text", identifier="id", group="article")
    documents = list(read_table(out / SENTENCES, layout))
    assert len({document.group for document in documents}) == 1
    assert sum(bool(document.segments[0].labels) for document in documents) == 7


def test_no_feedback_and_another_file_are_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["feedback", "export", str(tmp_path / "out"), "--state", str(tmp_path)])
    assert (result.exit_code, "no feedback yet" in result.stderr) == (2, True)
    signer_in(tmp_path)
    with closing(sqlite3.connect(tmp_path / "feedback.sqlite")) as connection, connection:
        connection.execute("CREATE TABLE other (id INTEGER)")
    with pytest.raises(DataError, match="not a feedback file"):
        export_feedback(tmp_path / "feedback.sqlite", tmp_path / "out")
