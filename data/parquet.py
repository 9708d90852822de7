"""Reads and writes documents as Parquet, one file per split."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from presscheck.data.errors import DataError
from presscheck.data.schema import SEGMENT_LABELS, Document, Segment, Span

_DOCUMENTS_PER_GROUP = 1000
_SPAN = pa.struct(
    [
        ("tag", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("type", pa.string()),
    ]
)
_SEGMENT = pa.struct(
    [
        ("text", pa.string()),
        ("kind", pa.string()),
        ("labels", pa.struct([(name, pa.float32()) for name in SEGMENT_LABELS])),
        ("spans", pa.list_(_SPAN)),
        ("tags", pa.list_(pa.string())),
        ("paragraph", pa.int32()),
        ("notes", pa.list_(pa.string())),
    ]
)
_TEXTS = ("id", "group", "source", "licence", "genre", "topic", "region", "outlet", "split", "article_genre")
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in _TEXTS),
        ("year", pa.int32()),
        ("review", pa.float32()),
        ("weight", pa.float64()),
        ("segments", pa.list_(_SEGMENT)),
    ]
)


class DocumentWriter:
    """Writes documents to one Parquet file, a thousand at a time."""

    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(path, SCHEMA, compression="zstd")
        self._rows: list[dict[str, Any]] = []
        self.count = 0

    def write(self, document: Document) -> None:
        """Adds a document."""
        row = asdict(document)
        for segment in row["segments"]:
            segment["notes"] = sorted(segment["notes"])
        self._rows.append(row)
        self.count += 1
        if len(self._rows) >= _DOCUMENTS_PER_GROUP:
            self._flush()

    def _flush(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._rows, schema=SCHEMA))
        self._rows = []

    def close(self) -> None:
        """Writes the rest and closes the file."""
        self._flush()
        self._writer.close()


def _segment(row: dict[str, Any]) -> Segment:
    return Segment(
        row["text"],
        row["kind"],
        {name: round(value, 6) for name, value in row["labels"].items() if value is not None},
        tuple(Span(**span) for span in row["spans"]),
        tuple(row["tags"]),
        row["paragraph"],
        frozenset(row["notes"]),
    )


def read_documents(path: Path, stream: BinaryIO | None = None) -> Iterator[Document]:
    """The documents of one file, a thousand at a time.

    Args:
        stream: the file, if already open.

    Raises:
        DataError: if it is invalid or of another version.
    """
    try:
        with pq.ParquetFile(stream or path) as file:
            if not file.schema_arrow.equals(SCHEMA):
                raise DataError(f"{path} was written by another version of presscheck; build it again")
            for batch in file.iter_batches(_DOCUMENTS_PER_GROUP):
                for row in batch.to_pylist():
                    yield Document(**{**row, "segments": tuple(map(_segment, row["segments"]))})
    except pa.ArrowInvalid as error:
        raise DataError(f"{path}: {error}") from None
