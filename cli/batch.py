"""`presscheck batch`, and the group that `presscheck batch estimate` is in."""

import logging
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from presscheck.cli.batch_summary import say, track
from presscheck.cli.errors import Exit, for_people, stop
from presscheck.cli.estimate import estimate
from presscheck.cli.options import (
    Encoding,
    EngineChoice,
    PrecisionChoice,
    PrecisionOption,
    Prevalence,
    check_encoding,
    shares,
)

if TYPE_CHECKING:
    from presscheck.data.rows.columns import Columns
    from presscheck.serve.batch.engines.base import Engine
    from presscheck.serve.batch.job import Settings
    from presscheck.serve.bundle import Bundle, Precision

RESUMABLE = "interrupted; give the same command again to go on from here"


class PartChoice(StrEnum):
    """How records are stored."""

    parquet = "parquet"
    jsonl = "jsonl"


class FailOn(StrEnum):
    """What a batch may fail on beside rejected rows."""

    drift = "drift"


class _RunUnlessNamed(TyperGroup):
    """`presscheck batch INPUT` is `presscheck batch run INPUT`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help"):
            args = ["run", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_RunUnlessNamed,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Scores any number of articles from files, resumably, and picks those for people to review.\n\n"
    "presscheck batch INPUT… --out DIR is short for presscheck batch run INPUT… --out DIR: see presscheck batch run --help.",
)

app.command()(estimate)


@app.command()
def run(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT…",
            help="JSONL, CSV, TSV or Parquet, plain or .gz or .zst: files, folders, globs, or URLs that fsspec reads.",
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder for parts, rejected.jsonl, manifest.json and the report.")],
    policy: Annotated[str | None, typer.Option(help="Policy of the bundle (default: its first).")] = None,
    engine: Annotated[
        EngineChoice, typer.Option(help="local: this machine. ray: the cluster of RAY_ADDRESS, or this machine.")
    ] = EngineChoice.local,
    workers: Annotated[int, typer.Option(min=0, help="Processes or actors (0: one for each core).")] = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Only go on with a begun job. Without it a begun job is gone on with too.")
    ] = False,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=COLUMN", help="Where id, headline, body or outlet stand, if not in columns of these names."),
    ] = None,
    encoding: Encoding = None,
    part_format: Annotated[PartChoice, typer.Option("--format", help="Format of the records.")] = PartChoice.parquet,
    no_text: Annotated[bool, typer.Option("--no-text", help="Write offsets and scores, no word of an article.")] = False,
    prevalence: Prevalence = None,
    precision: PrecisionOption = None,
    model: Annotated[Path | None, typer.Option(help="A bundle folder (default: the champion, else the candidate).")] = None,
    models_dir: Annotated[Path, typer.Option(help="Where champion and candidate are.")] = Path("models"),
    shard_rows: Annotated[int, typer.Option(min=1, help="Rows of a shard, the unit of work.")] = 1000,
    max_rejected: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of rows that may be rejected before the exit code is 4.")
    ] = 0.0,
    top: Annotated[int, typer.Option(min=0, help="Review queue: articles of the highest risk.")] = 100,
    uncertain: Annotated[int, typer.Option(min=0, help="Review queue: articles close to a threshold on risk.")] = 50,
    audit: Annotated[int, typer.Option(min=0, help="Review queue: articles at random among all others.")] = 50,
    per_outlet: Annotated[int, typer.Option(min=1, help="Review queue: at most so many of one outlet in each of the first two.")] = 10,
    seed: Annotated[int, typer.Option(help="Review queue: what its draws hang on.")] = 0,
    baseline: Annotated[Path | None, typer.Option(help="Folder of an earlier batch to hold this one against.")] = None,
    fail_on: Annotated[FailOn | None, typer.Option(help="End with code 5 where something has drifted.")] = None,
    mlflow: Annotated[str | None, typer.Option(metavar="URI", help="Log the figures to this MLflow server or store.")] = None,
) -> None:
    """Scores any number of articles; nothing is lost, and the same command goes on where it was stopped.

    A row that cannot be read goes to rejected.jsonl with its file, line and field; every other one is scored. Killed at any moment and
    started again, the job ends with the same bytes. A changed model, setting or input is refused by name.

    Examples: presscheck batch articles.jsonl.gz --out night/ · presscheck batch 'in/*.parquet' --column body=text --out night/ --no-text
    """
    check_encoding(encoding)
    with for_people(on_interrupt=RESUMABLE, extra="batch"):
        from presscheck.serve.process import prepare_to_score

        prepare_to_score()
        from presscheck.serve.batch.finish import finisher
        from presscheck.serve.batch.progress import shown_progress
        from presscheck.serve.batch.review.sample import ReviewOptions
        from presscheck.serve.batch.run import Request, run_batch
        from presscheck.serve.bundle import find_bundle, read_bundle
        from presscheck.serve.cores import usable_cores
        from presscheck.serve.precision import fastest, resolve

        _log()
        bundle = read_bundle(model or find_bundle(models_dir)[0])
        because = fastest(bundle.manifest).reason if precision is PrecisionChoice.auto else None
        taken = resolve(bundle.manifest, precision.value if precision else None)
        settings = _settings(
            bundle,
            columns=_columns(column or []),
            encoding=encoding,
            policy=policy,
            precision=taken,
            prevalence=shares(prevalence or []),
            part_format=part_format,
            no_text=no_text,
            shard_rows=shard_rows,
        )
        review = ReviewOptions(top=top, uncertain=uncertain, audit=audit, per_outlet=per_outlet, seed=seed)
        finish, reports = finisher(bundle, review, baseline=baseline)
        count = workers or usable_cores()
        request = Request(
            inputs,
            out,
            bundle,
            settings,
            precision_because=because,
            threads=0 if engine is EngineChoice.local and count == 1 else 1,
            must_resume=resume,
        )
        with shown_progress() as progress:
            outcome = run_batch(request, _engine(engine, count), progress, finish=finish)
        say(outcome.manifest, out, progress.summary())
        if unread := outcome.manifest.unread():
            typer.echo(
                f"  not read: {unread:,} lines or rows of files whose columns cannot be used; they count as rejected",
                err=True,
            )
        drifted = reports[0].drifted()
        for what in drifted:
            typer.echo(f"  drift: {what}", err=True)
        if mlflow is not None:
            track(mlflow, out, reports[0], progress.summary())
        if outcome.manifest.rejected_share() > max_rejected:
            raise typer.Exit(Exit.REJECTED)
        if drifted and fail_on is FailOn.drift:
            raise typer.Exit(Exit.DRIFT)


def _log() -> None:
    logger = logging.getLogger("presscheck.serve")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger.handlers = [handler]  # a second command in one process has its own standard error
    logger.setLevel(logging.INFO)
    logger.propagate = False


def _columns(assignments: list[str]) -> "Columns":
    from presscheck.data.rows.columns import Columns

    named = dict(assignment.partition("=")[::2] for assignment in assignments)
    wrong = [name for name in named if name not in Columns.model_fields or not named[name]]
    if wrong:
        raise stop(
            f"--column {wrong[0]}={named[wrong[0]]}: give NAME=COLUMN, with NAME one of {', '.join(Columns.model_fields)}",
            Exit.USAGE,
        )
    return Columns(**named)


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
