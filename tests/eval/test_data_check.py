"""The data check: a good table passes, and each fault fails the check that is about it."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.configs.data_bounds import DataBounds
from presscheck.configs.loader import ConfigError
from presscheck.configs.schema import ModelConfig, RunConfig
from presscheck.data.schema import Document, Segment
from presscheck.data.starter import STARTER, read_starter
from presscheck.eval.data_check.against_champion import agreement, drift_check, sample
from presscheck.eval.data_check.check import check_data, read_bounds
from presscheck.eval.data_check.check_results import Check, DataReport
from presscheck.eval.data_check.texts import text_checks
from presscheck.eval.label_scores import Items
from presscheck.serve.bundle import Bundle

Row = tuple[str, int, str]  # text, label, group
FRENCH = "Le conseil municipal de la ville approuve le nouveau budget des transports pour {} communes"


@pytest.fixture(scope="module")
def headlines(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """Real headlines with labels and stories."""
    folder = tmp_path_factory.mktemp("starter")
    for kind in ("headlines", "articles"):
        (folder / kind).mkdir()
        for topic in ("crime", "markets", "health"):
            (folder / kind / f"{topic}.txt").write_bytes((STARTER / kind / f"{topic}.txt").read_bytes())
    documents = [d for d in read_starter(folder) if len(d.segments) == 1]
    return [(d.segments[0].text, int(d.segments[0].labels["sensational"] >= 0.5), d.group) for d in documents]


def source(folder: Path, name: str, rows: Sequence[Row], **options: object) -> dict[str, object]:
    path = folder / f"{name}.jsonl"
    lines = (json.dumps({"text": text, "y": label, "story": group}) for text, label, group in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    labels = {"sensational": {"column": "y"}}
    return {"kind": "table", "path": str(path), "name": name, "segment": "headline", "labels": labels, "group": "story", **options}


def config(*sources: dict[str, object], **data: object) -> RunConfig:
    model = {"encoder": "tests/assets/tiny-encoder", "max_tokens": 128}
    tree = {"sources": list(sources), "split": {"dev": 0.2}, **data}
    return RunConfig.model_validate({"name": "ours", "data": tree, "model": model})


def by_name(report: DataReport) -> dict[str, Check]:
    return {check.name: check for check in report.checks}


def failed(report: DataReport) -> list[str]:
    return [check.name for check in report.failed]


def test_good_data_pass_and_without_a_champion_some_are_not_checked(headlines: list[Row], tmp_path: Path) -> None:
    report = check_data(config(source(tmp_path, "ours", headlines)), champion=None)
    assert failed(report) == []
    unchecked = [check for check in report.checks if check.passed is None]
    assert len(unchecked) == 5
    assert {check.found for check in unchecked} == {"no champion: not checked"}


def test_refusals_of_all_sources_are_collected_and_the_rest_is_checked(headlines: list[Row], tmp_path: Path) -> None:
    torn, worded = source(tmp_path, "torn", headlines[::2]), source(tmp_path, "worded", headlines[1::2])
    for one, number, line in ((torn, 3, '{"text": "Broken off in the mi'), (worded, 7, '{"text": "Fine", "y": "perhaps", "story": "s"}')):
        path = Path(str(one["path"]))
        lines = path.read_text(encoding="utf-8").splitlines()
        lines[number - 1] = line
        path.write_text("\n".join(lines), encoding="utf-8")
    report = check_data(config(torn, worded, {"kind": "built", "path": str(tmp_path / "nowhere")}), champion=None)
    assert failed(report) == ["rows can be read"]
    details = by_name(report)["rows can be read"].details
    assert [sum(part in line for line in details) for part in ("torn.jsonl:3", "worded.jsonl:7", "nowhere")] == [1, 1, 1]
    assert report.figures.documents["train"] > 50


def test_nothing_to_read(tmp_path: Path) -> None:
    report = check_data(config(source(tmp_path, "ours", [])), champion=None)
    assert {"rows can be read", "splits have documents", "labels can be learnt"} <= set(failed(report))


def test_a_bad_source_does_not_hide_in_a_large_one(headlines: list[Row], tmp_path: Path) -> None:
    """Two rows are less than the bound of all, and all of their source."""
    foreign = [(FRENCH.format("onze"), 0, "one"), (FRENCH.format("onze").replace("budget", "tarif").replace("ville", "région"), 1, "two")]
    report = check_data(config(source(tmp_path, "ours", headlines), source(tmp_path, "theirs", foreign)), champion=None)
    assert failed(report) == ["language"]
    assert "2 of 2 documents not in English of theirs" in by_name(report)["language"].found


def test_copies_across_splits_fail_unless_the_config_drops_them(headlines: list[Row], tmp_path: Path) -> None:
    copies = [(text.upper() + " !", label, f"copy of {n}") for n, (text, label, _) in enumerate(headlines[:40])]
    sources = source(tmp_path, "ours", headlines), source(tmp_path, "wire", copies)
    report = check_data(config(*sources), champion=None)
    assert {"duplicates across splits", "duplicates within a split"} <= set(failed(report))
    dropped = check_data(config(*sources, deduplicate={}), champion=None)
    assert failed(dropped) == []
    assert dropped.figures.changed["wire: exact copy"] + dropped.figures.changed.get("ours: exact copy", 0) >= 38


def test_one_text_with_two_labels(headlines: list[Row], tmp_path: Path) -> None:
    text, label, group = headlines[0]
    report = check_data(config(source(tmp_path, "ours", [*headlines, (text, 1 - label, group)])), champion=None)
    check = by_name(report)["same text, other label"]
    assert check.passed is False
    assert text[:50] in check.details[0]


def test_lengths_truncation_and_texts_without_words(headlines: list[Row], tmp_path: Path) -> None:
    odd = [(" ".join(f"{text} {n}" for text, _, _ in headlines[n : n + 12]), 1, f"long {n}") for n in range(6)]
    odd += [("– … –", 0, "dash")]
    report = check_data(config(source(tmp_path, "ours", [*headlines, *odd])), champion=None)
    assert {"texts without words", "length of headlines (3 to 40 words)", "texts truncated at 128 tokens"} <= set(failed(report))


def test_a_dev_split_with_other_label_shares(headlines: list[Row], tmp_path: Path) -> None:
    """The latest days hold hardly any sensational headline: dev and test are not like train."""
    positive, negative = ([row for row in headlines if row[1] == y] for y in (1, 0))
    rows = [*positive, *negative[:20], *negative[20:]]
    one = source(tmp_path, "ours", rows, date="day", dev_from="2026-05-01", test_from="2026-06-01")
    path = Path(str(one["path"]))
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for number, line in enumerate(lines):
        line["day"] = "2026-04-01" if number < len(positive) + 20 else "2026-05-02" if number % 2 else "2026-06-02"
        line["story"] = f"{line['story']} {line['day']}"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    found = failed(check_data(config(one), champion=None))
    assert {"label shares of the splits", "labels can be learnt"} <= set(found)


def test_texts_of_the_champions_test_split(headlines: list[Row], tiny_bundle: Bundle, tmp_path: Path) -> None:
    """The tiny model has learnt from this corpus: its test split in the train split of a table is found, changed a little or not."""
    from presscheck.configs.sources import DataConfig
    from presscheck.data.dataset.documents import load_splits

    test = load_splits(DataConfig.model_validate(tiny_bundle.manifest.config["data"]))["test"]
    known = [d.segments[0].text for d in test if len(d.segments) == 1][:10]
    stolen = [(f"Today {text}" if n % 2 else text, n % 2, f"ours {n}") for n, text in enumerate(known)]
    others = [(FRENCH.format(f"{n} autres") + f" numéro {n * n}", n % 2, f"f{n}") for n in range(60)]
    report = check_data(config(source(tmp_path, "ours", [*stolen, *others]), split={"dev": 0.2, "test": 0.01}), champion=tiny_bundle)
    check = by_name(report)["texts of the champion's test split"]
    assert check.passed is False
    assert len(check.details) >= 8
    assert {"labels of the champion", "language"} <= set(failed(report))
    assert report.champion == tiny_bundle.manifest.version
    assert report.figures.drift is not None


def test_a_champion_whose_data_are_gone_is_said(headlines: list[Row], tiny_bundle: Bundle, tmp_path: Path) -> None:
    lost = {**tiny_bundle.manifest.config, "data": {"sources": [{"kind": "starter", "path": str(tmp_path / "gone")}]}}
    champion = Bundle(tiny_bundle.path, tiny_bundle.manifest.model_copy(update={"config": lost, "reference": None}))
    report = check_data(config(source(tmp_path, "ours", headlines)), champion=champion)
    check = by_name(report)["texts of the champion's test split"]
    assert check.passed is None
    assert "cannot be read" in check.found
    assert "has no reference" in by_name(report)["drift"].found


@pytest.mark.parametrize(("swapped", "passed"), [(False, True), (True, False)])
def test_swapped_labels_are_told_by_the_champions_ranking(*, swapped: bool, passed: bool) -> None:
    truth_N = np.tile([1.0, 0.0], 20)
    scores_N = np.where(truth_N == 1, 0.7, 0.2) + np.linspace(0, 0.1, 40)
    check = agreement("ours", [items("claim", 1 - truth_N if swapped else truth_N, scores_N)], DataBounds())
    assert check.passed is passed
    assert f"claim {0.0 if swapped else 1.0:.2f}" in check.found


def test_agreement_needs_texts_of_both_kinds() -> None:
    check = agreement("ours", [items("claim", np.ones(40), np.linspace(0, 1, 40))], DataBounds())
    assert check.passed is None
    assert drift_check(None, None, DataBounds()).passed is None


def items(label: str, targets_N: np.ndarray, scores_N: np.ndarray) -> Items:
    places = tuple(
        (Document(f"d{n}", f"g{n}", "ours", "own", (Segment(f"It fell by {n}.", "sentence", {}),)), Segment("It fell.", "sentence"))
        for n in range(len(targets_N))
    )
    return Items(label, places, scores_N, targets_N)


def test_a_sample_is_the_same_each_time_and_in_order() -> None:
    documents = [Document(f"d{n}", "g", "ours", "own", (Segment("It fell.", "sentence"),)) for n in range(100)]
    first, again = sample(documents, 30), sample(documents, 30)
    assert first == again
    assert len(first) == 30
    numbers = [int(d.id[1:]) for d in first]
    assert numbers == sorted(numbers)
    assert sample(documents, 100) == documents


def test_the_command_ends_with_code_2_and_writes_a_page(headlines: list[Row], tmp_path: Path) -> None:
    rows = [*headlines, ("<script>alert(1)</script> …", 1, "odd"), ("…", 0, "dots")]
    path = tmp_path / "ours.yaml"
    path.write_text(config(source(tmp_path, "ours", rows)).model_dump_json(), encoding="utf-8")
    arguments = ["data", "check", str(path), f"models_dir={tmp_path / 'models'}", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2, result.output
    assert "texts without words: remove these rows" in result.stdout
    assert "1 of" in result.stderr
    page = (tmp_path / "out" / "data.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert "<script>" not in page
    tree = json.loads((tmp_path / "out" / "data.json").read_text(encoding="utf-8"))
    assert tree["passed"] is False
    assert [check["name"] for check in tree["checks"] if check["passed"] is False] == ["texts without words"]
    bounds = tmp_path / "bounds.yaml"
    bounds.write_text("split_shfit: 0.2\n", encoding="utf-8")
    refused = CliRunner().invoke(app, [*arguments, "--bounds", str(bounds)])
    assert refused.exit_code == 2
    assert "did you mean 'split_shift'" in refused.stderr


def test_a_champion_that_vanished_is_refused_and_not_left_out(headlines: list[Row], tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text(config(source(tmp_path, "ours", headlines)).model_dump_json(), encoding="utf-8")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "champion").symlink_to("gone")
    result = CliRunner().invoke(app, ["data", "check", str(path), f"models_dir={tmp_path / 'models'}"])
    assert result.exit_code == 3
    assert "champion points at gone" in result.stderr


def test_the_shipped_bounds_are_the_defaults() -> None:
    assert read_bounds(None) == DataBounds()
    with pytest.raises(ConfigError):
        read_bounds(Path("nowhere.yaml"))


@pytest.mark.parametrize("in_front", [False, True])
def test_a_headline_takes_room_only_where_it_is_read_in_front(*, in_front: bool) -> None:
    segments = (
        Segment("Port closed as storm nears the coast", "headline"),
        Segment("word " * 36, "sentence"),
        Segment("It ends.", "sentence"),
    )
    model = ModelConfig(encoder="tests/assets/tiny-encoder", max_tokens=40)
    checks = text_checks([Document("d", "g", "s", "l", segments)], model, read_bounds(None), in_front=in_front)
    (truncated,) = (check for check in checks if check.name.startswith("texts truncated"))
    assert truncated.passed is not in_front
