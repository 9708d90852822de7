"""The bar of an evaluation: one step a stage, and nothing where nobody looks."""

from io import StringIO

import pytest
from rich.console import Console

from presscheck.eval.progress import stages


def test_a_terminal_sees_the_stage_that_has_begun_and_how_many_are_done() -> None:
    screen = StringIO()
    with stages(2, console=Console(file=screen, force_terminal=True, width=80, color_system=None)) as begin:
        begin("intervals")
        begin("speed")
    assert "speed 1/2" in screen.getvalue()


def test_a_file_sees_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with stages(1) as begin:
        begin("speed")
    assert capsys.readouterr().err == ""
