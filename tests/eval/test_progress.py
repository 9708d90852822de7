"""The bar of an evaluation: one step a stage, and nothing where nobody looks."""

import io
import sys

import pytest

from presscheck.eval.progress import stages


class Terminal(io.StringIO):
    """Standard error that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_each_stage_when_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    with stages(2) as begin:
        begin("intervals")
        begin("speed")
    steps = [line for line in shown.getvalue().split("\r") if "intervals" in line or "speed" in line]
    assert any(line.startswith("intervals") and "0/2" in line for line in steps)
    assert any(line.startswith("speed") and "1/2" in line for line in steps)


def test_a_file_sees_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with stages(1) as begin:
        begin("speed")
    assert capsys.readouterr().err == ""
