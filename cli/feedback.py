"""`presscheck feedback`: what readers of the service say of its records."""

from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from presscheck.cli.data_import import say
from presscheck.cli.exit_codes import Exit, for_people, stop
from presscheck.cli.options import State

if TYPE_CHECKING:
    from presscheck.serve.http.stored_feedback import StoredFeedback

app = typer.Typer(
    no_args_is_help=True,
    help="Exports, lists and deletes the feedback of readers.\n\n\b\nExample:\n  presscheck feedback export labels/",
    rich_markup_mode=None,
)
FILE_NAME = "feedback.sqlite"
_SHOWN_CHARS = 60


def _days(value: str) -> timedelta:
    number = value.removesuffix("d")
    if number == value or not number.isascii() or not number.isdecimal() or int(number) > 100_000:
        raise typer.BadParameter(f"{value!r}: give a number of days, as in 90d")
    return timedelta(days=int(number))


OlderThan = Annotated[
    timedelta | None,
    typer.Option(metavar="DAYS", parser=_days, help="Only what was stored longer ago than this, as in 90d."),
]


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

        path = state / FILE_NAME
        if not path.is_file():
            raise stop(f"{path}: there is no feedback yet", Exit.USAGE)
        say(import_files([path], folder, format_="feedback"), folder)


@app.command("list")
def list_all(older_than: OlderThan = None, state: State = Path("service")) -> None:
    """Lists the stored feedback.

    Number, time, key, what it says, headline and comment. The number is the one that the service answered when it stored the feedback, and
    the one that feedback delete takes.

    \b
    Examples:
      presscheck feedback list
      presscheck feedback list --older-than 90d
    """
    with for_people(extra="serve", may_lose_reader=True):
        from presscheck.serve.http.stored_feedback import list_feedback

        found = list_feedback(state / FILE_NAME, older_than=older_than)
        for one in found:
            typer.echo(_line(one))
        typer.echo(f"{state / FILE_NAME}: {len(found):,} listed", err=True)


def _line(one: "StoredFeedback") -> str:
    where = "article" if one.segment is None else f"sentence {one.segment}"
    said = f"{'agrees' if one.agrees else 'disagrees'} ({where})"
    texts = [_short(one.headline or "no headline"), *([_short(one.comment)] if one.comment else [])]
    return f"{one.id:>6}  {one.stored_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC  {one.caller}  {said}  {'  # '.join(texts)}"


def _short(text: str) -> str:
    words = "".join(one if one.isprintable() else " " for one in text)  # a reader's words must not steer a terminal
    return words if len(words) <= _SHOWN_CHARS else f"{words[:_SHOWN_CHARS]}…"


@app.command()
def delete(
    numbers: Annotated[list[int] | None, typer.Argument(metavar="ID...", help="Numbers of the feedback, as feedback list shows.")] = None,
    older_than: OlderThan = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be deleted.")] = False,
    state: State = Path("service"),
) -> None:
    """Deletes stored feedback, with its record and text, for good.

    By number, or all that is older than some days. A running service may go on storing feedback meanwhile. Deleted text is overwritten in
    the file; labels that were exported before, and backups, stay as they are. A number that does not exist ends with code 2, and nothing is
    deleted.

    \b
    Examples:
      presscheck feedback delete 17
      presscheck feedback delete --older-than 90d --dry-run
      presscheck feedback delete --older-than 90d --state /srv/presscheck/service
    """
    if bool(numbers) == (older_than is not None):
        raise stop("name what to delete: numbers as feedback list shows them, or --older-than 90d, not both", Exit.USAGE)
    with for_people(extra="serve"):
        from presscheck.serve.http.stored_feedback import delete_feedback

        path = state / FILE_NAME
        found = delete_feedback(path, numbers=numbers or (), older_than=older_than, dry_run=dry_run)
        for one in found if dry_run else ():
            typer.echo(_line(one))
        typer.echo(f"{path}: {len(found):,} {'would be deleted' if dry_run else 'deleted'}", err=True)
