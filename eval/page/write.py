"""Writes an evaluation's files."""

from pathlib import Path

from presscheck.data.atomic import write_atomically
from presscheck.eval.page.card import as_card
from presscheck.eval.page.html import as_html
from presscheck.eval.report import Report
from presscheck.serve.bundle import Manifest


def write_report(report: Report, manifest: Manifest, folder: Path) -> None:
    """Writes `report.html`, `report.json` and `MODEL_CARD.md`."""
    files = {
        "report.json": report.as_json(),
        "report.html": as_html(report, manifest),
        "MODEL_CARD.md": as_card(report, manifest),
    }
    for name, text in files.items():
        with write_atomically(folder / name) as stream:
            stream.write(text)
