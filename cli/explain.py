"""`presscheck explain`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from presscheck.cli.errors import Exit, for_people, stop


def explain(
    record_id: Annotated[str, typer.Argument(metavar="RECORD_ID", help="Id of a record of the batch.")],
    out: Annotated[Path, typer.Option(help="The batch's folder.")],
    model: Annotated[Path | None, typer.Option(help="The bundle that scored it, if it has moved; its hash must be the batch's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the record as JSON.")] = False,
) -> None:
    """Scores one article of a batch anew, from its input and with the batch's model, and prints why it was flagged.

    It says whether the record that was stored is reproduced; where it is not, the code is 1. A changed input or another model is refused.

    Example: presscheck explain n402 --out night/
    """
    with for_people(extra="batch", may_lose_reader=True):
        from presscheck.serve.process import prepare_to_score

        prepare_to_score()
        from presscheck.serve.batch.explain import explain as run_explain
        from presscheck.serve.render.writer import write_records

        found = run_explain(out, record_id, model=model)
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
                "scores depend on the machine's arithmetic and on library versions; the batch's stand in its job.json",
                Exit.OUR_FAULT,
            )
