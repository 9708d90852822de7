"""Reads rows as a source of articles would, for tests."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from presscheck.configs.sources import TableSource
from presscheck.data.dataset.source_reader import layout_of
from presscheck.data.labelled.items import LabelledRow, documents_of
from presscheck.data.labelled.layout import Layout
from presscheck.data.schema import Document


def article_layout(**options: Any) -> Layout:
    """The layout of a source that says nothing but its name and that its rows are articles."""
    return layout_of(TableSource.model_validate({"kind": "table", "path": "rows.jsonl", "name": "team", "segment": "article", **options}))


def read_rows(rows: Iterable[Mapping[str, Any]], **options: Any) -> list[Document]:
    """The documents of rows, each at its line of rows.jsonl."""
    placed = (LabelledRow(f"rows.jsonl:{line}", str(line), row) for line, row in enumerate(rows, start=1))
    return list(documents_of(placed, article_layout(**options), name="rows.jsonl"))


def write_jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """A file of the rows."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path
