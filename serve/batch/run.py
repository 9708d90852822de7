"""Runs a job: plan, score, write, sum up. It composes; the parts do the work."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from presscheck.data.lock import sole_writer
from presscheck.serve.batch.engines.base import Engine
from presscheck.serve.batch.inputs import list_inputs
from presscheck.serve.batch.job import Job, Settings, begin, model_sha256
from presscheck.serve.batch.manifest import InputCount, JobManifest, write_manifest
from presscheck.serve.batch.plan import InputDone, Planner, Shard
from presscheck.serve.batch.progress import Progress
from presscheck.serve.batch.scorer import check_settings
from presscheck.serve.batch.shard import ScorerSpec
from presscheck.serve.batch.store import Store
from presscheck.serve.bundle import Bundle

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for; `precision_because` says why that precision, where nobody named one."""

    patterns: Sequence[str]
    out: Path
    bundle: Bundle
    settings: Settings
    precision_because: str | None = None
    threads: int = 0
    must_resume: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The finished job's manifest, and how many shards were there already."""

    manifest: JobManifest
    skipped: int


class Pending:
    """The shards that are not done yet; on the way it counts the inputs."""

    def __init__(self, job: Job, store: Store, progress: Progress) -> None:
        self._job, self._store, self._progress = job, store, progress
        self.inputs: list[InputCount] = []
        self.skipped = 0

    def planned(self) -> Iterator[Shard | InputDone]:
        """Every shard of the job."""
        return Planner(self._job.settings, model_sha256=self._job.model_sha256).shards(self._job.inputs)

    def check(self) -> None:
        """Holds the inputs to what was scored of them, before anything is written.

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


def run_batch(request: Request, engine: Engine, progress: Progress, finish: Callable[[Path, JobManifest], None]) -> Outcome:
    """Runs the job, or goes on with it.

    Args:
        finish: what is made of the finished records: review queue, drift, report.

    Raises:
        DataError: where the job cannot go on: changed inputs, another writer.
        ModelRefusedError: where the bundle or this machine does not fit the settings; nothing is written then.
    """
    check_settings(request.bundle, request.settings)
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
        finish(request.out, manifest)
    return Outcome(manifest, pending.skipped)
