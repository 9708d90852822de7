"""`presscheck feedback`: what readers of the service say of its records."""

from pathlib import Path
from typing import Annotated

import typer

from presscheck.cli.data_import import say
from presscheck.cli.exit_codes import Exit, for_people, stop
from presscheck.cli.options import State

app = typer.Typer(
    no_args_is_help=True,
    help="Exports the feedback that readers gave to the service.\n\n\b\nExample:\n  presscheck feedback export labels/",
    rich_markup_mode=None,
)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder for articles.jsonl, conflicts.csv and agreement.json.")],
    state: State = Path("service"),
) -> None:
    """Writes the feedback as labelled articles for training.

    The same as presscheck data import on the file feedback.sqlite of --state. A vote is written where the answer settles a label, a remark
    where it does not. Records that this service did not sign are named and end with code 4; all others are written.

    \b
    Example:
      presscheck feedback export labels/
    """
    with for_people(extra="serve"):
        from presscheck.serve.annotations.importing import import_files

        path = state / "feedback.sqlite"
        if not path.is_file():
            raise stop(f"{path}: there is no feedback yet", Exit.USAGE)
        say(import_files([path], folder, format_="feedback"), folder)
