"""Webis Clickbait Corpus 2017 (Potthast et al. 2018): posts of news outlets with five raters' strengths."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from presscheck.data.corpora.single import single
from presscheck.data.errors import DataError
from presscheck.data.rows.tables import table_rows
from presscheck.data.schema import Document


def read_webis(folder: Path) -> Iterator[Document]:
    """Reads every post with a text; `clickbait` is the mean of the raters' strengths. Copies of a text share a group.

    Raises:
        DataError: on a missing file, an invalid row, or a post without a judgment.
    """
    truth = {str(row["id"]): row for row in _rows(folder / "truth.jsonl", "truthMean")}
    for row in _rows(folder / "instances.jsonl", "postText"):
        text = " ".join(" ".join(row["postText"]).split())
        identifier = str(row["id"])
        if identifier not in truth:
            raise DataError(f"{folder / 'instances.jsonl'}: post {identifier} has no row in truth.jsonl")
        if text:
            yield single(
                text,
                identifier=identifier,
                group=text.lower(),
                source="webis",
                licence="none stated",
                kind="headline",
                labels={"clickbait": float(truth[identifier]["truthMean"])},
            )


def _rows(path: Path, *fields: str) -> Iterator[dict[str, Any]]:
    for _, row in table_rows(path, "id", *fields):
        yield row
