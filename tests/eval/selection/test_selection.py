"""`presscheck data select` from a pool to its files, with a model that was really trained."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from tests_support import starter_splits
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.data.article import Article
from presscheck.serve.bundle import Bundle
from presscheck.serve.scorer import Scorer

ROWS = 90
OUTLETS = ("Courier", "Courier", "Courier", "Herald", None)


def pool_rows() -> list[dict[str, Any]]:
    """Headlines and articles of the starter corpus, two near-duplicates, a row without id and one in another language."""
    documents = [d for d in starter_splits()["test"] if d.sentences][:20] + [d for d in starter_splits()["test"] if not d.sentences]
    rows: list[dict[str, Any]] = [
        {
            "id": document.id,
            "headline": document.headline.text if document.headline else None,
            "body": document.body_text()[0] or None,
            "outlet": OUTLETS[number % len(OUTLETS)],
            "date": "2026-11-02T08:30:00",
        }
        for number, document in enumerate(documents[:ROWS])
    ]
    copied = next(row for row in rows if row["body"])
    rows += [{**copied, "id": f"copy {n}", "body": f"{copied['body']} Update {n}."} for n in (1, 2)]
    del rows[5]["id"]
    rows.append(
        {"id": "foreign", "body": "Der Minister sagte am Montag, dass die neue Brücke im kommenden Frühjahr eröffnet werden solle. " * 5}
    )
    return rows


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pool") / "pool.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in pool_rows()))
    return path


def run(*words: object, command: str = "select") -> str:
    result = CliRunner().invoke(app, ["data", command, *map(str, words)])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def selection(pool: Path, tiny_bundle: Bundle) -> Path:
    out = pool.parent / "selection"
    shown = run(pool, "--count", 30, "--out", out, "--model", tiny_bundle.path, "--workers", 1, "--per-outlet", 8)
    assert "2 near-duplicates" in shown
    assert "1 not judged" in shown
    assert "24 uncertain, 6 at random" in shown
    return out


def rows_of(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "selection.jsonl").read_text().splitlines()]


def test_rows_hold_the_pool_s_texts_and_no_label(selection: Path) -> None:
    rows = rows_of(selection)
    by_text = {(row.get("headline"), row.get("body")): row for row in pool_rows()}
    assert len(rows) == 30
    assert len({row["id"] for row in rows}) == 30
    for row in rows:
        source = by_text[row["headline"], row["body"]]
        assert row["id"] == source.get("id", row["id"])
        assert (row.get("outlet"), row["date"]) == (source["outlet"], "2026-11-02")
        assert 0 < row["probability"] <= 1
        assert row["review"] is row["sensational"] is row["loaded"] is None
        assert row["spans"] == []
        assert all(value is None for sentence in row["sentences"] for name, value in sentence.items() if name not in ("start", "end"))
    assert sum(row["selected"] == "audit" for row in rows) == 6
    assert sum(row.get("outlet") == "Courier" and row["selected"] == "uncertain" for row in rows) <= 8


def test_prelabels_are_the_model_s_scores(selection: Path, tiny_bundle: Bundle) -> None:
    scorer = Scorer(tiny_bundle, threads=1)
    for row in [row for row in rows_of(selection) if row["body"]]:
        (record,) = scorer.score([Article("1", row["headline"], row["body"])])
        found = row["prelabels"]
        assert found["review"] == pytest.approx(record.risk.p, abs=1e-4)
        assert [(s["start"], s["end"], s["verdict"]) for s in found["sentences"]] == [(s.start, s.end, s.verdict) for s in record.segments]
        assert [(s["start"], s["end"]) for s in row["sentences"]] == [(s.start, s.end) for s in record.segments]
        sources = [s.source for s in record.segments if s.source and not s.source.carried_over]
        marked = [span for span in found["spans"] if span["tag"] == "source"]
        assert [row["body"][span["start"] : span["end"]] for span in marked] == [source.text for source in sources]


def test_tasks_and_table_show_the_same_articles(selection: Path) -> None:
    rows = rows_of(selection)
    tasks = json.loads((selection / "label-studio.json").read_text())
    for row, task in zip(rows, tasks, strict=True):
        assert task["data"]["item"] == row["id"]
        assert (task["data"]["headline"], task["data"]["body"]) == (row["headline"] or "", row["body"] or "")
        assert "annotations" not in task
        for result in task["predictions"][0]["result"]:
            if result["type"] == "labels":
                value = result["value"]
                assert task["data"][result["to_name"]][value["start"] : value["end"]] == value["text"]
    with (selection / "selection.csv").open(newline="") as stream:
        table = list(csv.DictReader(stream))
    assert [line["item"] for line in table] == [row["id"] for row in rows]
    assert {line["review"] for line in table} == {""}
    interface = (selection / "label-studio.xml").read_text()
    assert 'name="review"' in interface
    assert 'name="headline_sensational"' in interface


def test_answers_come_back(selection: Path, tmp_path: Path) -> None:
    """The filled-in table and an export of the tasks, read by `data import` beside the selection's own rows."""
    with (selection / "selection.csv").open(newline="") as stream:
        lines = list(csv.DictReader(stream))
    lines[0] |= {"review": "yes", "sensational": "no"}
    lines[1] |= {"sensational": "yes"} if lines[1]["headline"] else {"review": "no"}
    table = tmp_path / "ana.csv"
    with table.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, lines[0])
        writer.writeheader()
        writer.writerows(lines)
    run(table, "--rater", "ana", "--batch", selection, "--out", tmp_path / "labels", command="import")
    tasks = json.loads((selection / "label-studio.json").read_text())[:1]
    result = [{"from_name": "review", "to_name": "headline", "type": "choices", "value": {"choices": ["no"]}}]
    tasks[0]["annotations"] = [{"completed_by": "ben@desk.example", "created_at": "2026-11-29T10:00:00Z", "result": result}]
    (tmp_path / "export.json").write_text(json.dumps(tasks))
    run(tmp_path / "export.json", "--out", tmp_path / "labels", command="import")
    rows = {row["id"]: row for row in map(json.loads, (tmp_path / "labels" / "articles.jsonl").read_text().splitlines())}
    first = rows_of(selection)[0]
    assert rows.keys() == {line["item"] for line in lines[:2]}
    found = rows[first["id"]]
    assert (found["headline"], found["body"], found["probability"]) == (first["headline"], first["body"], first["probability"])
    assert sorted(found["review"]) == [0.0, 1.0]
    assert found["sensational"] == [0.0]


def test_the_same_command_selects_the_same(selection: Path, pool: Path, tiny_bundle: Bundle) -> None:
    before = {path.name: path.read_bytes() for path in selection.iterdir() if path.is_file()}
    run(pool, "--count", 30, "--out", selection, "--model", tiny_bundle.path, "--workers", 1, "--per-outlet", 8)
    assert {path.name: path.read_bytes() for path in selection.iterdir() if path.is_file()} == before


def test_a_finished_batch_is_not_scored_again(selection: Path, tmp_path: Path) -> None:
    run("--batch", selection / "scores", "--count", 30, "--out", tmp_path, "--per-outlet", 8)
    assert not (tmp_path / "scores").exists()
    assert rows_of(tmp_path) == rows_of(selection)


def test_earlier_rows_are_left_out_by_id_and_by_text(selection: Path, tmp_path: Path) -> None:
    first = rows_of(selection)
    with_id, texts = tmp_path / "ids.jsonl", tmp_path / "texts.jsonl"
    with_id.write_text("".join(json.dumps({"id": row["id"]}) + "\n" for row in first[:10]))
    texts.write_text("".join(json.dumps({"headline": row["headline"], "body": row["body"], "review": 1}) + "\n" for row in first[10:]))
    shown = run("--batch", selection / "scores", "--count", 30, "--out", tmp_path / "next", "--except", with_id, "--except", texts)
    assert not {row["id"] for row in first} & {row["id"] for row in rows_of(tmp_path / "next")}
    known = json.loads((tmp_path / "next" / "design.json").read_text())["known"]
    assert known >= 30, "and near-duplicates of them"
    assert f"{known} annotated before" in shown


def test_answers_are_not_overwritten(selection: Path, tmp_path: Path) -> None:
    run("--batch", selection / "scores", "--count", 5, "--out", tmp_path)
    table = tmp_path / "selection.csv"
    with table.open(newline="") as stream:
        lines = list(csv.reader(stream))
    lines[1][1] = "yes"
    with table.open("w", newline="") as stream:
        csv.writer(stream).writerows(lines)
    before = table.read_bytes()
    result = CliRunner().invoke(app, ["data", "select", "--batch", str(selection / "scores"), "--count", "5", "--out", str(tmp_path)])
    assert result.exit_code == 2
    assert "holds answers" in result.output
    assert table.read_bytes() == before


def test_a_changed_pool_is_refused(pool: Path, tiny_bundle: Bundle, tmp_path: Path) -> None:
    own = tmp_path / "pool.jsonl"
    own.write_bytes(pool.read_bytes())
    run(own, "--count", 100, "--out", tmp_path / "out", "--model", tiny_bundle.path, "--workers", 1)
    own.write_text(own.read_text().replace('"headline": "', '"headline": "Now: '))
    words = ["data", "select", "--batch", str(tmp_path / "out" / "scores"), "--count", "100", "--out", str(tmp_path / "again")]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2
    assert f"{own}:1: no longer has the text that was scored" in result.output
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("words", [[], ["pool.jsonl", "--batch", "night"]])
def test_a_pool_is_files_or_a_batch(words: list[str]) -> None:
    result = CliRunner().invoke(app, ["data", "select", *words])
    assert result.exit_code == 2
    assert "--batch" in result.output


@pytest.mark.parametrize(("option", "value"), [("--model", "mine"), ("--column", "body=text"), ("--precision", "f32"), ("--workers", "2")])
def test_what_only_scoring_reads_is_refused_with_a_finished_batch(option: str, value: str) -> None:
    result = CliRunner().invoke(app, ["data", "select", "--batch", "night", option, value])
    assert result.exit_code == 2
    assert option in result.stderr


def test_a_bad_earlier_row_is_named(selection: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": "a"}\n{"review": 1}\n')
    words = ["data", "select", "--batch", str(selection / "scores"), "--out", str(tmp_path / "out"), "--except", str(bad)]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2
    assert f"{bad}:2: " in result.output
