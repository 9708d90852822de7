"""What is made of a finished job's records: the review queue, drift and the report."""

from collections.abc import Callable
from pathlib import Path

from presscheck.serve.batch.manifest import JobManifest
from presscheck.serve.batch.report import Report, make_report, write_report
from presscheck.serve.batch.review.queue import write_queue
from presscheck.serve.batch.review.sample import ReviewOptions
from presscheck.serve.bundle import Bundle


def finisher(
    bundle: Bundle, options: ReviewOptions, *, baseline: Path | None
) -> tuple[Callable[[Path, JobManifest], None], list[Report]]:
    """What `run_batch` calls at the end, and where it leaves the report."""
    reports: list[Report] = []

    def finish(out: Path, manifest: JobManifest) -> None:
        policy = bundle.manifest.policies[manifest.job.settings.policy]
        count = write_queue(out, manifest, policy, options)
        report = make_report(manifest, bundle, baseline=baseline, to_review=count)
        write_report(out, report, bundle, baseline=baseline)
        reports.append(report)

    return finish, reports
