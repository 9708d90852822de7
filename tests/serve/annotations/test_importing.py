"""An import adds what is new, keeps what was there, and tells whatever it does not use."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from annotation_support import HEADLINE, annotation, choice, imported, rows, task, write
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.data.errors import DataError
from presscheck.serve.annotations.conflicts import COLUMNS
from presscheck.serve.annotations.importing import AGREEMENT, CONFLICTS, import_files


def said(answer: str, *, at: str, by: int = 1, headline: str = HEADLINE) -> dict[str, Any]:
    return task(annotation(choice("sensational", "headline", answer), by=by, at=at), headline=headline)


def listed(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / CONFLICTS).read_text(encoding="utf-8"))))


def export(path: Path, *answers: dict[str, Any]) -> Path:
    return write(path, list(answers))


def test_importing_again_adds_only_what_is_new(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = export(tmp_path / "a.json", said("yes", at="2026-11-01T10:00:00Z"))
    imported(first, out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    done, _ = imported(first, out)
    assert (done.new_articles, done.new_votes, done.known_votes) == (0, 0, 1)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    second = export(
        tmp_path / "b.json", said("yes", at="2026-11-01T10:00:00Z"), said("no", at="2026-11-02T10:00:00Z", headline="It rained")
    )
    done, found = imported(second, out)
    assert (done.new_articles, done.new_votes, done.known_votes, len(found)) == (1, 1, 1, 2)


@pytest.mark.parametrize("order", [("early", "late"), ("late", "early")], ids="-".join)
def test_of_two_answers_of_a_rater_the_later_counts_whichever_comes_in_first(tmp_path: Path, order: tuple[str, str]) -> None:
    out = tmp_path / "out"
    days = {"early": ("yes", "2026-11-01T10:00:00Z"), "late": ("no", "2026-11-02T10:00:00Z")}
    for name in order:
        answer, day = days[name]
        done, (row,) = imported(export(tmp_path / f"{name}.json", said(answer, at=day)), out)
    assert row["sensational"] == [0.0]
    ((earlier, later),) = [(pair.earlier.time, pair.later.time) for pair in done.replaced]
    assert (earlier, later) == ("2026-11-01T10:00:00Z", "2026-11-02T10:00:00Z")
    lines = listed(out)
    assert [(line["vote"], line["counts"], line["in_rows"]) for line in lines] == [("1", "no", "0"), ("0", "yes", "0")]
    assert (done.conflicts, done.agreement["sensational"].raters) == (0, 1)


def test_conflicts_list_each_vote_with_its_rater_and_what_stands_in_the_rows(tmp_path: Path) -> None:
    day = "2026-11-01T10:00:00Z"
    path = export(tmp_path / "a.json", said("yes", at=day, by=1), said("no", at=day, by=2), said("yes", at=day, by=3, headline="It rained"))
    done, found = imported(path, tmp_path / "out")
    assert (done.conflicts, [row["sensational"] for row in found]) == (1, [[1.0, 0.0], [1.0]])
    lines = listed(tmp_path / "out")
    assert tuple(lines[0]) == COLUMNS
    assert [(line["rater"], line["vote"], line["in_rows"], line["text"]) for line in lines] == [
        ("label-studio:1", "1", "0.5", HEADLINE),
        ("label-studio:2", "0", "0.5", HEADLINE),
    ]
    measured = json.loads((tmp_path / "out" / AGREEMENT).read_text())
    assert (measured["sensational"]["articles"], measured["sensational"]["agreeing"]) == (1, 0.0)


def test_one_person_of_two_names_is_one_rater(tmp_path: Path) -> None:
    path = export(tmp_path / "a.json", said("yes", at="2026-11-01T10:00:00Z", by=1), said("no", at="2026-11-02T10:00:00Z", by=2))
    _, (row,) = imported(path, tmp_path / "out", raters={"label-studio:1": "ana", "label-studio:2": "ana"})
    assert (row["raters"], row["sensational"]) == (["ana"], [0.0])


def test_texts_of_one_id_get_ids_of_their_own(tmp_path: Path) -> None:
    tasks = [task(annotation(choice("sensational", "headline", "yes")), headline=f"It fell {n}", article_id="n1") for n in range(2)]
    _, found = imported(write(tmp_path / "a.json", tasks), tmp_path / "out")
    assert len({row["id"] for row in found}) == 2
    assert all(row["id"].startswith("n1-") for row in found)
    again, found_again = imported(write(tmp_path / "a.json", tasks), tmp_path / "out")
    assert (again.new_articles, found_again) == (0, found)


def test_the_format_is_told_by_content(tmp_path: Path) -> None:
    tasks = [said("yes", at="2026-11-01T10:00:00Z")]
    for name in ("export.txt", "export.csv", "noending"):
        (tmp_path / name).write_text(json.dumps(tasks))
        assert import_files([tmp_path / name], tmp_path / f"out-{name}").files[0].format == "label-studio"
    for content, problem in (
        ("hello", "neither a review queue"),
        ("[1, 2]", "neither"),
        ("", "neither"),
        ('[{"a": ', "not JSON from column"),
    ):
        (tmp_path / "other").write_text(content)
        with pytest.raises(DataError, match=problem):
            import_files([tmp_path / "other"], tmp_path / "out")
    with pytest.raises(DataError, match="missing"):
        import_files([tmp_path / "missing"], tmp_path / "out")


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "articles.jsonl").write_text('{"headline": "a team\'s own rows"}\n')
    with pytest.raises(DataError, match=r"articles.jsonl:1: not a row of presscheck data import"):
        imported(export(tmp_path / "a.json", said("yes", at="2026-11-01T10:00:00Z")), tmp_path)
    assert "own rows" in (tmp_path / "articles.jsonl").read_text()


def test_the_command_says_what_it_did_and_ends_with_the_documented_code(tmp_path: Path) -> None:
    good, bad = said("yes", at="2026-11-01T10:00:00Z"), said("no", at="yesterday", by=2)
    path = export(tmp_path / "a.json", good, bad)
    run = CliRunner().invoke(app, ["data", "import", str(path), "--out", str(tmp_path / "out")])
    assert run.exit_code == 4
    assert "a.json: task 2: 'yesterday' is not a time" in run.stderr
    assert "1 articles (1 new); 1 new votes" in run.stdout
    assert "Krippendorff's alpha" in run.stdout
    assert len(rows(tmp_path / "out")) == 1
    foreign = export(tmp_path / "b.json", task(annotation(choice("mood", "headline", "sensationl")), headline="It fell"))
    run = CliRunner().invoke(app, ["data", "import", str(foreign), "--out", str(tmp_path / "out")])
    assert (run.exit_code, run.stdout) == (2, "")
    assert "--label 'sensationl=sensational'" in run.stderr


def test_an_id_that_looks_like_a_formula_comes_back(tmp_path: Path) -> None:
    """The table of a selection has a quote before such a cell, for spreadsheets."""
    (tmp_path / "selection.jsonl").write_text(json.dumps({"id": "-17", "headline": HEADLINE, "probability": 0.5}) + "\n", encoding="utf-8")
    (tmp_path / "selection.csv").write_text("item,review\n'-17,yes\n", encoding="utf-8")
    _, (row,) = imported(tmp_path / "selection.csv", tmp_path / "out", rater="ana")
    assert (row["id"], row["headline"], row["review"]) == ("-17", HEADLINE, [1.0])
