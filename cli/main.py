"""The `presscheck` command. Each subcommand lives in a file of its own and imports its package only when it runs."""

import typer

from presscheck.cli.batch import app as batch_app
from presscheck.cli.compare import compare
from presscheck.cli.configs import app as configs_app
from presscheck.cli.data import app as data_app
from presscheck.cli.evaluate import evaluate
from presscheck.cli.explain import explain
from presscheck.cli.promote import promote, rollback
from presscheck.cli.score import score
from presscheck.cli.serve import serve
from presscheck.cli.train import train
from presscheck.configs.offline import stay_offline
from presscheck.configs.threads import bound_spinning

app = typer.Typer(
    name="presscheck",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Flags sensational framing in headlines and unsourced claims in news texts, and shows the words it goes by. It says how a text "
    "presents itself, never that something is false.\n\n"
    "Exit codes: 0 done, 1 our fault, 2 usage or config, 3 model refused, 4 inputs rejected above --max-rejected, 5 drift, "
    "6 promotion refused, 130 interrupted.",
)
app.command()(score)
app.command()(serve)
app.command()(train)
app.command("eval")(evaluate)
app.command()(compare)
app.command()(explain)
app.command()(promote)
app.command()(rollback)
app.add_typer(batch_app, name="batch")
app.add_typer(data_app, name="data")
app.add_typer(configs_app, name="configs")


def main() -> None:
    """Entry point of the console script."""
    stay_offline()
    bound_spinning()
    app()


if __name__ == "__main__":
    main()
