"""The batch's commands as people meet them."""

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from presscheck.cli.main import app

RUNNER = CliRunner()
BODY = "Officials said the bridge will close. It fell by 40 percent in May. Experts warn of chaos number {}."


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    lines = [json.dumps({"nr": f"n{i}", "headline": f"Levy {i} is war", "text": BODY.format(i)}) for i in range(12)]
    path.write_text("\n".join(lines) + "\n")
    return path


def command(*arguments: str) -> tuple[int, str, str]:
    result = RUNNER.invoke(app, arguments)
    return result.exit_code, result.stdout, result.stderr


def batch(*arguments: str) -> tuple[int, str, str]:
    return command("batch", *arguments)


@pytest.fixture
def options(rows: Path, tiny_folder: Path) -> list[str]:
    columns = ["--column", "id=nr", "--column", "body=text", "--workers", "1"]
    return [str(rows), *columns, "--models-dir", str(tiny_folder / "models"), "--shard-rows", "5"]


def test_from_articles_to_reviews_to_estimates(options: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, _, err = batch(*options, "--out", str(out), "--top", "3", "--uncertain", "2", "--audit", "2")
    assert code == 0, err
    assert "12 of 12 rows scored" in err
    assert "<!doctype html>" in (out / "report.html").read_text()
    report = json.loads((out / "report.json").read_text())
    assert "Not judged: length (fewer than 30 on one side)" in (out / "report.html").read_text()
    assert report["comparisons"][0]["against"] == "the training's dev split"
    for task in json.loads((out / "review" / "label-studio.json").read_text()):
        assert task["data"]["place"] == f"{options[0]}:{int(task['data']['id'][1:]) + 1}"
        for result in task["predictions"][0]["result"]:
            if result["type"] == "labels":
                value = result["value"]
                assert task["data"][result["to_name"]][value["start"] : value["end"]] == value["text"]
    with (out / "review" / "queue.csv").open() as stream:
        items = [{**row, "review": "yes"} for row in csv.DictReader(stream)]
    assert items
    with (out / "review" / "done.csv").open("w") as stream:
        writer = csv.DictWriter(stream, items[0])
        writer.writeheader()
        writer.writerows(items)
    code, shown, err = command("estimate", str(out / "review" / "done.csv"))
    assert code == 0, err
    assert "represent 12 articles" in shown
    assert "articles that an editor would review  100.0%" in shown


def test_drift_against_an_earlier_batch_ends_with_5(options: list[str], rows: Path, tmp_path: Path) -> None:
    assert batch(*options, "--out", str(tmp_path / "a"))[0] == 0
    lines = [json.dumps({"nr": f"n{i}", "headline": f"Levy {i}", "text": BODY.format(i) * 9}) for i in range(60)]
    rows.write_text("\n".join(lines))
    assert batch(*options, "--out", str(tmp_path / "b"))[0] == 0
    rows.write_text("\n".join(line.replace("Officials said", "Die Brücke war lang und sehr alt und") for line in lines))
    code, _, err = batch(*options, "--out", str(tmp_path / "c"), "--baseline", str(tmp_path / "b"), "--fail-on", "drift")
    assert code == 5, err
    assert f"against the batch {tmp_path / 'b'}" in err
    code, _, err = batch(*options, "--out", str(tmp_path / "d"), "--baseline", str(tmp_path / "nowhere"))
    assert code == 2
    assert "no finished batch" in err
    assert not (tmp_path / "d").exists()


def test_a_record_is_explained_from_its_input(options: list[str], rows: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    batch(*options, "--out", str(out), "--no-text")
    result = RUNNER.invoke(app, ["explain", "n3", "--batch", str(out)])
    assert result.exit_code == 0, result.stderr
    assert "Levy 3 is war" in result.stdout
    assert "the stored record is reproduced" in result.stderr
    assert "rows.jsonl:4" in result.stderr
    missing = RUNNER.invoke(app, ["explain", "n99", "--batch", str(out)])
    assert (missing.exit_code, "no record of the id 'n99'" in missing.stderr) == (2, True)
    rows.write_text(rows.read_text().replace("Levy 3", "Tax 33"))
    changed = RUNNER.invoke(app, ["explain", "n3", "--batch", str(out)])
    assert (changed.exit_code, "restore the input" in changed.stderr) == (2, True)


def test_a_rejected_row_ends_with_4_unless_it_is_allowed(options: list[str], rows: Path, tmp_path: Path) -> None:
    rows.write_text(rows.read_text() + "[]\n")
    assert batch(*options, "--out", str(tmp_path / "out"))[0] == 4
    assert batch(*options, "--out", str(tmp_path / "out"), "--max-rejected", "0.1")[0] == 0


def test_lines_behind_a_header_without_the_columns_count_as_rejected(options: list[str], tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("nr,title\n" + "1,A\n" * 40)
    code, _, err = batch(str(tmp_path / "other.csv"), *options, "--out", str(tmp_path / "out"), "--max-rejected", "0.5")
    assert code == 4
    assert "not read: 40 lines" in err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nowhere.jsonl"], 2, "no such file or folder"),
        (["rows", "--column", "title=a"], 2, "NAME one of id, headline, body, outlet"),
        (["rows", "--policy", "lenient"], 3, "no policy 'lenient'"),
        (["rows", "--prevalence", "review=2"], 2, "the prevalence of review is 2.0"),
        (["rows", "--prevalence", "mood=0.1"], 2, "a prevalence cannot be given for 'mood'"),
        (["rows", "--resume"], 2, "no job to resume"),
    ],
)
def test_usage(options: list[str], tmp_path: Path, arguments: list[str], code: int, words: str) -> None:
    chosen = [options[0] if argument == "rows" else argument for argument in arguments]
    found, _, err = batch(*chosen, *options[1:], "--out", str(tmp_path / "out"))
    assert found == code
    assert words in err
    assert not (tmp_path / "out" / "job.json").exists()  # the folder is free for the right command


def test_answers_survive_the_same_command(options: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert batch(*options, "--out", str(out))[0] == 0
    queue = out / "review" / "queue.csv"
    answered = queue.read_text(encoding="utf-8").replace("-00001,,", "-00001,yes,", 1)
    queue.write_text(answered, encoding="utf-8")
    assert "-00001,yes," in answered
    assert batch(*options, "--out", str(out))[0] == 0
    assert queue.read_text(encoding="utf-8") == answered


def answered(out: Path) -> Path:
    """The batch's queue with every item answered, in a folder of its own."""
    with (out / "review" / "queue.csv").open(encoding="utf-8") as stream:
        items = [{**row, "review": "yes"} for row in csv.DictReader(stream)]
    done = out.parent / f"{out.name}.csv"
    with done.open("w", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, items[0])
        writer.writeheader()
        writer.writerows(items)
    return done


def test_answers_to_another_batch_are_refused(options: list[str], rows: Path, tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in "abc")
    assert batch(*options, "--out", str(first))[0] == 0
    assert batch(*options, "--out", str(third), "--seed", "7")[0] == 0
    rows.write_text(rows.read_text().replace("Levy", "Tax!"))  # as many bytes: only the content tells the jobs apart
    assert batch(*options, "--out", str(second))[0] == 0
    assert command("estimate", str(answered(first)), "--batch", str(first))[0] == 0
    for other in (second, third):
        code, _, err = command("estimate", str(answered(first)), "--batch", str(other))
        assert code == 2
        assert "belongs to another batch or sample; name its batch with --batch" in err
    (second / "review" / "design.json").write_bytes((first / "review" / "design.json").read_bytes())
    code, _, err = command("estimate", str(answered(first)), "--batch", str(second))
    assert code == 2
    assert "design.json belongs to another batch than" in err


def test_the_machine_says_which_precision_it_took(options: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, _, err = batch(*options, "--out", str(out), "--precision", "auto")
    assert code == 0
    job = json.loads((out / "job.json").read_text())
    assert f"precision {job['settings']['precision']}: {job['precision_because']}" in err
    assert "fastest" in job["precision_because"]


def test_figures_go_to_mlflow_when_asked(options: list[str], tmp_path: Path) -> None:
    store = tmp_path / "mlflow.db"
    assert batch(*options, "--out", str(tmp_path / "out"), "--mlflow", f"sqlite:///{store}")[0] == 0
    with closing(sqlite3.connect(store)) as connection:
        found = dict(connection.execute("select key, value from latest_metrics"))
    assert (found["rows"], found["scored"]) == (12.0, 12.0)
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert {f"prevalence/{one['name']}" for one in report["prevalences"]} <= found.keys()
