"""The command as people meet it: what it prints, what it writes and how it ends."""

import json
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from presscheck.cli.main import app

RUNNER = CliRunner()
SEED = Path(__file__).parents[1] / "e2e" / "seed-article.txt"


@pytest.fixture
def models(tiny_folder: Path) -> list[str]:
    return ["--models-dir", str(tiny_folder / "models")]


def score(*arguments: str, stdin: bytes | None = None) -> tuple[int, str, str]:
    result = RUNNER.invoke(app, ["score", *arguments], input=stdin)
    return result.exit_code, result.stdout, result.stderr


def test_the_version_is_that_of_the_package() -> None:
    shown = RUNNER.invoke(app, ["--version"])
    assert shown.exit_code == 0
    assert shown.stdout == f"presscheck {version('presscheck')}\n"


def test_configs(tmp_path: Path) -> None:
    listed = RUNNER.invoke(app, ["configs", "list"])
    assert "starter" in listed.stdout
    assert RUNNER.invoke(app, ["configs", "show", "starter", "seed=3"]).stdout.count("seed: 3") == 1
    checked = RUNNER.invoke(app, ["configs", "check", "starter", "trian.epochs=1"])
    assert checked.exit_code == 2
    assert "did you mean 'train'" in checked.stderr
    assert RUNNER.invoke(app, ["configs", "check", "nowhere"]).exit_code == 2


def test_a_headline(models: list[str]) -> None:
    code, out, _ = score("--headline", "Has X just declared war on Y?", *models)
    record = json.loads(out)
    assert code == 0
    assert record["status"] == "partial"
    assert record["headline"]["form"] == "polar_question"


def test_a_sarif_log_names_the_file_of_every_article(models: list[str], tmp_path: Path) -> None:
    out, folder = tmp_path / "flags.sarif", tmp_path / "in"
    folder.mkdir()
    row = json.dumps({"headline": "Rain", "body": "He is very likely to go."})
    (folder / "a.jsonl").write_text(f"{row}\n{row[:-9]}\n{row}\n")
    (folder / "b.txt").write_text("Snow\n\nIt came. She is very likely to stay.\n")
    (folder / "c.txt").write_text(" \n")
    assert score("-", str(folder), "--out", str(out), *models, stdin=f"{row}\n[]\n".encode())[0] == 4
    (run,) = json.loads(out.read_text())["runs"]
    rejected = [note["locations"][0].get("physicalLocation") for note in run["invocations"][0]["toolExecutionNotifications"]]
    assert rejected == [None, *({"artifactLocation": {"uri": (folder / name).as_uri()}} for name in ("a.jsonl", "c.txt"))]
    placed = [place for result in run["results"] for place in result["locations"] if "region" in place.get("physicalLocation", {})]
    assert {place["physicalLocation"]["artifactLocation"]["uri"] for place in placed} <= {(folder / "b.txt").as_uri()}


def test_the_ending_of_out_chooses_a_table_of_sources(models: list[str], tmp_path: Path) -> None:
    for name, start in (("t.md", "**Dispelling the army"), ("t.tsv", "article\tsource\ttype")):
        assert score(str(SEED), "--out", str(tmp_path / name), *models)[0] == 0
        assert (tmp_path / name).read_text().startswith(start)


def diff(*arguments: str) -> tuple[int, str, str]:
    result = RUNNER.invoke(app, ["diff", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_two_versions(models: list[str], tmp_path: Path) -> None:
    old, new = tmp_path / "old.txt", tmp_path / "new.md"
    old.write_text("Rain\n\nSome 40 roads were cut, the mayor said. It rained for days.\n")
    new.write_text("# Rain\n\nSome 90 roads were cut, the mayor said.\n\nThe trains ran.\n")
    code, out, err = diff(str(old), str(new), *models)
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert [(number["old"], number["new"]) for number in found["numbers"]] == [("40", "90")]
    assert [sentence["change"] for sentence in found["sentences"]] == ["reworded", "removed", "added"]
    page = tmp_path / "page.html"
    assert diff(str(old), str(new), "--out", str(page), *models)[0] == 0
    assert "<ins>90</ins>" in page.read_text()
    same = diff(str(old), str(old), "--format", "page", *models)
    assert (same[0], "Nothing changed." in same[1]) == (0, True)


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("gone.txt", None, 2, "no such file"),
        ("two.jsonl", '{"headline": "a"}\n{"headline": "b"}\n', 2, "holds more than one; give a file with one"),
        ("none.jsonl", "\n", 2, "holds no article"),
        ("empty.txt", "", 4, "the file is empty"),
        ("x.pdf", "%PDF-", 4, "PDF"),
    ],
)
def test_what_is_no_version_of_an_article_is_refused(name: str, content: str | None, code: int, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    found, out, err = diff(str(SEED), str(path), "--models-dir", str(tmp_path))
    assert (found, out) == (code, "")
    assert err.startswith(f"presscheck: {path}")
    assert words in err


def test_versions_without_a_model_are_refused(tmp_path: Path) -> None:
    assert diff(str(SEED), str(SEED), "--models-dir", str(tmp_path))[0] == 3


def test_bad_rows_keep_their_place_and_good_ones_are_scored(models: list[str]) -> None:
    rows = [{"id": str(i), "headline": f"Headline {i}", "body": "It fell."} for i in range(5)]
    lines = [json.dumps(row) for row in rows]
    lines[2] = '{"id": "2", "headline": '
    code, out, err = score("-", *models, stdin="\n".join(lines).encode())
    records = [json.loads(line) for line in out.splitlines()]
    assert code == 4
    assert [r["id"] for r in records] == ["0", "1", "<stdin>:3", "3", "4"]
    assert [r["status"] for r in records] == ["ok", "ok", "rejected", "ok", "ok"]
    assert "<stdin>:3: invalid JSON" in err
    assert score("-", "--max-rejected", "0.2", *models, stdin="\n".join(lines).encode())[0] == 0


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("empty.txt", b"", "the file is empty"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00", "binary data"),
        ("latin.txt", "Über\n\nEs fiel.".encode("cp1252"), "name its encoding (--encoding cp1252"),
    ],
)
def test_unreadable_files(tmp_path: Path, models: list[str], name: str, raw: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(raw)
    (tmp_path / "zz-good.txt").write_text("A headline\n\nA body.")
    code, out, err = score(str(tmp_path / name), str(tmp_path / "zz-good.txt"), *models)
    assert code == 4
    assert words in err
    assert [json.loads(line)["status"] for line in out.splitlines()] == ["rejected", "ok"]


def test_headline_only_and_body_only_are_partial(tmp_path: Path, models: list[str]) -> None:
    (tmp_path / "a.txt").write_text("Only a headline")
    (tmp_path / "b.txt").write_text("It fell in May and nobody knew why it had been left to stand. " * 12)
    code, out, _ = score(str(tmp_path), *models)
    records = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [r["status"] for r in records] == ["partial", "partial"]
    assert records[0]["segments"] == []
    assert records[1]["headline"] is None


def test_a_five_megabyte_article_is_scored_to_its_limit(tmp_path: Path, models: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from presscheck.data import article

    monkeypatch.setattr(article, "MAX_BODY_CHARS", 20_000)  # the limit itself takes half a minute with the default model
    (tmp_path / "big.txt").write_text("Headline\n\n" + "".join(f"Crane {i} fell in May.\n" for i in range(250_000)))
    code, out, err = score(str(tmp_path / "big.txt"), *models)
    record = json.loads(out)
    assert code == 0
    assert record["notes"]["truncated"]
    assert record["segments"][-1]["end"] <= 20_000
    assert "truncated: " in err


def test_no_model_names_the_command_that_makes_one(tmp_path: Path) -> None:
    code, _, err = score(str(SEED), "--models-dir", str(tmp_path))
    assert code == 3
    assert "presscheck train starter" in err


def test_a_tampered_bundle_is_refused(tiny_folder: Path, tmp_path: Path) -> None:
    bundle = Path(shutil.copytree((tiny_folder / "models" / "candidate").resolve(), tmp_path / "bundle"))
    manifest = bundle / "presscheck.json"
    manifest.write_text(manifest.read_text().replace('"elevated": 0.35', '"elevated": 0.99'))
    code, _, err = score(str(SEED), "--model", str(bundle))
    assert code == 3
    assert "presscheck.json is not the file that training wrote" in err


def test_outputs_are_written_whole(tmp_path: Path, models: list[str]) -> None:
    for name in ("out.jsonl", "out.html", "out.txt"):
        code, _, err = score(str(SEED), "--out", str(tmp_path / "new" / name), *models)
        assert code == 0
        assert "1 of 1 inputs scored" in err
        assert (tmp_path / "new" / name).read_text(encoding="utf-8")
    assert json.loads((tmp_path / "new" / "out.jsonl").read_text())["id"] == str(SEED)
    assert "<!doctype html>" in (tmp_path / "new" / "out.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "nothing to score"),
        (["nowhere.txt"], "nowhere.txt: no such file"),
        ([str(SEED), "--encoding", "klingon"], "unknown encoding 'klingon'"),
    ],
)
def test_usage_errors(arguments: list[str], words: str, models: list[str]) -> None:
    code, _, err = score(*arguments, *models)
    assert code == 2
    assert words in err


def test_a_policy_that_is_not_there(models: list[str]) -> None:
    code, _, err = score(str(SEED), "--policy", "lenient", *models)
    assert code == 3
    assert "balanced" in err


def test_a_dry_run_trains_nothing(small_corpus: Path, tmp_path: Path) -> None:
    models = tmp_path / "new" / "models"
    result = RUNNER.invoke(app, ["train", "tiny", f"data.sources.0.path={small_corpus}", f"models_dir={models}", "--dry-run"])
    assert result.exit_code == 0
    assert "# run tiny-" in result.stdout
    assert not list(tmp_path.iterdir())


def test_eval_prints_and_writes(tiny_folder: Path, tmp_path: Path) -> None:
    result = RUNNER.invoke(app, ["eval", "--models-dir", str(tiny_folder / "models"), "--out", str(tmp_path / "eval")])
    assert result.exit_code == 0
    assert "label/sensational" in result.stdout
    assert json.loads((tmp_path / "eval" / "report.json").read_text())["rows"]


def test_a_closed_pipe_ends_quietly(tiny_folder: Path) -> None:
    score_twice = f"{sys.executable} -m presscheck.cli.main score {SEED} {SEED} --format jsonl --models-dir {tiny_folder / 'models'}"
    done = subprocess.run(["bash", "-c", f"{score_twice} | head -c 10"], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
