"""Rows and files as people have them (rows.yaml), through the commands and the service."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.configs.loader import load
from presscheck.configs.sources import SplitConfig
from presscheck.data.load import read_source
from presscheck.serve.bundle import Bundle
from presscheck.serve.http.app import create_app
from presscheck.serve.http.settings import Settings

CASES = yaml.safe_load(Path(__file__).with_name("rows.yaml").read_text(encoding="utf-8"))
TYPES = {
    "binary": pa.array([b"a", b"b"]),
    "list<item: string>": pa.array([["a"], ["b"]]),
    "decimal128(9, 2)": pa.array([1, 2], pa.decimal128(9, 2)),
    "timestamp[us]": pa.array([1, 2], pa.timestamp("us")),
    "bool": pa.array([True, False]),
}


def about(case: dict[str, Any]) -> str:
    return str(case["about"])


def command(*arguments: str, stdin: bytes | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, arguments, input=stdin)
    return result.exit_code, result.stdout, result.stderr


def outcome(record: dict[str, Any], *places: str) -> dict[str, str]:
    """What became of a row: its id, "place" where that is where it stood, or its code."""
    if record["status"] == "rejected":
        return {"code": record["notes"]["rejected"]["code"]}
    return {"id": "place" if record["id"] in places else record["id"]}


def scored(models: str, *arguments: str, stdin: bytes | None = None) -> tuple[list[dict[str, Any]], str]:
    """The records of a command, and what it says."""
    code, out, err = command("score", *arguments, "--models-dir", models, "--format", "jsonl", stdin=stdin)
    records = [json.loads(line) for line in out.split("\n") if line]
    assert code == (4 if any(record["status"] == "rejected" for record in records) else 0), err
    return records, err


def batched(models: str, out: Path, *arguments: str) -> tuple[dict[str, list[dict[str, str]]], dict[str, str]]:
    """What became of every row of each file, in order, and the first message for each file that has one."""
    options = ("--models-dir", models, "--format", "jsonl", "--workers", "1")
    code, _, err = command("batch", *arguments, "--out", str(out), *options)
    found: dict[str, dict[int, dict[str, str]]] = {}
    said: dict[str, str] = {}
    for part in (out / "parts").glob("*.jsonl"):
        for line in filter(None, part.read_text().split("\n")):
            row = json.loads(line)
            place = f"{row['file']}:{row['line']}"
            found.setdefault(row["file"], {})[row["line"]] = outcome(row["record"], place)
    for line in filter(None, (out / "rejected.jsonl").read_text().split("\n")):
        row = json.loads(line)
        found.setdefault(row["file"], {})[row["line"]] = {"code": row["code"]}
        said.setdefault(row["file"], row["message"])
    assert code == (4 if said else 0), err
    return {file: [rows[line] for line in sorted(rows)] for file, rows in found.items()}, said


@pytest.fixture
def models(tiny_folder: Path) -> str:
    return str(tiny_folder / "models")


def test_a_row_is_the_same_row_on_every_road(tiny_bundle: Bundle, models: str, tmp_path: Path) -> None:
    lines = [case["row"].encode() + b"\n" for case in CASES["rows"]]
    wanted = [case["gives"] for case in CASES["rows"]]
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"".join(lines))
    by_score, _ = scored(models, "-", stdin=path.read_bytes())
    by_batch = batched(models, tmp_path / "out", str(path))[0][str(path)]
    by_service = []
    settings = Settings(model=tiny_bundle.path, state_dir=tmp_path / "state", threads=1, rate=0)
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        for line in lines:
            answer = client.post("/v1/score", content=line, headers={"Content-Type": "application/json"})
            if answer.status_code == 200:
                by_service.append(outcome(answer.json(), "0"))
            else:
                assert answer.status_code == 422
                by_service.append({"code": answer.json()["errors"][0]["code"]})
    rows = [case["row"] for case in CASES["rows"]]
    expected = list(zip(rows, wanted, strict=True))
    places = [f"<stdin>:{number}" for number in range(1, len(rows) + 1)]
    assert list(zip(rows, (outcome(r, place) for r, place in zip(by_score, places, strict=True)), strict=True)) == expected
    assert list(zip(rows, by_batch, strict=True)) == expected
    # The place of a single article is 0, as an id may be.
    at_the_service = [gives if gives != {"id": "0"} else {"id": "place"} for gives in wanted]
    assert list(zip(rows, by_service, strict=True)) == list(zip(rows, at_the_service, strict=True))


@pytest.mark.parametrize("options", [(), ("--encoding", "cp1252")])
def test_a_file_is_read_or_refused_with_what_to_do(options: tuple[str, ...], models: str, tmp_path: Path) -> None:
    cases = {}
    for number, case in enumerate(CASES["files"]):
        if tuple(case.get("options", ())) == options:
            path = tmp_path / str(number) / case["name"]
            path.parent.mkdir()
            path.write_bytes(case["text"].encode(case.get("encoding", "utf-8")))
            cases[str(path)] = case
    for name, case in cases.items():
        records, said = scored(models, name, *options)
        found = [outcome(record, *(f"{name}:{line}" for line in range(20))) for record in records]
        told = [one.get("code") or one["id"].replace(name, "file") for one in found]
        assert (case["about"], told) == (case["about"], case["gives"])
        assert case.get("says", "") in said
    both = [name for name, case in cases.items() if "by" not in case]
    found_by_batch, said_by_batch = batched(models, tmp_path / "out", *both, *options)
    for name in both:
        told = [one.get("code") or one["id"] for one in found_by_batch[name]]
        assert (cases[name]["about"], told) == (cases[name]["about"], cases[name]["gives"])
        assert cases[name].get("says", "") in said_by_batch.get(name, "")


def test_a_column_of_another_type_is_refused_once(models: str, tmp_path: Path) -> None:
    says = {}
    for number, (kind, words) in enumerate(CASES["parquet"].items()):
        path = tmp_path / f"{number}.parquet"
        pq.write_table(pa.table({"headline": ["Fares rise", "Fares fall"], "body": TYPES[kind]}), path)
        says[str(path)] = words
    found, said = batched(models, tmp_path / "out", *says)
    assert list(found.values()) == [[{"code": "type"}]] * len(says)
    for name, words in says.items():
        assert words in said[name]


def test_one_text_in_several_formats_is_one_text(models: str, tmp_path: Path) -> None:
    texts = CASES["texts"]
    names = []
    for file in texts["files"]:
        (tmp_path / file["name"]).write_text(file["text"])
        names.append(str(tmp_path / file["name"]))
    records, _ = scored(models, *names)
    told = [(record["status"], record["headline"], record["segments"], record["risk"]) for record in records]
    assert told == told[:1] * len(names)
    first = records[0]
    assert first["headline"]["text"] == texts["headline"]
    cut = [texts["body"][segment["start"] : segment["end"]] for segment in first["segments"]]
    assert cut == [segment["text"] for segment in first["segments"]]
    assert len(cut) == 2


def test_a_folder_of_somebody_else_s(models: str, tmp_path: Path) -> None:
    case = CASES["folder"]
    inbox = tmp_path / "inbox"
    for name in case["files"]:
        path = inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Fares rise again\n\nThey rose on Monday, said {path.stem}.")
    records, said = scored(models, str(inbox))
    assert [record["id"] for record in records] == [str(inbox / name) for name in case["read"]]
    assert case["says"] in said


def test_companions_are_no_inputs_of_a_batch_either(models: str, tmp_path: Path) -> None:
    names = (
        "a.jsonl",
        "sub/b.jsonl",
        "._a.jsonl",
        "__MACOSX/a.jsonl",
        ".old/c.jsonl",
        "a.jsonl~",
        "c.jsonl.part",
        "notes.txt",
    )
    for name in names:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{"headline": "Fares rise"}\n')
    for number, pattern in enumerate(("in", "in/*", "in/**/*")):
        out = tmp_path / f"out{number}"
        code, _, err = command("batch", str(tmp_path / pattern), "--out", str(out), "--models-dir", models, "--workers", "1")
        assert code == 0, err
        inputs = [one["name"] for one in json.loads((out / "job.json").read_text())["inputs"]]
        read = [name for name in ("a.jsonl", "sub/b.jsonl") if pattern != "in/*" or "/" not in name]
        assert inputs == [str(tmp_path / "in" / name) for name in read]
        assert "hidden, temporary or companion file" in err
        assert "1 .txt" in err


@pytest.mark.parametrize("case", CASES["tables"], ids=about)
def test_a_table_is_read_or_named_with_its_line(case: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / case["name"]).write_text(case["text"])
    values = f", values: {case['values']}" if "values" in case else ""
    config = tmp_path / "ours.yaml"
    source = f"{{kind: table, path: {tmp_path / case['name']}, name: ours, segment: headline, text: title, labels: "
    config.write_text(f"name: ours\ndata:\n  sources:\n    - kind: starter\n    - {source}{{sensational: {{column: bait{values}}}}}}}\n")
    if "says" in case:
        code, _, err = command("train", str(config), "--dry-run")
        assert code == 2
        assert case["says"] in err
        return
    documents = list(read_source(load(str(config)).data.sources[1], SplitConfig()))
    assert [document.segments[0].labels.get("sensational") for document in documents] == case["labels"]


@pytest.mark.parametrize(
    ("content_type", "encoding", "losses"),
    [
        ("TEXT/HTML; Charset=ISO-8859-1", "cp1252", 0),
        ("Application/XHTML+XML", "utf-8", 0),
        ('text/html; charset="utf-8"', "cp1252", 2),
        ("Text/Plain; charset=latin1", "cp1252", 0),
        ("text/markdown", "utf-8", 0),
    ],
)
def test_what_is_sent_to_be_read(tiny_bundle: Bundle, tmp_path: Path, content_type: str, encoding: str, losses: int) -> None:
    body = "The quay fell on Monday – “again” – the harbour board said in a statement to reporters."
    page = f"<html><head><title>Quay falls</title></head><body><article><h1>Quay falls</h1><p>{body}</p></article></body></html>"
    kind = content_type.lower()
    text = page if "html" in kind else f"# Quay falls\n\n{body}" if "markdown" in kind else f"Quay falls\n\n{body}"
    settings = Settings(model=tiny_bundle.path, state_dir=tmp_path / "state", threads=1, rate=0)
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        headers = {"Content-Type": content_type}
        found = client.post("/v1/read", content=text.encode(encoding), headers=headers).json()
    assert found["headline"] == "Quay falls"
    assert found["body"].count("\ufffd") == found["encoding_losses"]
    assert bool(losses) == bool(found["encoding_losses"])
    if not losses:
        assert found["body"] == body
