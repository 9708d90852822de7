"""Reads reviewers' answers: the filled-in queue.csv, or what Label Studio exports as JSON."""

import json
from pathlib import Path
from typing import Any

from presscheck.data.errors import DataError, located
from presscheck.data.files import read_text
from presscheck.data.rows.tables import table_rows
from presscheck.serve.batch.review.design import ANSWER

_ANSWERS = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}


def _answer(value: str, *, where: str) -> bool | None:
    word = value.strip().lower()
    if not word:
        return None
    if word not in _ANSWERS:
        raise DataError(f"{where}: the answer is {value!r}; write yes or no")
    return _ANSWERS[word]


def read_answers(path: Path) -> dict[str, bool]:
    """Item to its answer; items without an answer are left out.

    Raises:
        DataError: on a file of neither format, an answer that is neither yes nor no, or two answers to one item.
    """
    found: dict[str, bool] = {}
    rows = _label_studio(path) if path.suffix.lower() == ".json" else _csv(path)
    for where, item, value in rows:
        answer = _answer(value, where=where)
        if answer is None:
            continue
        if found.get(item, answer) != answer:
            raise DataError(f"{where}: item {item} has two answers that differ; keep one")
        found[item] = answer
    return found


def _csv(path: Path) -> list[tuple[str, str, str]]:
    rows = []
    for line, row in table_rows(path, "item", ANSWER):
        rows.append((f"{path}:{line}", str(row["item"]), str(row[ANSWER])))
    return rows


def _label_studio(path: Path) -> list[tuple[str, str, str]]:
    try:
        tasks = json.loads(read_text(path))
        return [
            (f"{path}: task {number}", str(task["data"]["item"]), _choice(annotation))
            for number, task in enumerate(tasks, start=1)
            for annotation in task["annotations"]
            if not annotation.get("was_cancelled")
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(located(path, None, f"not a JSON export of Label Studio ({type(error).__name__}: {error})")) from None


def _choice(annotation: dict[str, Any]) -> str:
    for result in annotation["result"]:
        if result["from_name"] == ANSWER:
            return str(result["value"]["choices"][0])
    return ""
