"""A batch's review queue goes out to people and comes back as labelled articles, by its CSV and by Label Studio."""

import csv
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from annotation_support import TIME, annotation, imported, write
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.data.errors import DataError
from presscheck.data.starter import read_starter
from presscheck.serve.batch.engines.local import in_process
from presscheck.serve.batch.job import Settings
from presscheck.serve.batch.progress import Progress
from presscheck.serve.batch.review.design import Item
from presscheck.serve.batch.review.queue import queue_id
from presscheck.serve.batch.review.sample import ReviewOptions
from presscheck.serve.batch.run import Request, run_batch
from presscheck.serve.batch.summary.manifest import read_manifest
from presscheck.serve.bundle import Bundle

TEXTS = 20


def starter_rows() -> Iterator[dict[str, Any]]:
    articles = [document for document in read_starter() if document.headline and document.sentences]
    for document in articles[:: len(articles) // TEXTS][:TEXTS]:
        assert document.headline
        yield {"id": document.id, "headline": document.headline.text, "body": document.body_text()[0], "outlet": "Herald 🗞"}


@pytest.fixture(scope="module", params=["text", "no text"])
def night(request: pytest.FixtureRequest, tiny_bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch of texts of the starter corpus, with and without texts in its records."""
    folder = tmp_path_factory.mktemp("night")
    write(folder / "in.jsonl", list(starter_rows()))
    settings = Settings(policy="balanced", precision="f32", text=request.param == "text")
    options = ReviewOptions(top=5, annotate=True)
    run_batch(Request([str(folder / "in.jsonl")], folder / "out", tiny_bundle, settings, options, threads=1), in_process, Progress())
    return folder / "out"


def items(night: Path) -> dict[str, Item]:
    lines = (night / "review" / "queue.jsonl").read_text(encoding="utf-8").splitlines()
    return {item.item: item for item in map(Item.model_validate_json, lines)}


def filled(night: Path, path: Path, answers: dict[str, str], **columns: str) -> Path:
    """The queue's CSV with answers by item."""
    rows = list(csv.DictReader(io.StringIO((night / "review" / "queue.csv").read_text(encoding="utf-8"))))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [*rows[0], *columns])
        writer.writeheader()
        writer.writerows({**row, "review": answers.get(row["item"], ""), **columns} for row in rows)
    return path


def test_the_filled_in_queue(night: Path, tmp_path: Path) -> None:
    asked = items(night)
    answers = {item: "yes" if one.record.risk.level == "high" else "No" for item, one in asked.items()}
    blank = next(iter(answers))
    path = filled(night, tmp_path / "queue.csv", answers | {blank: ""})
    os.utime(path, (1_700_000_000, 1_700_000_000))
    with pytest.raises(DataError, match="name the rater with --rater"):
        imported(path, tmp_path / "out", batch=night)
    done, found = imported(path, tmp_path / "out", batch=night, rater="ana")
    assert (done.unreadable, done.files[0].format, done.files[0].unanswered) == ([], "review-queue", 1)
    originals = {row["id"]: row for row in starter_rows()}
    by_id = {one.record.id: one for item, one in asked.items() if item != blank}
    assert {row["id"] for row in found} == set(by_id)
    for row in found:
        one, original = by_id[row["id"]], originals[row["id"]]
        assert row["review"] == [1.0 if one.record.risk.level == "high" else 0.0]
        assert (row["probability"], row["outlet"], row["raters"]) == (one.probability, "Herald 🗞", ["ana"])
        assert row["headline"] == original["headline"]
        for segment in one.record.segments:
            assert row["body"][segment.start : segment.end] == original["body"][segment.start : segment.end]
        assert {vote["time"] for vote in row["answers"]} == {"2023-11-14T22:13:20Z"}


def test_columns_for_rater_and_time_and_items_of_another_queue(night: Path, tmp_path: Path) -> None:
    first, second = list(items(night))[:2]
    path = filled(night, tmp_path / "queue.csv", {first: "yes", second: "often"}, rater="ben", time="2026-11-29 11:00")
    with pytest.raises(DataError, match="'often' is an answer"):
        imported(path, tmp_path / "out", batch=night)
    path.write_text(path.read_text(encoding="utf-8").replace(second, "other-00001").replace("often", "no"), encoding="utf-8")
    done, (row,) = imported(path, tmp_path / "out", batch=night)
    assert [(vote["rater"], vote["time"]) for vote in row["answers"]] == [("ben", "2026-11-29T11:00:00Z")]
    assert "'other-00001' is no item of this queue" in done.unreadable[0].message


def test_label_studio_asks_for_what_the_import_reads(night: Path, tmp_path: Path) -> None:
    """Every control of the written interface, with every choice that it offers, is one that the import knows."""
    interface = ET.fromstring((night / "review" / "label-studio.xml").read_text(encoding="utf-8"))
    texts = {node.get("name"): node.get("value") for node in interface.iter("Text")}
    tasks = json.loads((night / "review" / "label-studio.json").read_text(encoding="utf-8"))
    controls = {node.get("name"): node for node in interface if node.tag in ("Labels", "Choices")}
    names = [node.get("name") for node in interface.iter() if node.get("name")]
    assert len(names) == len(set(names)), "Label Studio wants names that are unique"
    for task in tasks:
        assert all(str(value).removeprefix("$") in task["data"] for value in texts.values())
        for result in task["predictions"][0]["result"]:
            control = controls[result["from_name"]]
            offered = {child.get("value") for child in control}
            assert result["to_name"] == control.get("toName")
            assert set(result["value"].get("labels", ())) | set(result["value"].get("choices", ())) <= offered
    options = [ReviewOptions(annotate=annotate) for annotate in (True, False)]
    assert len({queue_id(read_manifest(night), one) for one in options}) == 1, "the same items, whatever is asked of them"
    if not tasks[0]["data"]["headline"]:
        return
    first = tasks[0]["data"]
    everything = []
    for name, control in controls.items():
        part = str(control.get("toName"))
        for label in control.iter("Label"):
            value = {"start": 0, "end": 3, "text": first[part][:3], "labels": [label.get("value")]}
            everything.append({"id": f"{name}", "from_name": name, "to_name": part, "type": "labels", "value": value})
        place = {"start": 0, "end": 3, "text": first[part][:3]} if control.get("perRegion") else {}
        if control.tag == "Choices":
            value = {**place, "choices": ["yes"]}
            everything.append({"id": f"{name}", "from_name": name, "to_name": part, "type": "choices", "value": value})
    done, (row,) = imported(write(tmp_path / "export.json", [{"id": 1, "data": first, "annotations": [annotation(*everything)]}]), tmp_path)
    assert (done.unreadable, dict(done.unused)) == ([], {})
    asked = {(vote["question"]["name"], vote["question"]["part"]) for vote in row["answers"]}
    labels = {("review", None), ("sensational", "headline"), ("loaded", "headline")}
    labels |= {(name, "body") for name in ("claim", "attributed", "needs_source", "loaded")}
    assert asked == labels | {("framing", "headline"), ("source", "body"), ("cue", "body"), ("content", "body")}


def test_what_the_model_marks_comes_back_where_a_rater_confirms_it(night: Path, tmp_path: Path) -> None:
    tasks = json.loads((night / "review" / "label-studio.json").read_text(encoding="utf-8"))
    for task in tasks:
        (prediction,) = task.pop("predictions")
        task["annotations"] = [annotation(*prediction["result"], by={"id": 1, "email": "ana@desk.example"})]
    path = write(tmp_path / "export.json", tasks)
    if not tasks[0]["data"]["headline"]:
        done, found = imported(path, tmp_path / "none")
        assert (found, "name its batch with --batch" in done.unreadable[0].message) == ([], True)
    done, found = imported(path, tmp_path / "out", batch=night)
    assert not done.unreadable
    by_id = {one.record.id: one.record for one in items(night).values()}
    for row in found:
        record = by_id[row["id"]]
        assert row["review"] == [float(record.risk.level != "low")]
        if not record.segments[0].text:
            continue
        labelled = {(one["start"], one["end"]): one["claim"] for one in row["sentences"]}
        assert labelled == {(s.start, s.end): [float((s.claim or 0) >= 0.5)] for s in record.segments}
        marked = {(s["start"], s["end"], s["type"]) for s in row["spans"] if s["tag"] == "framing"}
        assert record.headline
        assert marked == {(cue.start, cue.end, cue.cue) for cue in record.headline.cues}
        assert {vote["time"] for vote in row["answers"]} == {TIME.partition(".")[0] + "Z"}


def test_evidence_that_nobody_was_asked_about_is_no_label(tiny_bundle: Bundle, tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", list(starter_rows()))
    settings = Settings(policy="balanced", precision="f32")
    request = Request([str(tmp_path / "in.jsonl")], tmp_path / "out", tiny_bundle, settings, ReviewOptions(top=5), threads=1)
    run_batch(request, in_process, Progress())
    tasks = json.loads((tmp_path / "out" / "review" / "label-studio.json").read_text(encoding="utf-8"))
    for task in tasks:
        task["annotations"] = [annotation(*task.pop("predictions")[0]["result"])]
    done, found = imported(write(tmp_path / "export.json", tasks), tmp_path / "labels")
    assert sum(done.unused.values()) == sum(result["type"] == "labels" for task in tasks for result in task["annotations"][0]["result"])
    assert {len(row["answers"]) for row in found} == {1}
    run = CliRunner().invoke(app, ["estimate", str(tmp_path / "export.json"), "--batch", str(tmp_path / "out")])
    assert run.exit_code == 0, run.stderr
