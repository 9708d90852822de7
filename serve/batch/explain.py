"""Reproduces a record of a finished batch from its input and model, and explains it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from presscheck.data.errors import DataError
from presscheck.data.rows.row import Row, read_row
from presscheck.serve.batch.job import Job, read_job
from presscheck.serve.batch.readers.reader import InputReader
from presscheck.serve.batch.shards.output import read_part, text_sha256, without_text
from presscheck.serve.batch.shards.scorer import job_scorer
from presscheck.serve.batch.shards.store import Store
from presscheck.serve.record import Record

_COLUMNS = ("id", "file", "line", "text_sha256", "record")


@dataclass(frozen=True, slots=True)
class Explained:
    """A record as it was written, compared with the same article scored now.

    Attributes:
        differs: names of the parts of the record that differ; empty if it is reproduced.
    """

    file: str
    line: int
    part: str
    text_sha256: str
    model_sha256: str
    record: Record
    differs: tuple[str, ...]


def _find(store: Store, record_id: str) -> Iterator[tuple[str, dict[str, object]]]:
    for summary in store.summaries():
        for row in read_part(store.parts / summary.part, _COLUMNS):
            if row["id"] == record_id:
                yield summary.part, row


def _row(job: Job, file: str, line: int) -> Row:
    """The row as the job read it; the input is read from its beginning, as rows have no other place."""
    source = next(one for one in job.inputs if one.name == file)
    for raw in InputReader(source, job.settings.columns, encoding=job.settings.encoding):
        if raw.line == line:
            row = read_row(raw, name=file, columns=job.settings.columns)
            if isinstance(row, Row):
                return row
            break
    raise DataError(f"{file}:{line} is no longer the row that was scored; restore the input")


def explain(out: Path, record_id: str, *, model: Path | None = None) -> list[Explained]:
    """Scores every record of that id again from its input.

    Raises:
        DataError: if the batch, the record or its row is not there any more.
        ModelRefusedError: if the model is not the one that scored it.
    """
    job = read_job(out)
    if job is None:
        raise DataError(f"{out} holds no batch")
    found = []
    scorer = None
    for part, stored in _find(Store(out), record_id):
        file, line = str(stored["file"]), int(str(stored["line"]))
        row = _row(job, file, line)
        if text_sha256(row.article) != stored["text_sha256"]:
            raise DataError(f"{file}:{line} no longer has the text that was scored; restore the input")
        scorer = scorer or job_scorer(model or Path(job.model_path), job.settings, model=job.model_sha256, threads=1)
        (record,) = scorer.score([row.article])
        now = record if job.settings.text else without_text(record)
        before = Record.model_validate_json(str(stored["record"]))
        differs = tuple(name for name in Record.model_fields if getattr(before, name) != getattr(now, name))
        found.append(Explained(file, line, part, str(stored["text_sha256"]), job.model_sha256, record, differs))
    if not found:
        raise DataError(f"{out} has no record of the id {record_id!r}; rejected rows are in rejected.jsonl")
    return found
