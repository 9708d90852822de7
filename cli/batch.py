"""`presscheck batch`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from presscheck.cli.batch_summary import say, track
from presscheck.cli.exit_codes import Exit, for_people
from presscheck.cli.options import (
    Column,
    Encoding,
    EngineChoice,
    Model,
    ModelsDir,
    Policy,
    PrecisionChoice,
    PrecisionOption,
    Prevalence,
    TrackingUri,
    check_encoding,
    log_to_stderr,
    named_columns,
    shares,
)

if TYPE_CHECKING:
    from presscheck.data.rows.columns import Columns
    from presscheck.serve.batch.engines.base import Engine
    from presscheck.serve.batch.job import Settings
    from presscheck.serve.bundle import Bundle
    from presscheck.serve.manifest import Precision

RESUMABLE = "interrupted; give the same command again to resume"


class PartChoice(StrEnum):
    """How records are stored."""

    parquet = "parquet"
    jsonl = "jsonl"


class FailOn(StrEnum):
    """What else than rejected rows a batch may fail on."""

    drift = "drift"


def batch(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT",
            help="JSONL, CSV, TSV or Parquet, plain or .gz or .zst: files, folders, globs, or URLs that fsspec reads.",
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder for parts, rejected.jsonl, manifest.json and the report.")],
    policy: Policy = None,
    engine: Annotated[
        EngineChoice, typer.Option(help="local: this machine. ray: the cluster of RAY_ADDRESS, else this machine.")
    ] = EngineChoice.local,
    workers: Annotated[int, typer.Option(min=0, help="Processes or Ray actors (0: one per core).")] = 0,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Refuse to start a new job. (An interrupted job is resumed with or without this option.)"),
    ] = False,
    column: Column = None,
    encoding: Encoding = None,
    part_format: Annotated[PartChoice, typer.Option("--format", help="Format of the records.")] = PartChoice.parquet,
    no_text: Annotated[bool, typer.Option("--no-text", help="Write offsets and scores, but no text of an article.")] = False,
    prevalence: Prevalence = None,
    precision: PrecisionOption = None,
    model: Model = None,
    tracking_uri: TrackingUri = None,
    models_dir: ModelsDir = Path("models"),
    shard_rows: Annotated[int, typer.Option(min=1, help="Rows of a shard, the unit of work that is resumed.")] = 1000,
    max_rejected: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Highest share of rejected rows that does not end with code 4.")
    ] = 0.0,
    top: Annotated[int, typer.Option(min=0, help="Review queue: articles of highest risk.")] = 100,
    uncertain: Annotated[int, typer.Option(min=0, help="Review queue: articles close to a risk threshold.")] = 50,
    audit: Annotated[int, typer.Option(min=0, help="Review queue: articles drawn at random from the rest.")] = 50,
    per_outlet: Annotated[int, typer.Option(min=1, help="Review queue: most articles of one outlet, in --top and in --uncertain.")] = 10,
    seed: Annotated[int, typer.Option(help="Review queue: random seed.")] = 0,
    annotate: Annotated[
        bool, typer.Option("--annotate", help="Review queue: Label Studio asks for spans and labels of headline and sentences, too.")
    ] = False,
    baseline: Annotated[Path | None, typer.Option(help="Folder of an earlier batch to compare this one with.")] = None,
    fail_on: Annotated[FailOn | None, typer.Option(help="End with code 5 when there is drift.")] = None,
    mlflow: Annotated[str | None, typer.Option(metavar="URI", help="Log the metrics to this MLflow server or store.")] = None,
) -> None:
    """Scores any number of articles from files, resumably.

    Writes records, a report and a review queue to --out. A row that cannot be read goes to rejected.jsonl with its file, line and field;
    all others are scored. The same command resumes an interrupted job, which then ends with the same bytes as an uninterrupted one. It is
    refused where the model, a setting or an input has changed.

    \b
    Examples:
      presscheck batch articles.jsonl.gz --out night/
      presscheck batch 'in/*.parquet' --column body=text --out night/ --no-text
      presscheck batch articles.jsonl --out tonight/ --baseline night/ --fail-on drift
      presscheck batch articles.jsonl --out night/ --model models:/presscheck@champion
    """
    check_encoding(encoding)
    with for_people(on_interrupt=RESUMABLE, extra="batch"):
        from presscheck.serve.process import prepare_to_score

        prepare_to_score()
        from presscheck.serve.batch.progress import shown_progress
        from presscheck.serve.batch.review.sample import ReviewOptions
        from presscheck.serve.batch.run import Request, run_batch
        from presscheck.serve.bundle import read_bundle
        from presscheck.serve.cores import usable_cores
        from presscheck.serve.scoring_options import fastest_precision, resolve_precision

        log_to_stderr()
        bundle = read_bundle(_folder(model, models_dir, tracking_uri, out))
        because = fastest_precision(bundle.manifest).reason if precision is PrecisionChoice.auto else None
        taken = resolve_precision(bundle.manifest, precision.value if precision else None)
        settings = _settings(
            bundle,
            columns=named_columns(column or []),
            encoding=encoding,
            policy=policy,
            precision=taken,
            prevalence=shares(prevalence or []),
            part_format=part_format,
            no_text=no_text,
            shard_rows=shard_rows,
        )
        count = workers or usable_cores()
        request = Request(
            inputs,
            out,
            bundle,
            settings,
            ReviewOptions(top=top, uncertain=uncertain, audit=audit, per_outlet=per_outlet, seed=seed, annotate=annotate),
            precision_because=because,
            threads=0 if engine is EngineChoice.local and count == 1 else 1,
            must_resume=resume,
            baseline=baseline,
        )
        with shown_progress() as progress:
            outcome = run_batch(request, _engine(engine, count), progress)
        say(outcome.manifest, out, progress.summary())
        if unread := outcome.manifest.unread():
            typer.echo(
                f"  not read: {unread:,} lines or rows of files without usable columns; they count as rejected",
                err=True,
            )
        drifted = outcome.report.drifted()
        for what in drifted:
            typer.echo(f"  drift: {what}", err=True)
        if mlflow is not None:
            track(mlflow, out, outcome.report, progress.summary())
        if outcome.manifest.rejected_share() > max_rejected:
            raise typer.Exit(Exit.REJECTED)
        if drifted and fail_on is FailOn.drift:
            raise typer.Exit(Exit.DRIFT)


def _folder(model: str | None, models_dir: Path, tracking_uri: str | None, out: Path) -> Path:
    """The model's folder. A job that was started with a version of a registered model keeps it, whatever the alias stands for now."""
    from presscheck.serve.batch.job import read_job
    from presscheck.serve.bundle import find_bundle
    from presscheck.serve.registered_models import is_registered, is_version_of, locate

    if model is None:
        return find_bundle(models_dir)[0]
    if is_registered(model) and "@" in model and (job := read_job(out)) is not None:
        started_with = Path(job.model_path)
        if started_with.is_dir() and is_version_of(started_with, model, tracking_uri=tracking_uri):
            typer.echo(f"  the job in {out} keeps the model that it was started with, {job.model_version}", err=True)
            return started_with
    return locate(model, tracking_uri=tracking_uri)


def _settings(
    bundle: "Bundle",
    *,
    columns: "Columns",
    encoding: str | None,
    policy: str | None,
    precision: "Precision",
    prevalence: dict[str, float],
    part_format: PartChoice,
    no_text: bool,
    shard_rows: int,
) -> "Settings":
    from presscheck.serve.batch.job import Settings

    return Settings(
        columns=columns,
        encoding=encoding,
        policy=policy or bundle.manifest.default_policy,
        precision=precision,
        prevalence=prevalence,
        part_format=part_format.value,
        text=not no_text,
        shard_rows=shard_rows,
    )


def _engine(choice: EngineChoice, workers: int) -> "Engine":
    if choice is EngineChoice.ray:
        from presscheck.serve.batch.engines.ray import Actors

        return Actors(workers)
    from presscheck.serve.batch.engines.local import Processes, in_process

    return in_process if workers == 1 else Processes(workers)
