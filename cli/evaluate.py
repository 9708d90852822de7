"""`presscheck eval`."""

from pathlib import Path
from typing import Annotated

import typer

from presscheck.cli.errors import for_people


def evaluate(
    bundle: Annotated[
        Path | None, typer.Argument(help="A bundle folder (default: the champion, else the candidate).")
    ] = None,
    models_dir: Annotated[Path, typer.Option(help="Where champion and candidate are.")] = Path("models"),
    out: Annotated[Path | None, typer.Option(help="Also write the numbers to this JSON file.")] = None,
) -> None:
    """Evaluates a bundle on the frozen test split of its own data, beside two baselines trained in the same run.

    The baselines see the same train split: shape-only (casing, punctuation, length) and TF-IDF with logistic regression. Intervals are 95 %
    bootstrap intervals over story groups.
    """
    with for_people():
        from presscheck.serve.bundle import find_bundle, read_bundle

        folder = bundle or find_bundle(models_dir)[0]
        loaded = read_bundle(folder)
        from presscheck.data.atomic import write_atomically
        from presscheck.eval.run import evaluate as run_evaluation
        from presscheck.eval.table import print_table

        report = run_evaluation(loaded)
        print_table(report)
        if out is not None:
            with write_atomically(out) as stream:
                stream.write(report.as_json())
            typer.echo(f"numbers written to {out}")
