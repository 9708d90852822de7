"""Exports of annotation tools as the tools write them, and what an import makes of them."""

import json
from pathlib import Path
from typing import Any

from presscheck.serve.annotations.articles import ARTICLES
from presscheck.serve.annotations.importing import Imported, import_files
from presscheck.serve.annotations.options import ImportOptions

HEADLINE = "Harbour in ruins: nobody saw it coming"
BODY = "The ferry sank on Monday. Port officials said that 40 people were rescued. It was a sad day for everybody."
TIME = "2026-11-29T10:00:00.250Z"


def region(control: str, part: str, words: str, name: str, *, text: str, identifier: str = "r", **value: Any) -> dict[str, Any]:
    """A marked stretch as Label Studio writes it."""
    start = text.index(words)
    found = {"start": start, "end": start + len(words), "text": words, "labels": [name], **value}
    return {"id": identifier, "from_name": control, "to_name": part, "type": "labels", "value": found, "origin": "manual"}


def choice(control: str, part: str, *chosen: str, of: dict[str, Any] | None = None) -> dict[str, Any]:
    """A choice, of a whole text or of a region."""
    place = {name: of["value"][name] for name in ("start", "end", "text")} if of else {}
    identifier = of["id"] if of else "c"
    value = {**place, "choices": list(chosen)}
    return {"id": identifier, "from_name": control, "to_name": part, "type": "choices", "value": value, "origin": "manual"}


def annotation(*results: dict[str, Any], by: object = 1, at: str = TIME, **more: Any) -> dict[str, Any]:
    """One rater's annotation of a task, with everything that Label Studio writes beside it."""
    about = {"id": 7, "was_cancelled": False, "ground_truth": False, "created_at": TIME, "lead_time": 20.1, "prediction": {}}
    return {**about, "completed_by": by, "result": list(results), "updated_at": at, "result_count": len(results), "task": 1, **more}


def task(*annotations: dict[str, Any], **data: Any) -> dict[str, Any]:
    """A task of the export JSON."""
    about = {"id": 11, "file_upload": "in.json", "drafts": [], "predictions": [], "meta": {}, "inner_id": 1, "total_annotations": 1}
    return {**about, "annotations": list(annotations), "data": data or {"headline": HEADLINE, "body": BODY}, "project": 3}


def write(path: Path, value: Any) -> Path:
    """A JSON file, or JSON lines for the ending .jsonl."""
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in value) if path.suffix == ".jsonl" else json.dumps(value)
    path.write_text(lines, encoding="utf-8")
    return path


def imported(path: Path, folder: Path, **options: Any) -> tuple[Imported, list[dict[str, Any]]]:
    """The outcome of an import, and all rows of the folder."""
    done = import_files([path], folder, options=ImportOptions(**options))
    return done, rows(folder)


def rows(folder: Path) -> list[dict[str, Any]]:
    """All rows of an import's folder."""
    return [json.loads(line) for line in (folder / ARTICLES).read_text(encoding="utf-8").splitlines()]


def words(row: dict[str, Any]) -> set[tuple[str, str, str, str | None]]:
    """The marked stretches of a row: part, tag, words and type."""
    return {(s["part"], s["tag"], row[s["part"]][s["start"] : s["end"]], s["type"]) for s in row["spans"]}


def sentence(row: dict[str, Any], opening: str) -> dict[str, Any]:
    """The labels of the sentence that begins so."""
    (found,) = [one for one in row["sentences"] if row["body"][one["start"] :].startswith(opening)]
    return {name: votes for name, votes in found.items() if isinstance(votes, list)}
