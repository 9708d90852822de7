"""Webis Clickbait Corpus 2017 (Potthast et al. 2018): posts of news outlets with five raters' strengths."""

import json
from pathlib import Path
from typing import Any

from presscheck.data.corpora.files import read_text, single
from presscheck.data.errors import DataError, located
from presscheck.data.schema import Document


def read_webis(folder: Path) -> list[Document]:
    """Reads every post with a text; `sensational` is the mean of the raters' strengths. Copies of a text share a group.

    Raises:
        DataError: on a missing file, a broken row, or a post without a judgment.
    """
    truth = {str(row["id"]): row for row in _rows(folder / "truth.jsonl", "truthMean")}
    documents = []
    for row in _rows(folder / "instances.jsonl", "postText"):
        text = " ".join(" ".join(row["postText"]).split())
        identifier = str(row["id"])
        if identifier not in truth:
            raise DataError(f"{folder / 'instances.jsonl'}: post {identifier} has no row in truth.jsonl")
        if text:
            labels = {"sensational": float(truth[identifier]["truthMean"])}
            documents.append(
                single(
                    text,
                    identifier=identifier,
                    group=text.lower(),
                    source="webis",
                    licence="none stated",
                    kind="headline",
                    labels=labels,
                )
            )
    return documents


def _rows(path: Path, *keys: str) -> list[dict[str, Any]]:
    rows = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(located(path, number, f"invalid JSON at column {error.colno}: {error.msg}")) from None
        missing = [key for key in ("id", *keys) if key not in row]
        if missing:
            raise DataError(located(path, number, f"no field {missing[0]!r}"))
        rows.append(row)
    return rows
