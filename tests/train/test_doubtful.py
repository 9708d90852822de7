"""The list of doubtful train labels: how it is ranked, what it says of each, and that training keeps it."""

import csv
import json
from pathlib import Path

import mlflow
import numpy as np
import pytest
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.configs.schema import RunConfig
from presscheck.configs.sources import DataConfig
from presscheck.data.dataset.documents import load_splits
from presscheck.data.errors import DataError
from presscheck.data.schema import Document, Segment
from presscheck.serve.bundle import Bundle
from presscheck.train.doubtful import DoubtfulLabel, as_jsonl, doubtful_labels, list_of, read_doubtful
from presscheck.train.label_quality import label_quality
from presscheck.train.plan import plan


def test_flipped_labels_come_first() -> None:
    truth_N = np.tile([1.0, 0.0], 50)
    scores_N = np.where(truth_N == 1, 0.9, 0.1) + np.linspace(-0.05, 0.05, 100)
    given_N = truth_N.copy()
    given_N[[7, 20, 61]] = 1 - given_N[[7, 20, 61]]
    found = label_quality(given_N, scores_N)
    assert set(found.order()[:3]) == {7, 20, 61}
    assert set(np.flatnonzero(found.is_issue_N)) == {7, 20, 61}


def test_too_few_of_a_kind_have_no_issues_but_an_order() -> None:
    found = label_quality(np.array([1.0, 0.0, 0.0, 0.0]), np.array([0.1, 0.2, 0.9, 0.1]))
    assert not found.is_issue_N.any()
    assert set(found.order()[:2]) == {0, 2}
    assert found.quality_N == pytest.approx([0.1, 0.8, 0.1, 0.9])


def article(number: int, value: float) -> Document:
    segments = (
        Segment("A headline", "headline", {"sensational": 0.0}),
        Segment("It rose.", "sentence", {"claim": 1.0}),
        Segment("It fell.", "sentence", {"claim": value}, paragraph=1),
        Segment("Nobody was asked.", "sentence"),
    )
    return Document(f"a{number}", f"g{number}", "ours", "own", segments)


def test_places_are_offsets_into_the_parts_and_a_tenth_is_kept(tmp_path: Path) -> None:
    documents = [article(n, value=float(n % 2)) for n in range(20)]
    documents[4] = article(4, value=1.0)  # the wrong label
    scores = {d.id: {"0": {"sensational": 0.2}, "1": {"claim": 0.9}, "2": {"claim": 0.8 * (n % 2) + 0.1}} for n, d in enumerate(documents)}
    halves = [{d.id: scores[d.id] for d in part} for part in (documents[:10], documents[10:])]
    for number, half in enumerate(halves):
        (tmp_path / f"{number}.json").write_text(json.dumps(half), encoding="utf-8")
    found = doubtful_labels(documents, sorted(tmp_path.glob("*.json")), ("sensational", "claim"))
    assert len([one for one in found if one.label == "claim"]) == 4
    assert len([one for one in found if one.label == "sensational"]) == 2
    first = found[0]
    assert (first.id, first.label, first.target, first.probability, first.text, first.is_issue) == (
        "a4",
        "claim",
        1.0,
        0.1,
        "It fell.",
        True,
    )
    body, _ = documents[4].body_text()
    assert first.part == "body"
    assert body[first.start : first.end] == first.text
    assert [one.quality for one in found] == sorted(one.quality for one in found)


def test_training_keeps_the_list_and_a_reviewed_one_is_applied(tiny_bundle: Bundle, tmp_path: Path) -> None:
    """The list is of train labels alone; filled in as it was written, it fits the data that it came from."""
    own = DataConfig.model_validate(tiny_bundle.manifest.config["data"])
    train = {d.id: d for d in load_splits(own)["train"]}
    found = read_doubtful(tiny_bundle.path)
    assert {one.label for one in found} == set(tiny_bundle.manifest.trained_labels)
    for one in found:
        segment = next(s for s in train[one.id].segments if s.text == one.text and one.label in s.labels)
        assert segment.labels[one.label] == one.target
        assert one.quality == pytest.approx(one.probability if one.target >= 0.5 else 1 - one.probability, abs=1e-5)
    carry = sum("claim" in s.labels for d in train.values() for s in d.segments if "repeat" not in s.notes)
    assert sum(one.label == "claim" for one in found) == round(0.1 * carry)

    arguments = ["data", "doubtful", str(tiny_bundle.path), "--label", "sensational", "--count", "3", "--out", str(tmp_path)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "Doubtful labels: 3 of" in result.stdout
    assert "Doubtful labels of" in (tmp_path / "doubtful.html").read_text(encoding="utf-8")
    with (tmp_path / "doubtful.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["label"] for row in rows} == {"sensational"}
    with (tmp_path / "reviewed.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows({**row, "decision": "drop"} for row in rows)
    reviewed = own.model_copy(update={"reviewed_labels": None})
    tree = {**reviewed.model_dump(mode="json"), "reviewed_labels": {"path": str(tmp_path / "reviewed.csv")}}
    after = load_splits(DataConfig.model_validate(tree))["train"]
    lost = sum("sensational" in s.labels for d in train.values() for s in d.segments) - sum(
        "sensational" in s.labels for d in after for s in d.segments
    )
    assert lost == len(rows)
    run = plan(RunConfig.model_validate({**tiny_bundle.manifest.config, "data": tree}))
    assert run.data.summary["reviewed_labels"] == {"dropped": len(rows)}


def test_the_list_is_logged_with_the_run(tiny_bundle: Bundle, tiny_folder: Path) -> None:
    mlflow.set_tracking_uri(f"sqlite:///{tiny_folder / 'mlflow.db'}")
    name = f"attributes.run_name = '{tiny_bundle.manifest.version}'"
    (found,) = mlflow.search_runs(experiment_names=["presscheck"], filter_string=name, output_format="list")
    assert "doubtful.jsonl" in {one.path for one in mlflow.MlflowClient().list_artifacts(found.info.run_id)}
    issues = [one.label for one in read_doubtful(tiny_bundle.path) if one.is_issue]
    assert found.data.metrics["doubtful/claim"] == issues.count("claim")


def test_a_missing_list_or_label_is_said(tmp_path: Path, tiny_bundle: Bundle) -> None:
    with pytest.raises(DataError, match=r"nowhere.doubtful.jsonl is missing: .* train the model again"):
        read_doubtful(tmp_path / "nowhere")
    (tmp_path / "old.doubtful.jsonl").write_text('{"label": "claim"}\n', encoding="utf-8")
    with pytest.raises(DataError, match="written by another version"):
        read_doubtful(tmp_path / "old")
    result = CliRunner().invoke(app, ["data", "doubtful", str(tiny_bundle.path), "--label", "bait"])
    assert result.exit_code == 2
    assert "--label bait: the list has " in result.stderr


def test_a_line_separator_in_a_text_ends_no_line(tmp_path: Path) -> None:
    found = [DoubtfulLabel("claim", 1.0, 0.2, 0.2, False, f"a{n}", "ours", "body", 0, 9, "It\u2028fell\x85.") for n in range(2)]
    list_of(tmp_path / "run").write_text(as_jsonl(found), encoding="utf-8")
    assert read_doubtful(tmp_path / "run") == found
