"""The output of a scored shard: its part (records as Parquet or JSONL, with columns to filter by) and its summary.

The signature column measures how similar two texts are: near-duplicates share most of its numbers.
"""

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from presscheck.configs.section import Section
from presscheck.data.article import Article
from presscheck.data.minhash import Signature, signatures
from presscheck.data.text.words import words_of
from presscheck.serve.batch.job import PartFormat
from presscheck.serve.record import Headline, Record
from presscheck.serve.reference import Reference

OPENING_CHARS = 4000
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("file", pa.string()),
        ("line", pa.int64()),
        ("outlet", pa.string()),
        ("status", pa.string()),
        ("risk", pa.float64()),
        ("level", pa.string()),
        ("sensational", pa.float64()),
        ("headline_flagged", pa.bool_()),
        ("segments", pa.int32()),
        ("segments_flagged", pa.int32()),
        ("language", pa.string()),
        ("text_sha256", pa.string()),
        ("signature", pa.binary()),
        ("record", pa.string()),
    ]
)


class RejectedRow(Section):
    """A line of `rejected.jsonl`."""

    code: str
    file: str
    line: int
    field: str | None
    message: str


class ShardSummary(Section):
    """The summary of a finished shard; `part_sha256` is of the part's bytes."""

    index: int
    key: str
    file: str
    first_line: int
    last_line: int
    rows: int
    scored: int
    partial: int
    words: int
    part: str
    part_sha256: str
    part_bytes: int
    rejected: tuple[RejectedRow, ...]
    reference: Reference


def text_sha256(article: Article) -> str:
    """Hash of the scored text: two rows with the same hash are duplicates."""
    return hashlib.sha256(f"{article.headline or ''}\0{article.body or ''}".encode()).hexdigest()


def columns_of(record: Record, *, file: str, line: int, outlet: str | None, text_sha256: str, signature: bytes) -> dict[str, Any]:
    """The record as a row of the part."""
    headline = record.headline
    return {
        "id": record.id,
        "file": file,
        "line": line,
        "outlet": outlet,
        "status": record.status,
        "risk": record.risk.p,
        "level": record.risk.level,
        "sensational": headline.sensational if headline else None,
        "headline_flagged": headline.flagged if headline else None,
        "segments": len(record.segments),
        "segments_flagged": sum(bool(segment.flagged) for segment in record.segments),
        "language": record.notes.language,
        "text_sha256": text_sha256,
        "signature": signature,
        "record": record.model_dump_json(),
    }


def without_text(record: Record) -> Record:
    """The record with its offsets and scores and without the article's text."""
    return record.model_copy(
        update={
            "headline": _wordless(record.headline),
            "segments": [
                s.model_copy(update={"text": "", "source": s.source.model_copy(update={"text": ""}) if s.source else None})
                for s in record.segments
            ],
            "sources": [source.model_copy(update={"name": ""}) for source in record.sources],
        }
    )


def _wordless(headline: Headline | None) -> Headline | None:
    if headline is None:
        return None
    cues = [cue.model_copy(update={"text": ""}) for cue in headline.cues]
    return headline.model_copy(update={"text": "", "cues": cues})


def as_bytes(rows: Sequence[dict[str, Any]], *, part_format: PartFormat) -> bytes:
    """The part as bytes; the same rows give the same bytes."""
    if part_format == "jsonl":
        lines = (
            json.dumps({**row, "signature": row["signature"].hex(), "record": json.loads(row["record"])}, ensure_ascii=False)
            for row in rows
        )
        return "".join(f"{line}\n" for line in lines).encode()
    stream = io.BytesIO()
    table = pa.Table.from_pylist(list(rows), schema=SCHEMA)
    pq.write_table(table, stream, compression="zstd", store_schema=False)
    return stream.getvalue()


def read_part(path: Path, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Rows of a part, of the given columns; `record` is JSON text in both formats."""
    if path.suffix == ".jsonl":
        with path.open(encoding="utf-8") as stream:
            for line in stream:
                row = json.loads(line)
                row |= {"signature": bytes.fromhex(row["signature"]), "record": json.dumps(row["record"])}
                yield {name: row[name] for name in columns}
        return
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(1000, columns=list(columns)):
            yield from batch.to_pylist()


def opening_words(article: Article) -> list[str]:
    """The words of the headline and of the first OPENING_CHARS of the body."""
    return words_of(f"{article.headline or ''}\n{(article.body or '')[:OPENING_CHARS]}")


def signature(article: Article) -> bytes:
    """MinHash of the opening words, as little-endian 32-bit numbers."""
    (numbers,) = signatures([opening_words(article)])
    return numbers.tobytes()


def as_numbers(raw: bytes) -> Signature:
    """The numbers of a signature."""
    return np.frombuffer(raw, dtype="<u4")
