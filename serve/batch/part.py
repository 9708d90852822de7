"""A part: the records of a shard as Parquet or JSONL, with the columns that a team filters by beside each whole record."""

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from presscheck.serve.batch.job import PartFormat
from presscheck.serve.record import Headline, Record

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


def columns_of(record: Record, *, file: str, line: int, outlet: str | None, text_sha256: str, signature: bytes) -> dict[str, Any]:
    """A row of the part."""
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
    """The record with its offsets and scores and no word of the article."""
    return record.model_copy(
        update={
            "headline": _wordless(record.headline),
            "segments": [
                s.model_copy(update={"text": "", "source": s.source.model_copy(update={"text": ""}) if s.source else None})
                for s in record.segments
            ],
        }
    )


def _wordless(headline: Headline | None) -> Headline | None:
    if headline is None:
        return None
    cues = [cue.model_copy(update={"text": ""}) for cue in headline.cues]
    return headline.model_copy(update={"text": "", "cues": cues})


def as_bytes(rows: Sequence[dict[str, Any]], *, part_format: PartFormat) -> bytes:
    """The part; the same rows give the same bytes."""
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
    """Rows of a part, of the columns asked for; `record` is JSON text in both formats."""
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
