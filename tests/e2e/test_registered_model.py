"""A model by its alias on every road: the same records as by its folder, and a batch that keeps the version that it was started with."""

import json
import shutil
from pathlib import Path

import pytest
from registry_support import Registry, stand_in
from typer.testing import CliRunner, Result

from presscheck.cli.main import app
from presscheck.serve import load
from presscheck.serve.bundle import MANIFEST, Bundle, write_sums

CHAMPION = "models:/desk@champion"


@pytest.fixture
def registry(tiny_bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Two versions of the tiny model; the first is the champion."""
    other = Path(shutil.copytree(tiny_bundle.path, tmp_path / "other"))
    manifest = json.loads((other / MANIFEST).read_text())
    (other / MANIFEST).write_text(json.dumps({**manifest, "version": "other"}))
    write_sums(other)
    found = stand_in(tmp_path / "registry", monkeypatch)
    found.register("1", tiny_bundle.path)
    found.register("2", other)
    found.point("champion", "1")
    return found


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    path = tmp_path / "articles.jsonl"
    path.write_text('{"id": "a", "headline": "Has the quay collapsed?", "body": "It has, the harbour master said on Monday."}\n')
    return path


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exit_code == code, result.output
    return result


def test_a_record_is_the_same_by_alias_by_number_and_by_folder(registry: Registry, tiny_bundle: Bundle, articles: Path) -> None:
    models = (tiny_bundle.path, CHAMPION, "models:/desk/1")
    by_folder, *by_name = (run("score", articles, "--model", model, "--format", "jsonl").stdout for model in models)
    assert by_name == [by_folder, by_folder]
    scorer = load(CHAMPION)
    assert scorer.info.model_dump() == json.loads(by_folder)["model"]


def test_the_commands_that_name_a_bundle_take_a_registered_one(registry: Registry, tiny_bundle: Bundle) -> None:
    for command in (["eval", "models:/desk@none"], ["compare", tiny_bundle.path, "models:/desk@none"], ["promote", "models:/desk@none"]):
        assert run(*command, code=3).stderr.endswith("models:/desk@none: the registry http://127.0.0.1:9 refuses it: none not found\n")
    assert "give models:/NAME@ALIAS" in run("serve", "--model", "models:/desk", code=2).stderr
    assert run("registry", "fetch", CHAMPION).stdout.startswith(str(registry.home / "cache"))


def test_a_registered_model_out_of_reach_is_one_sentence_with_code_3(registry: Registry, articles: Path) -> None:
    registry.fault("resolve", {"unreachable": "connection refused"})
    (line,) = run("score", articles, "--model", CHAMPION, code=3).stderr.splitlines()
    assert line.startswith(f"presscheck: {CHAMPION} is not in ")
    assert line.endswith("the registry http://127.0.0.1:9 cannot be reached: connection refused")


def test_a_batch_is_the_same_job_by_alias_and_by_folder(registry: Registry, tiny_bundle: Bundle, articles: Path, tmp_path: Path) -> None:
    run("batch", articles, "--out", tmp_path / "night", "--model", tiny_bundle.path)
    before = {path: path.read_bytes() for path in (tmp_path / "night").rglob("*.parquet")}
    run("batch", articles, "--out", tmp_path / "night", "--model", CHAMPION, "--resume")
    assert {path: path.read_bytes() for path in (tmp_path / "night").rglob("*.parquet")} == before


def test_a_batch_keeps_the_version_that_it_was_started_with(registry: Registry, articles: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    run("batch", articles, "--out", first, "--model", CHAMPION)
    registry.point("champion", "2")
    asked = len(registry.asked)
    again = run("batch", articles, "--out", first, "--model", CHAMPION)
    assert "keeps the model that it was started with" in again.stderr
    assert len(registry.asked) == asked
    run("batch", articles, "--out", second, "--model", CHAMPION)
    assert json.loads((second / "job.json").read_text())["model_version"] == "other"
    refused = run("batch", articles, "--out", first, "--model", "models:/desk/2", code=2)
    assert "the model was" in refused.stderr
    run("explain", "a", "--batch", first)
    shutil.rmtree(registry.home / "cache")
    run("explain", "a", "--batch", first, "--model", "models:/desk/1")
