"""`presscheck configs`: training configs."""

from typing import Annotated

import typer

from presscheck.cli.exit_codes import for_people

app = typer.Typer(
    no_args_is_help=True,
    help="Lists, shows and checks training configs.\n\n\b\nExample:\n  presscheck configs show starter",
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Argument(metavar="CONFIG", help="A shipped config's name, or a path to a YAML file.")]
Overrides = Annotated[list[str] | None, typer.Argument(metavar="KEY=VALUE", help="Overrides with dotted keys, such as train.epochs=3.")]


@app.command("list")
def list_configs() -> None:
    """Lists the configs that ship with the package.

    \b
    Example:
      presscheck configs list
    """
    from presscheck.configs.loader import available, load

    with for_people():
        names = available()
        width = max(map(len, names))
        for name in names:
            typer.echo(f"{name:<{width}}  {load(name).description}")


@app.command()
def show(name: Name, overrides: Overrides = None) -> None:
    """Prints a config with all defaults filled in.

    The output is a config itself: save it and edit it to make one of your own.

    \b
    Example:
      presscheck configs show starter train.epochs=3
    """
    from presscheck.configs.loader import dump, load

    with for_people():
        typer.echo(dump(load(name, overrides or [])), nl=False)


@app.command()
def check(name: Name, overrides: Overrides = None) -> None:
    """Checks a config and reports all problems at once.

    Each with its line, its key, and the nearest known key.

    \b
    Example:
      presscheck configs check my.yaml
    """
    from presscheck.configs.loader import config_hash, load

    with for_people():
        config = load(name, overrides or [])
        typer.echo(f"{name} is valid (sha256 {config_hash(config)[:12]})")


@app.command("reference")
def print_reference() -> None:
    """Prints every config key as Markdown.

    Each with its type, default and meaning.

    \b
    Example:
      presscheck configs reference
    """
    from presscheck.configs.reference import reference

    typer.echo(reference(), nl=False)
