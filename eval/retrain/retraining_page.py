"""Shows a retraining: one page, and JSON."""

import json
from dataclasses import asdict
from pathlib import Path

from presscheck.data.atomic import write_files
from presscheck.data.pages import page_environment
from presscheck.data.schema import SPLITS
from presscheck.eval.retrain.summary import Findings


def as_json(found: Findings) -> str:
    """The findings as indented JSON; the evaluation and the comparison stand in files of their own, and so do the ids of documents."""
    tree = asdict(found)
    del tree["report"], tree["comparison"], tree["data"]["comparable"]
    return json.dumps({**tree, "compared_documents": len(found.data.comparable)}, indent=2, ensure_ascii=False) + "\n"


def as_html(found: Findings) -> str:
    """One page without requests or scripts."""
    return page_environment("presscheck.eval.retrain").get_template("retraining.html").render(found=found, splits=SPLITS)


def write_page(found: Findings, folder: Path) -> None:
    """Writes `report.html` and `report.json`."""
    write_files(folder, {"report.json": as_json(found), "report.html": as_html(found)})
