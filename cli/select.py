"""`presscheck data select`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from presscheck.cli.exit_codes import Exit, for_people, stop
from presscheck.cli.options import (
    Column,
    Encoding,
    Model,
    ModelsDir,
    PrecisionChoice,
    PrecisionOption,
    TrackingUri,
    check_encoding,
    log_to_stderr,
    named_columns,
)

if TYPE_CHECKING:
    from presscheck.data.rows.columns import Columns
    from presscheck.eval.selection.selection import Summary

SCORES = "scores"
_SHOWN_OUTLETS = 10


def select(
    pool: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="POOL",
            help="Articles to choose from: JSONL, CSV, TSV or Parquet, as presscheck batch reads them: files, folders, globs or URLs.",
        ),
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="Articles to select.")] = 200,
    out: Annotated[Path, typer.Option(help="Folder to write.")] = Path("selection"),
    batch: Annotated[
        Path | None,
        typer.Option(help="Select from this finished batch instead of POOL; nothing is scored again, its inputs must be there."),
    ] = None,
    known: Annotated[
        list[str] | None,
        typer.Option(
            "--except",
            metavar="FILE",
            help="Rows that were annotated or selected before. An article of the same id or nearly the same text is not selected. May be "
            "given more than once.",
        ),
    ] = None,
    audit: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, help="Share that is drawn at random instead of by uncertainty, to find what the model misses."),
    ] = 0.2,
    per_outlet: Annotated[
        int | None,
        typer.Option(
            min=1, help="Most articles of one outlet among the uncertain ones (default: twice an equal share, more if others have too few)."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Random seed: the same one selects the same articles.")] = 0,
    column: Column = None,
    encoding: Encoding = None,
    precision: PrecisionOption = None,
    model: Model = None,
    models_dir: ModelsDir = Path("models"),
    tracking_uri: TrackingUri = None,
    workers: Annotated[int, typer.Option(min=0, help="Processes (0: one per core).")] = 0,
) -> None:
    """Selects what to annotate next.

    Scores the pool, and draws articles with a chance in proportion to how uncertain the model is of their flags and risk, spread over
    different texts and outlets, and a share at random. Near-duplicates count as one article. Every selected row keeps the probability that
    it was selected: weight what you count by 1 / probability and shares of the whole pool stay unbiased.

    Writes selection.jsonl (labelled rows with empty labels, and the model's output as prelabels that are never read as labels),
    selection.csv, label-studio.json with label-studio.xml, and design.json. The scores are kept in OUT/scores; the same command resumes
    where it was interrupted.

    \b
    Examples:
      presscheck data select inbox/ --count 200 --out to-annotate/
      presscheck data select 'in/*.jsonl.gz' --except reviewed.jsonl --except to-annotate/selection.jsonl --out next/
      presscheck data select --batch night/ --count 100 --per-outlet 5 --out from-last-night/
    """
    check_encoding(encoding)
    if bool(pool) == (batch is not None):
        raise stop("name the articles to choose from: files or folders, or a finished batch with --batch", Exit.USAGE)
    of_scoring = {"--column": column, "--encoding": encoding, "--precision": precision, "--model": model, "--workers": workers}
    if batch is not None and (given := [name for name, value in of_scoring.items() if value]):
        raise stop(f"{', '.join(given)}: --batch takes a batch as it was scored; leave this out, or name the files instead", Exit.USAGE)
    with for_people(on_interrupt="interrupted; give the same command again to resume", extra="train,batch"):
        from presscheck.serve.process import prepare_to_score

        prepare_to_score()
        from presscheck.eval.selection.draw import SelectOptions
        from presscheck.eval.selection.files import hold_no_answers
        from presscheck.eval.selection.selection import select as run_select
        from presscheck.serve.bundle import find_bundle
        from presscheck.serve.progress_bar import ProgressBar
        from presscheck.serve.registered_models import locate

        hold_no_answers(out)
        scored = batch or out / SCORES
        if pool:
            columns = named_columns(column or [])
            folder = locate(model, tracking_uri=tracking_uri) if model else find_bundle(models_dir)[0]
            _score(pool, scored, columns=columns, encoding=encoding, precision=precision, model=folder, workers=workers)
        options = SelectOptions(count=count, audit=audit, per_outlet=per_outlet, seed=seed)
        with ProgressBar("articles read") as bar:
            found = run_select(scored, out, options, earlier=known or [], advance=bar.advance)
    _say(found, out, count=count)


def _score(
    pool: list[str],
    folder: Path,
    *,
    columns: "Columns",
    encoding: str | None,
    precision: PrecisionChoice | None,
    model: Path,
    workers: int,
) -> None:
    """Scores the pool as a batch without a review queue."""
    from presscheck.serve.batch.engines.local import Processes, in_process
    from presscheck.serve.batch.job import Settings
    from presscheck.serve.batch.progress import shown_progress
    from presscheck.serve.batch.review.sample import ReviewOptions
    from presscheck.serve.batch.run import Request, run_batch
    from presscheck.serve.bundle import read_bundle
    from presscheck.serve.cores import usable_cores
    from presscheck.serve.scoring_options import resolve_precision

    log_to_stderr()
    bundle = read_bundle(model)
    taken = resolve_precision(bundle.manifest, precision.value if precision else None)
    settings = Settings(columns=columns, encoding=encoding, policy=bundle.manifest.default_policy, precision=taken)
    no_queue = ReviewOptions(top=0, uncertain=0, audit=0)
    count = workers or usable_cores()
    request = Request(pool, folder, bundle, settings, no_queue, threads=0 if count == 1 else 1)
    with shown_progress() as progress:
        manifest = run_batch(request, in_process if count == 1 else Processes(count), progress).manifest
    if manifest.rejected:
        typer.echo(f"{manifest.rejected:,} of {manifest.rows:,} rows cannot be read; see {folder / 'rejected.jsonl'}", err=True)


def _say(found: "Summary", out: Path, *, count: int) -> None:
    pool = found.pool
    left_out = {
        "annotated before": pool.known,
        "near-duplicates of others": sum(pool.copies) - len(pool.copies),
        "not judged, for their language above all": pool.unjudged,
    }
    why = "".join(f"; {number:,} {what}" for what, number in left_out.items() if number)
    typer.echo(f"{len(pool.candidates):,} of {pool.scored:,} articles can be selected{why}")
    typer.echo(f"selected {sum(found.by_why.values()):,}: {found.by_why['uncertain']:,} uncertain, {found.by_why['audit']:,} at random")
    whole, active = found.uncertainty
    if active is not None:
        typer.echo(f"  uncertainty (0 sure, 1 a coin toss): {active:.2f} on average where it decided, {whole:.2f} in the pool")
    shown = [f"{outlet} {number:,}" for outlet, number in list(found.by_outlet.items())[:_SHOWN_OUTLETS]]
    more = len(found.by_outlet) - len(shown)
    typer.echo(f"  outlets: {', '.join(shown)}{f' and {more:,} more' if more else ''}")
    if sum(found.by_why.values()) < min(count, len(pool.candidates)):
        typer.echo(f"  fewer than {count:,}, since --per-outlet leaves no more: raise it, or name files of more outlets")
    typer.echo(f"written to {out}")
