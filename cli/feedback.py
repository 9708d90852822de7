"""`presscheck feedback`: what readers of the service say of its records."""

from pathlib import Path
from typing import Annotated

import typer

from presscheck.cli.exit_codes import for_people
from presscheck.cli.options import State

app = typer.Typer(
    no_args_is_help=True,
    help="Exports the feedback that readers gave to the service.\n\n\b\nExample:\n  presscheck feedback export feedback/",
    rich_markup_mode=None,
)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder for headlines.jsonl and sentences.jsonl.")],
    state: State = Path("service"),
) -> None:
    """Writes the feedback as tables for training.

    A row has a label where the answer settles one. Records that this service did not sign are left out and counted.

    \b
    Example:
      presscheck feedback export feedback/
    """
    with for_people(extra="serve"):
        from presscheck.serve.http.feedback_export import HEADLINES, SENTENCES, export_feedback
        from presscheck.serve.http.signing import KEY_FILE

        done = export_feedback(state / "feedback.sqlite", folder)
        typer.echo(
            f"{folder / HEADLINES}: {done.headlines} rows, {folder / SENTENCES}: {done.sentences} rows; {done.labelled} carry a label, "
            "the others only say that something is wrong"
        )
        if done.unsigned:
            typer.echo(
                f"{done.unsigned} were left out: their records are not signed by this service ({state / KEY_FILE})",
                err=True,
            )
