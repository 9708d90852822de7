"""The selection as files: labelled rows, a table for a spreadsheet, tasks for Label Studio, and its design."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from presscheck.configs.section import Section
from presscheck.data.atomic import write_files
from presscheck.data.errors import DataError
from presscheck.data.rows.spreadsheet import safe_cell
from presscheck.eval.selection.draw import SelectOptions
from presscheck.eval.selection.labelled_row import labelled_row
from presscheck.eval.selection.selected import Selected
from presscheck.serve.batch.review.answers import read_answers
from presscheck.serve.batch.review.design import ANSWER, HEADLINE_ANSWER, SELECTION
from presscheck.serve.batch.review.export import label_studio_config, prediction_of, spans_of

ROWS, TABLE, TASKS, INTERFACE, DESIGN = SELECTION, "selection.csv", "label-studio.json", "label-studio.xml", "design.json"
_COLUMNS = ("item", ANSWER, HEADLINE_ANSWER, "headline", "body", "outlet", "place", "selected", "probability", "copies", "risk", "level")


class SelectionDesign(Section):
    """How a selection was drawn, for those who estimate from it.

    Attributes:
        candidates: texts that could be selected; the probabilities are of these.
        scored, unjudged, known: see `pool.Pool`.
    """

    options: SelectOptions
    model_version: str
    model_sha256: str
    candidates: int
    scored: int
    unjudged: int
    known: int
    selected: dict[str, int]


def hold_no_answers(folder: Path) -> None:
    """Checks that a new selection would not overwrite somebody's work.

    Raises:
        DataError: if the folder's table has answers.
    """
    if (folder / TABLE).is_file() and read_answers(folder / TABLE):
        raise DataError(f"{folder / TABLE} holds answers, which a new selection would overwrite; give another --out")


def write_selection(folder: Path, design: SelectionDesign, found: Sequence[Selected]) -> None:
    """Writes every file."""
    tasks = [_task(one) for one in found]
    files = {
        ROWS: "".join(json.dumps(labelled_row(one), ensure_ascii=False) + "\n" for one in found),
        TABLE: _table(found),
        TASKS: json.dumps(tasks, ensure_ascii=False, indent=1) + "\n",
        INTERFACE: label_studio_config(annotate=True),
        DESIGN: design.model_dump_json(indent=1) + "\n",
    }
    write_files(folder, files)


def _table(found: Iterable[Selected]) -> str:
    """One line an article, with empty columns to fill in."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow((*_COLUMNS, "reasons", "spans"))
    for one in found:
        risk, row = one.record.risk, one.row
        place = f"{one.candidate.file}:{one.candidate.line}"
        spans = "; ".join(f"{s['part']} {s['start']}-{s['end']} {s['label']}" for s in spans_of(one.record))
        texts = (one.item, "", "", row.headline or "", row.body or "", row.about.get("outlet", ""), place, one.why)
        cells: tuple[object, ...] = (*texts, one.probability, one.copies, risk.p, risk.level, _reasons(one), spans)
        writer.writerow(safe_cell(cell) for cell in cells)
    return stream.getvalue()


def _reasons(one: Selected) -> str:
    return " ".join(reason.message for reason in one.record.risk.reasons)


def _task(one: Selected) -> dict[str, Any]:
    """A task with the model's output as a prediction, which is no annotation before somebody submits it."""
    return {
        "data": {
            "item": one.item,
            "id": one.item,
            "article_id": one.item,  # JSON-MIN puts the task's number in the place of `id`
            "place": f"{one.candidate.file}:{one.candidate.line}",
            "headline": one.row.headline or "",
            "body": one.row.body or "",
            **one.row.about,
            "reasons": _reasons(one),
            "stratum": one.why,
            "probability": one.probability,
        },
        "predictions": [prediction_of(one.record, annotate=True)],
    }
