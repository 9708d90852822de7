"""`presscheck keys`: the API keys of the service."""

from datetime import UTC
from pathlib import Path
from typing import Annotated

import typer

from presscheck.cli.exit_codes import for_people
from presscheck.cli.options import State

app = typer.Typer(
    no_args_is_help=True,
    help="Makes, revokes and lists the API keys of the service.\n\n\b\nExample:\n  presscheck keys new newsroom",
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the key: letters, digits, points, hyphens and underscores.")]


@app.command()
def new(name: Name, state: State = Path("service")) -> None:
    """Makes a key and prints it once.

    Only a hash of the key is stored, so it cannot be shown again. A running service accepts it within a second.

    \b
    Example:
      presscheck keys new newsroom
    """
    with for_people(extra="serve"):
        from presscheck.serve.http.limits.keys import FILE_NAME, new_key

        typer.echo(new_key(state / FILE_NAME, name))
        typer.echo(f"its hash is stored as {name} in {state / FILE_NAME}; the key cannot be shown again", err=True)


@app.command()
def revoke(name: Name, state: State = Path("service")) -> None:
    """Revokes a key.

    A running service refuses it within a second.

    \b
    Example:
      presscheck keys revoke newsroom
    """
    with for_people(extra="serve"):
        from presscheck.serve.http.limits.keys import FILE_NAME, revoke_key

        revoke_key(state / FILE_NAME, name)
        typer.echo(f"revoked {name} in {state / FILE_NAME}", err=True)


@app.command("list")
def list_keys(state: State = Path("service")) -> None:
    """Lists the names of the keys and when each was made.

    \b
    Example:
      presscheck keys list --state /srv/presscheck/service
    """
    with for_people(extra="serve", may_lose_reader=True):
        from presscheck.serve.http.limits.keys import FILE_NAME, read_keys

        keys = read_keys(state / FILE_NAME)
        if not keys:
            typer.echo(f"no keys in {state / FILE_NAME}; make one with: presscheck keys new NAME --state {state}", err=True)
        width = max(map(len, keys), default=0)
        for name, entry in keys.items():
            typer.echo(f"{name:<{width}}  {entry.created.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
