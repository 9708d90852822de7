"""Runs a job: plan, score, write, sum up, queue for review, report."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from presscheck.data.lock import sole_writer
from presscheck.serve.batch.engines.base import Engine
from presscheck.serve.batch.job import Job, Settings, begin, model_sha256
from presscheck.serve.batch.progress import Progress
from presscheck.serve.batch.readers.discover import list_inputs
from presscheck.serve.batch.review.queue import write_queue
from presscheck.serve.batch.review.sample import ReviewOptions
from presscheck.serve.batch.shards.planner import InputDone, Planner, Shard
from presscheck.serve.batch.shards.scorer import ScorerSpec, check_settings
from presscheck.serve.batch.shards.store import Store
from presscheck.serve.batch.summary.manifest import InputCount, JobManifest, write_manifest
from presscheck.serve.batch.summary.report import Report, make_report, read_baseline, write_report
from presscheck.serve.bundle import Bundle

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """A batch as requested.

    Attributes:
        precision_because: why that precision was chosen, if none was named.
        baseline: folder of an earlier batch to compare with.
    """

    patterns: Sequence[str]
    out: Path
    bundle: Bundle
    settings: Settings
    review: ReviewOptions
    precision_because: str | None = None
    threads: int = 0
    must_resume: bool = False
    baseline: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The finished job's manifest and report, and how many shards an earlier run had finished."""

    manifest: JobManifest
    report: Report
    skipped: int


class Pending:
    """Yields the shards that are not done yet, and counts the inputs on the way."""

    def __init__(self, job: Job, store: Store, progress: Progress) -> None:
        self._job, self._store, self._progress = job, store, progress
        self.inputs: list[InputCount] = []
        self.skipped = 0

    def planned(self) -> Iterator[Shard | InputDone]:
        """All shards of the job."""
        return Planner(self._job.settings, model_sha256=self._job.model_sha256).shards(self._job.inputs)

    def check(self) -> None:
        """Checks the inputs against what was already scored, before anything is written.

        Raises:
            DataError: naming the input that has changed.
        """
        last = self._store.last()
        for shard in self.planned() if last >= 0 else ():
            if isinstance(shard, Shard):
                self._store.finished(shard)
                if shard.index >= last:
                    return

    def __iter__(self) -> Iterator[Shard]:
        for one in self.planned():
            if isinstance(one, InputDone):
                self.inputs.append(InputCount(name=one.name, sha256=one.sha256, rows=one.rows, lines=one.lines))
                self._progress.input_done()
            elif summary := self._store.finished(one):
                self.skipped += 1
                self._progress.skipped(summary)
            else:
                yield one


def run_batch(request: Request, engine: Engine, progress: Progress) -> Outcome:
    """Runs the job, or resumes it, and writes the review queue and the report.

    Raises:
        DataError: if the job cannot be resumed: changed inputs, another writer, a baseline that is not a finished batch.
        ModelRefusedError: if the bundle or this machine does not fit the settings; nothing is written then.
    """
    check_settings(request.bundle, request.settings)
    baseline = read_baseline(request.baseline) if request.baseline else None  # a wrong folder is reported now, not after hours
    found = list_inputs(request.patterns, out=request.out)
    job = Job(
        settings=request.settings,
        model_version=request.bundle.manifest.version,
        model_sha256=model_sha256(request.bundle),
        model_path=str(request.bundle.path),
        precision_because=request.precision_because,
        inputs=found.inputs,
        passed_over=found.passed_over,
    )
    if found.passed_over:
        logger.warning("%s", found.note())
    with sole_writer(request.out, otherwise="wait for it or give another --out"):
        job = begin(request.out, job, must_resume=request.must_resume)
        store = Store(request.out)
        store.prepare()
        pending = Pending(job, store, progress)
        pending.check()
        spec = ScorerSpec(request.bundle.path, job.model_sha256, job.settings, request.threads)
        for done in engine(iter(pending), spec):
            store.write(done)
            progress.scored(done)
        manifest = write_manifest(request.out, job, store, pending.inputs)
        policy = request.bundle.manifest.policies[job.settings.policy]
        to_review = write_queue(request.out, manifest, policy, request.review)
        report = make_report(manifest, request.bundle, baseline=baseline, to_review=to_review)
        write_report(request.out, report, request.bundle, baseline=baseline)
    return Outcome(manifest, report, pending.skipped)
