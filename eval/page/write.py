"""Writes an evaluation's files."""

from pathlib import Path

from presscheck.data.atomic import write_files
from presscheck.eval.page.card import as_card
from presscheck.eval.page.html import as_html
from presscheck.eval.report import Report
from presscheck.serve.manifest import Manifest


def write_report(report: Report, manifest: Manifest, folder: Path) -> None:
    """Writes `report.html`, `report.json` and `MODEL_CARD.md`."""
    files = {
        "report.json": report.as_json(),
        "report.html": as_html(report, manifest),
        "MODEL_CARD.md": as_card(report, manifest),
    }
    write_files(folder, files)
