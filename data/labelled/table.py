"""Reads a file of labelled rows: CSV, TSV, JSONL or Parquet."""

from collections.abc import Iterator
from pathlib import Path

from presscheck.data.labelled.items import LabelledRow, documents_of
from presscheck.data.labelled.layout import Layout
from presscheck.data.rows.refusal import RowError
from presscheck.data.rows.row import parsed
from presscheck.data.rows.tables import raw_rows
from presscheck.data.schema import Document


def read_table(path: Path, layout: Layout, *, encoding: str | None = None) -> Iterator[Document]:
    """The documents of a file: one of each row, or of all rows of an id if the layout names a rater's column.

    Args:
        encoding: of the file, if it is not UTF-8 and has no byte-order mark.

    Raises:
        DataError: with `file:line` for every bad row (the first 20).
    """
    return documents_of(_rows(path, layout, encoding), layout, name=str(path))


def _rows(path: Path, layout: Layout, encoding: str | None) -> Iterator[LabelledRow]:
    for raw in raw_rows(path, layout.wanted(), encoding=encoding):
        where, name = f"{path}:{raw.line}", str(raw.line)
        try:
            yield LabelledRow(where, name, parsed(raw))
        except RowError as error:
            yield LabelledRow(where, name, error)
