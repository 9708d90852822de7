"""`presscheck registry`."""

from pathlib import Path
from typing import Annotated

import typer

from presscheck.cli.exit_codes import for_people
from presscheck.cli.options import ModelsDir, TrackingUri

app = typer.Typer(
    no_args_is_help=True, help="Pushes models to an MLflow registry and fetches them.\n\n\b\nExample:\n  presscheck registry push"
)


@app.command()
def push(
    models_dir: ModelsDir = Path("models"),
    tracking_uri: TrackingUri = None,
    force: Annotated[
        bool, typer.Option("--force", help="Move the alias champion although the registry's champion was decided on later.")
    ] = False,
) -> None:
    """Registers candidate and champion, and moves the aliases.

    `train`, `promote` and `rollback` do so themselves. This is for when they could not reach the registry: it is brought to where the
    folder of models is. What is registered already, by its hashes, is not registered again. A champion that another machine made later is
    not replaced.

    \b
    Examples:
      presscheck registry push
      presscheck registry push --tracking-uri http://mlflow:5000
    """
    with for_people(extra="train"):
        from presscheck.eval.push import push as run_push
        from presscheck.serve.registered_models import shown

        for one in run_push(models_dir, uri=tracking_uri, force=force):
            how = "registered" if one.is_new else "there already"
            typer.echo(f"{one.model}@{one.alias}: version {one.version}, {one.bundle} ({how}) in {shown(one.uri)}")


@app.command()
def fetch(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="models:/NAME@ALIAS or models:/NAME/VERSION.")],
    tracking_uri: TrackingUri = None,
) -> None:
    """Fetches a registered model and prints its folder.

    `--model` fetches by itself. This is for machines that will be offline: once fetched, a model needs no registry. Models are kept in
    PRESSCHECK_MODEL_CACHE (default: presscheck/models in XDG_CACHE_HOME, which is ~/.cache).

    \b
    Example:
      presscheck registry fetch models:/presscheck@champion
    """
    with for_people(extra="registry"):
        from presscheck.serve.bundle import read_bundle
        from presscheck.serve.registered_models import fetch as run_fetch

        typer.echo(read_bundle(run_fetch(model, tracking_uri=tracking_uri)).path)
