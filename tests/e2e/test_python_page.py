"""docs/python.md as it stands: every block runs, and prints what it says."""

import doctest
from pathlib import Path

import pytest

from presscheck.serve.bundle import Bundle

PAGE = Path(__file__).parents[2] / "docs" / "python.md"


@pytest.mark.trained
def test_the_page_prints_what_it_says(
    default_bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "candidate").symlink_to(default_bundle.path)
    monkeypatch.chdir(tmp_path)  # `load()` looks for models/ where it runs
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert tried > 8
    assert not failed, capsys.readouterr().out
