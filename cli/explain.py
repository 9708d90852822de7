"""`presscheck explain`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from presscheck.cli.exit_codes import Exit, for_people, stop
from presscheck.cli.options import TrackingUri


def explain(
    record_id: Annotated[str, typer.Argument(metavar="RECORD_ID", help="Id of a record of the batch.")],
    batch: Annotated[Path, typer.Option(help="Folder of the batch.")],
    model: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="The bundle that scored the batch, if it has moved: a folder, or models:/NAME/VERSION; its hash must be the same.",
        ),
    ] = None,
    tracking_uri: TrackingUri = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the record as JSON.")] = False,
) -> None:
    """Explains one record of a batch by scoring its article again.

    Reads the article from the batch's input, scores it with the batch's model, and prints what was flagged and why. Ends with code 1 where
    the stored record is not reproduced. A changed input or another model is refused.

    \b
    Example:
      presscheck explain n402 --batch night/
    """
    with for_people(extra="batch", may_lose_reader=True):
        from presscheck.serve.process import prepare_to_score

        prepare_to_score()
        from presscheck.serve.batch.explain import explain as run_explain
        from presscheck.serve.registered_models import locate
        from presscheck.serve.render.writer import write_records

        found = run_explain(batch, record_id, model=locate(model, tracking_uri=tracking_uri) if model else None)
        for one in found:
            write_records([one.record], "jsonl" if as_json else "page", sys.stdout)
            typer.echo(
                f"{one.file}:{one.line}, text sha256 {one.text_sha256[:16]}…, model {one.record.model.version} "
                f"(sha256 {one.model_sha256[:16]}…), policy {one.record.model.policy}, {one.record.model.precision}, in {one.part}",
                err=True,
            )
            typer.echo(
                "the stored record is reproduced" if not one.differs else f"the stored record differs in {', '.join(one.differs)}",
                err=True,
            )
        if any(one.differs for one in found):
            raise stop(
                "the stored record is not reproduced: scores depend on the CPU and on library versions; job.json holds those of the batch",
                Exit.INTERNAL_ERROR,
            )
