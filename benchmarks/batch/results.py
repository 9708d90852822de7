"""Where the harnesses keep what they found: batch.json, drawn into batch.md after each step, so that a stopped one goes on."""

from pathlib import Path
from typing import Any

from benchmarks.batch.page import page
from benchmarks.record import record, results_of

RECORD = Path(__file__).parents[1] / "batch.json"
MARK = "<!-- drawn by benchmarks.batch -->"


def kept(section: str) -> dict[str, Any]:
    """What a section holds so far."""
    found: dict[str, Any] = results_of(RECORD).get(section, {})
    return found


def keep(section: str, found: dict[str, Any]) -> None:
    """Replaces a section and draws the page again."""
    record(RECORD, {**results_of(RECORD), section: found}, mark=MARK, draw=page)


def draw() -> None:
    """Draws the page again."""
    record(RECORD, results_of(RECORD), mark=MARK, draw=page)
