"""What is made of a finished job's records: the review queue, drift and the report."""

from collections.abc import Callable
from pathlib import Path

from presscheck.serve.batch.manifest import JobManifest
from presscheck.serve.batch.report import Report, make_report, read_baseline, write_report
from presscheck.serve.batch.review.queue import write_queue
from presscheck.serve.batch.review.sample import ReviewOptions
from presscheck.serve.bundle import Bundle


def finisher(bundle: Bundle, options: ReviewOptions, *, baseline: Path | None) -> tuple[Callable[[Path, JobManifest], None], list[Report]]:
    """What `run_batch` calls at the end, and where it leaves the report.

    Raises:
        DataError: where the baseline is no finished batch: now, and not after hours.
    """
    earlier = read_baseline(baseline) if baseline else None
    reports: list[Report] = []

    def finish(out: Path, manifest: JobManifest) -> None:
        policy = bundle.manifest.policies[manifest.job.settings.policy]
        count = write_queue(out, manifest, policy, options)
        report = make_report(manifest, bundle, baseline=earlier, to_review=count)
        write_report(out, report, bundle, baseline=earlier)
        reports.append(report)

    return finish, reports
