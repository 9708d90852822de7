"""Scores one shard. Every engine calls this and nothing else, so all of them write the same bytes."""

import hashlib
import resource
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from presscheck.data.rows.refusal import Fault
from presscheck.data.rows.row import Row, read_row
from presscheck.serve.batch.job import Settings, model_sha256
from presscheck.serve.batch.shards.output import (
    RejectedRow,
    ShardSummary,
    as_bytes,
    columns_of,
    signature,
    text_sha256,
    without_text,
)
from presscheck.serve.batch.shards.planner import Shard
from presscheck.serve.bundle import Bundle, read_bundle
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.profile import Profile, count_words
from presscheck.serve.record import Record
from presscheck.serve.runtime import check_hardware
from presscheck.serve.scorer import Scorer
from presscheck.serve.scoring_options import resolve_options

_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Work:
    """A shard's cost.

    Attributes:
        tokens: those that the model read, special tokens included.
        padding: padding tokens in its batches.
        peak_memory_mb: the worker's peak memory so far (resident).
    """

    tokens: int
    padding: int
    peak_memory_mb: int


@dataclass(frozen=True, slots=True)
class Done:
    """A scored shard, not yet written."""

    summary: ShardSummary
    part: bytes
    work: Work


@dataclass(frozen=True, slots=True)
class ScorerSpec:
    """What a worker needs to build its scorer; threads 0 takes every usable core."""

    bundle: Path
    model_sha256: str
    settings: Settings
    threads: int


class Meter:
    """Measures the cost since the last call."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._before = scorer.tokens_and_places

    def __call__(self) -> Work:
        """The cost since the last call."""
        now, before = self._scorer.tokens_and_places, self._before
        self._before = now
        tokens, places = (a - b for a, b in zip(now, before, strict=True))
        return Work(tokens, places - tokens, peak_memory_mb())


def peak_memory_mb() -> int:
    """This process' peak memory (resident). `getrusage` alone would give a started process the memory of the one that started it."""
    try:
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return int(line.split()[1]) // 1024


def check_settings(bundle: Bundle, settings: Settings) -> None:
    """Checks the settings against the bundle and this machine, before anything is written.

    Raises:
        ModelRefusedError: if one does not fit.
    """
    resolve_options(bundle, policy=settings.policy, precision=settings.precision, prevalence=settings.prevalence)
    check_hardware(settings.precision)


def job_scorer(path: Path, settings: Settings, *, model: str, threads: int) -> Scorer:
    """The scorer; `model` is the hash of the bundle that the job started with.

    Raises:
        ModelRefusedError: if there is another bundle at the path, or it cannot be used.
    """
    bundle = read_bundle(path)
    if model_sha256(bundle) != model:
        raise ModelRefusedError(f"{path} is not the job's model; restore that one, or name it with --model")
    return Scorer(
        bundle,
        policy=settings.policy,
        precision=settings.precision,
        prevalence=settings.prevalence,
        threads=threads,
    )


class ShardScorer:
    """Scores shards with a loaded scorer.

    Raises:
        ModelRefusedError: if the bundle is not the one that the job started with.
    """

    def __init__(self, spec: ScorerSpec) -> None:
        self._settings = spec.settings
        self._scorer = job_scorer(spec.bundle, spec.settings, model=spec.model_sha256, threads=spec.threads)
        self._meter = Meter(self._scorer)

    def __call__(self, shard: Shard) -> Done:
        """Scores a shard: its part and its summary."""
        read = partial(read_row, name=shard.name, columns=self._settings.columns)
        found = [(raw.line, read(raw)) for raw in shard.rows]
        rows = [row for _, row in found if isinstance(row, Row)]
        profile = Profile()
        columns = []
        partial_count = words_count = 0
        for row, record in zip(rows, self._scorer.score(row.article for row in rows), strict=True):
            profile.add(row.article, record)
            partial_count += record.status == "partial"
            words_count += count_words(row.article)
            columns.append(self._columns(shard.name, row, record))
        part = as_bytes(columns, part_format=self._settings.part_format)
        summary = ShardSummary(
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

    def _columns(self, name: str, row: Row, record: Record) -> dict[str, object]:
        shown = record if self._settings.text else without_text(record)
        return columns_of(
            shown,
            file=name,
            line=row.line,
            outlet=row.outlet,
            text_sha256=text_sha256(row.article),
            signature=signature(row.article),
        )
