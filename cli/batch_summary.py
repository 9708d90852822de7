"""The summary of a finished batch on standard error, and its metrics for MLflow."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from presscheck.serve.batch.progress import Figures
    from presscheck.serve.batch.summary.manifest import JobManifest
    from presscheck.serve.batch.summary.report import Report


def say(manifest: "JobManifest", out: Path, figures: "Figures") -> None:
    """Prints the counts of the job and the speed of this run."""
    typer.echo(
        f"{manifest.scored:,} of {manifest.rows:,} rows scored ({manifest.partial:,} in part), {manifest.rejected:,} rejected, "
        f"{manifest.duplicates:,} duplicates, in {manifest.shards:,} shards, written to {out}",
        err=True,
    )
    for code, count in manifest.rejected_by_code.items():
        typer.echo(f"  rejected as {code}: {count:,}", err=True)
    asked, flagged = manifest.reference.asked, manifest.reference.flagged
    rates = ", ".join(f"{name} {flagged[name] / asked[name]:.1%}" for name in asked if asked[name])
    typer.echo(f"  flagged: {rates or 'nothing could be judged'}", err=True)
    already = f" ({figures.rows_there_already:,} already done)" if figures.rows_there_already else ""
    typer.echo(
        f"  this run: {figures.rows:,} rows{already} in {figures.seconds:,.1f} s: {figures.rows_per_s:,.1f} rows/s, "
        f"{figures.tokens_per_s:,.0f} tokens/s, {figures.padding:.1%} padding; "
        f"peak memory {figures.peak_mb:,} MB, of the largest worker {figures.worker_peak_mb:,} MB",
        err=True,
    )


def track(uri: str, out: Path, report: "Report", figures: "Figures") -> None:
    """Logs the metrics; a server that does not take them costs a warning only."""
    from presscheck.train.tracked_runs import log_batch

    manifest, reference = report.manifest, report.manifest.reference
    metrics: dict[str, float] = {name: getattr(manifest, name) for name in ("rows", "scored", "partial", "rejected", "duplicates")}
    metrics |= {f"flag_rate/{name}": reference.flagged[name] / asked for name, asked in reference.asked.items() if asked}
    metrics |= {f"prevalence/{one.name}": one.estimated for one in report.prevalences}
    metrics |= {name: getattr(figures, name) for name in ("seconds", "rows_per_s", "words_per_s", "tokens_per_s", "padding")}
    for number, comparison in enumerate(report.comparisons):
        place = "baseline" if number == len(report.comparisons) - 1 and number else "training"
        metrics |= {f"psi/{place}/{s.kind}/{s.name}".replace(" ", "_"): s.psi for s in comparison.shifts if s.psi is not None}
    tags = {
        "presscheck.batch": str(out),
        "presscheck.model": manifest.job.model_version,
        "presscheck.job_sha256": manifest.job_sha256,
    }
    if not log_batch(uri, run_name=out.name, metrics=metrics, files=(out / "report.json", out / "report.html"), tags=tags):
        typer.echo("presscheck: MLflow did not accept the metrics; all of them are in the report", err=True)
