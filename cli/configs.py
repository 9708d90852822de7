"""`presscheck configs`: what can be trained, and with which options."""

from typing import Annotated

import typer

from presscheck.cli.errors import for_people

app = typer.Typer(no_args_is_help=True, help="List, show and check training configs.", rich_markup_mode=None)
Name = Annotated[str, typer.Argument(help="A shipped config's name, or a path to a YAML file.")]
Overrides = Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]…", help="Overrides with dotted keys, such as train.epochs=3.")]


@app.command("list")
def list_configs() -> None:
    """Lists the configs that ship with the package."""
    from presscheck.configs.loader import available, load

    with for_people():
        names = available()
        width = max(map(len, names))
        for name in names:
            typer.echo(f"{name:<{width}}  {load(name).description}")


@app.command()
def show(name: Name, overrides: Overrides = None) -> None:
    """Prints a config with every key resolved, defaults included: a start for a config of your own."""
    from presscheck.configs.loader import dump, load

    with for_people():
        typer.echo(dump(load(name, overrides or [])), nl=False)


@app.command()
def check(name: Name, overrides: Overrides = None) -> None:
    """Checks a config and reports every problem at once, with line, key and the nearest known key."""
    from presscheck.configs.loader import config_hash, load

    with for_people():
        config = load(name, overrides or [])
        typer.echo(f"{name} is valid (sha256 {config_hash(config)[:12]})")


@app.command("reference")
def print_reference() -> None:
    """Prints every key with its type, default and meaning, as Markdown."""
    from presscheck.configs.reference import reference

    typer.echo(reference(), nl=False)
