"""Scores one shard. Every engine calls this and nothing else, so all of them write the same bytes."""

import hashlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from presscheck.configs.section import Section
from presscheck.data.article import Article
from presscheck.data.rows.refusal import Fault
from presscheck.data.rows.row import Row, read_row
from presscheck.serve.batch.job import Settings
from presscheck.serve.batch.part import as_bytes, columns_of, without_text
from presscheck.serve.batch.plan import Shard
from presscheck.serve.batch.scorer import job_scorer
from presscheck.serve.batch.signature import signature
from presscheck.serve.batch.work import Meter, Work
from presscheck.serve.embedding import word_vectors
from presscheck.serve.profile import Profile, count_words, opening_words
from presscheck.serve.record import Record
from presscheck.serve.reference import Reference


class RejectedRow(Section):
    """A line of `rejected.jsonl`."""

    code: str
    file: str
    line: int
    field: str | None
    message: str


class Summary(Section):
    """What is kept of a finished shard beside its part; `part_sha256` is of the part's bytes."""

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


@dataclass(frozen=True, slots=True)
class Done:
    """A scored shard, not yet written."""

    summary: Summary
    part: bytes
    work: Work


@dataclass(frozen=True, slots=True)
class ScorerSpec:
    """What a worker needs to build its scorer; threads 0 lets the runtime choose."""

    bundle: Path
    model_sha256: str
    settings: Settings
    threads: int


class ShardScorer:
    """A loaded scorer and what becomes of its records.

    Raises:
        ModelRefusedError: where the bundle is not the one that the job was begun with.
    """

    def __init__(self, spec: ScorerSpec) -> None:
        self._settings = spec.settings
        self._vectors = word_vectors(spec.bundle)
        self._scorer = job_scorer(spec.bundle, spec.settings, model=spec.model_sha256, threads=spec.threads)
        self._meter = Meter(self._scorer)

    def __call__(self, shard: Shard) -> Done:
        """The shard's part and its summary."""
        read = partial(read_row, name=shard.name, columns=self._settings.columns)
        found = [(raw.line, read(raw)) for raw in shard.rows]
        rows = [row for _, row in found if isinstance(row, Row)]
        profile = Profile(self._vectors)
        columns = []
        partial_count = words_count = 0
        for row, record in zip(rows, self._scorer.score(row.article for row in rows), strict=True):
            words = opening_words(row.article)
            profile.add(row.article, record, words)
            partial_count += record.status == "partial"
            words_count += count_words(row.article)
            columns.append(self._columns(shard.name, row, record, words))
        part = as_bytes(columns, part_format=self._settings.part_format)
        summary = Summary(
            index=shard.index,
            key=shard.key,
            file=shard.name,
            first_line=shard.rows[0].line,
            last_line=shard.rows[-1].line,
            rows=len(found),
            scored=len(rows),
            partial=partial_count,
            words=words_count,
            part=f"part-{shard.index:08d}-{shard.key[:12]}.{self._settings.part_format}",
            part_sha256=hashlib.sha256(part).hexdigest(),
            part_bytes=len(part),
            rejected=tuple(
                RejectedRow(code=f.code, file=shard.name, line=line, field=f.field, message=f.message)
                for line, f in found
                if isinstance(f, Fault)
            ),
            reference=profile.reference(),
        )
        return Done(summary, part, self._meter())

    def _columns(self, name: str, row: Row, record: Record, words: list[str]) -> dict[str, object]:
        shown = record if self._settings.text else without_text(record)
        return columns_of(
            shown,
            file=name,
            line=row.line,
            outlet=row.outlet,
            text_sha256=text_sha256(row.article),
            signature=signature(words),
        )


def text_sha256(article: Article) -> str:
    """Hash of what was scored: two rows of one hash are copies."""
    return hashlib.sha256(f"{article.headline or ''}\0{article.body or ''}".encode()).hexdigest()
