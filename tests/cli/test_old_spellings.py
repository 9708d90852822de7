"""Spellings of earlier versions end with code 2 and one sentence that gives the present one."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from presscheck.cli.main import app

RUNNER = CliRunner()


@pytest.mark.parametrize(
    ("old", "present"),
    [
        ("batch run in.jsonl --out night", "presscheck batch INPUT… --out DIR"),
        ("batch run --help", "presscheck batch INPUT… --out DIR"),
        ("batch estimate night/review/queue.csv", "presscheck estimate ANSWERS"),
        ("estimate answers.json --out night", "presscheck estimate ANSWERS --batch DIR"),
        ("explain n402 --out night", "presscheck explain RECORD_ID --batch DIR"),
        ("explain --out=night n402", "presscheck explain RECORD_ID --batch DIR"),
        ("serve --new-key desk", "presscheck keys new NAME"),
        ("serve --state other --revoke-key=desk", "presscheck keys revoke NAME"),
        ("serve --export-feedback tables", "presscheck feedback export FOLDER"),
    ],
)
def test_one_sentence_with_the_present_spelling(old: str, present: str) -> None:
    result = RUNNER.invoke(app, old.split())
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"presscheck: {old.split()[0]} ")
    assert f" is now: {present}" in line


def test_inputs_of_these_names_can_be_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = RUNNER.invoke(app, ["batch", "./run", "--out", "night", "--model", "nowhere"])
    assert result.exit_code == 3, "the model is refused, not the input's name"
    assert "is now" not in result.stderr
