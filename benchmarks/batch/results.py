"""Where the harnesses keep what they found: batch.json, drawn into batch.md after each step, so that a stopped one goes on."""

import fcntl
from collections.abc import Callable
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
    _update(lambda results: {**results, section: found})


def draw() -> None:
    """Draws the page again."""
    _update(lambda results: results)


def _update(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Harnesses of several processes take turns, so that none writes over what another has just kept."""
    with Path(__file__).open("rb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        record(RECORD, change(results_of(RECORD)), mark=MARK, draw=page)
