"""`manifest.json` and `rejected.jsonl`: the rows that came in, how each ended, and the hash of every file."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from pydantic import ValidationError

from presscheck.configs.section import Section
from presscheck.data.atomic import write_atomically
from presscheck.data.errors import DataError
from presscheck.data.rows.raw import LineCount
from presscheck.serve.batch.job import Job
from presscheck.serve.batch.shards.output import ShardSummary
from presscheck.serve.batch.shards.store import Store
from presscheck.serve.batch.summary.duplicates import count_duplicates
from presscheck.serve.reference import Reference, combined

MANIFEST = "manifest.json"
REJECTED = "rejected.jsonl"


class InputCount(Section):
    """An input: the sha256 of its file as stored, its rows, and where its lines went (None for Parquet that was read)."""

    name: str
    sha256: str
    rows: int
    lines: LineCount | None


class JobManifest(Section):
    """The fields of `manifest.json` besides `parts`, which lists {"part", "sha256", "bytes", "rows"} in order.

    Attributes:
        rows: scored and rejected together.
        partial: scored rows of which a part could not be judged.
        duplicates: scored rows whose headline and body an earlier row has, letter for letter; they are scored like any other.
        repeated_ids: scored rows whose id an earlier row has.
    """

    job: Job
    job_sha256: str
    inputs: tuple[InputCount, ...]
    rows: int
    scored: int
    partial: int
    rejected: int
    rejected_by_code: dict[str, int]
    duplicates: int
    repeated_ids: int
    words: int
    shards: int
    rejected_sha256: str
    reference: Reference

    def unread(self) -> int:
        """Lines after unusable headers: each of these files is one rejected row."""
        return sum(one.lines.unread for one in self.inputs if one.lines)

    def rejected_share(self) -> float:
        """The share of rejected rows; a line that was not read counts as one."""
        return (self.rejected + self.unread()) / max(self.rows + self.unread(), 1)


def _part_lines(summaries: Iterator[ShardSummary]) -> Iterator[str]:
    for summary in summaries:
        row = {"part": summary.part, "sha256": summary.part_sha256, "bytes": summary.part_bytes, "rows": summary.scored}
        yield json.dumps(row)


def _write_rejected(stream: TextIO, store: Store) -> str:
    digest = hashlib.sha256()
    for summary in store.summaries():
        for row in summary.rejected:
            line = row.model_dump_json() + "\n"
            stream.write(line)
            digest.update(line.encode())
    return digest.hexdigest()


def write_manifest(out: Path, job: Job, store: Store, inputs: Sequence[InputCount]) -> JobManifest:
    """Sums up the shards, one in memory at a time.

    Raises:
        DataError: if the counts do not add up, which means that rows were lost.
    """
    with write_atomically(out / REJECTED) as stream:
        rejected_sha256 = _write_rejected(stream, store)
    counts: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    reference = Reference()
    for summary in store.summaries():
        counts.update(rows=summary.rows, scored=summary.scored, partial=summary.partial, words=summary.words, shards=1)
        codes.update(row.code for row in summary.rejected)
        reference = combined(reference, summary.reference)
    came_in = sum(one.rows for one in inputs)
    if not came_in == counts["rows"] == counts["scored"] + codes.total():
        raise DataError(
            f"{out}: {came_in} rows came in, {counts['scored']} were scored and {codes.total()} rejected; "
            "a part is missing: give the same command again"
        )
    if lost := [one.name for one in inputs if one.lines and not one.lines.is_complete()]:
        raise DataError(f"{lost[0]}: some of its lines were not counted; please report this")
    duplicates, repeated = count_duplicates(out, store)
    manifest = JobManifest(
        job=job,
        job_sha256=hashlib.sha256(job.model_dump_json().encode()).hexdigest(),
        inputs=tuple(inputs),
        rows=counts["rows"],
        scored=counts["scored"],
        partial=counts["partial"],
        rejected=codes.total(),
        rejected_by_code=dict(sorted(codes.items())),
        duplicates=duplicates,
        repeated_ids=repeated,
        words=counts["words"],
        shards=counts["shards"],
        rejected_sha256=rejected_sha256,
        reference=reference,
    )
    head = manifest.model_dump_json(indent=2).removesuffix("\n}")
    with write_atomically(out / MANIFEST) as stream:
        stream.write(head + ',\n  "parts": [')
        for number, line in enumerate(_part_lines(store.summaries())):
            stream.write((",\n    " if number else "\n    ") + line)
        stream.write("\n  ]\n}\n")
    return manifest


def read_manifest(out: Path) -> JobManifest:
    """The manifest of a finished job.

    Raises:
        DataError: if there is none.
    """
    path = out / MANIFEST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        del found["parts"]
        return JobManifest.model_validate(found)
    except FileNotFoundError:
        raise DataError(f"{out} holds no finished batch; run presscheck batch INPUT --out {out} to its end") from None
    except (KeyError, ValueError, ValidationError) as error:
        raise DataError(f"{path}: not a manifest that this version of presscheck reads ({error})") from None
