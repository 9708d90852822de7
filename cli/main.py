"""The `presscheck` command. Each subcommand lives in a file of its own and imports its package only when it runs."""

from importlib.metadata import version
from typing import Annotated

import typer

from presscheck.cli.batch import batch
from presscheck.cli.compare import compare
from presscheck.cli.configs import app as configs_app
from presscheck.cli.data import app as data_app
from presscheck.cli.diff import diff
from presscheck.cli.estimate import estimate
from presscheck.cli.evaluate import evaluate
from presscheck.cli.explain import explain
from presscheck.cli.feedback import app as feedback_app
from presscheck.cli.keys import app as keys_app
from presscheck.cli.old_spellings import PresentSpellings
from presscheck.cli.promote import promote, rollback
from presscheck.cli.registry import app as registry_app
from presscheck.cli.retrain import retrain
from presscheck.cli.score import score
from presscheck.cli.search import search
from presscheck.cli.serve import serve
from presscheck.cli.train import train
from presscheck.configs.offline import stay_offline
from presscheck.configs.threads import bound_spinning

app = typer.Typer(
    name="presscheck",
    cls=PresentSpellings,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Flags sensational framing in headlines and unsourced claims in news texts, and shows the words behind each flag.\n\n"
    "It says how a text presents itself, never that something is false.\n\n"
    "\b\nExample:\n  presscheck score article.txt\n\n"
    "Exit codes: 0 done, 1 internal error, 2 usage or config, 3 model refused, 4 rejected share above --max-rejected or "
    "answers that cannot be read, 5 drift, 6 promotion refused, 130 interrupted and resumable.",
)


def _print_version(asked: bool) -> None:  # noqa: FBT001 - Typer calls it
    if asked:
        typer.echo(f"presscheck {version('presscheck')}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")] = False,
) -> None:
    pass


app.command()(score)
app.command()(batch)
app.command()(estimate)
app.command()(explain)
app.command()(diff)
app.command()(serve)
app.command()(train)
app.command()(search)
app.command()(retrain)
app.command("eval")(evaluate)
app.command()(compare)
app.command()(promote)
app.command()(rollback)
app.add_typer(data_app, name="data")
app.add_typer(configs_app, name="configs")
app.add_typer(registry_app, name="registry")
app.add_typer(keys_app, name="keys")
app.add_typer(feedback_app, name="feedback")


def main() -> None:
    """Entry point of the console script."""
    stay_offline()
    bound_spinning()
    app()


if __name__ == "__main__":
    main()
