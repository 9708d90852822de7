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
    data: Annotated[
        str | None,
        typer.Option(
            help="Evaluate on the test split of this config's data instead; that the bundle never saw it is your word."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the page report.html, report.json and MODEL_CARD.md.")
    ] = None,
) -> None:
    """Evaluates a bundle on the frozen test split of its own data.

    Metrics of every label and tag beside two baselines (shape: casing, punctuation, length; TF-IDF with logistic regression) and a second
    person's labels; calibration; slices; what each policy's threshold gives; the behavioural suite and fairness templates. Intervals are
    95 % bootstrap intervals over story groups. --out writes a page with plots and the worst errors, and the model card.
    """
    with for_people():
        from presscheck.serve.bundle import find_bundle, read_bundle

        folder = bundle or find_bundle(models_dir)[0]
        loaded = read_bundle(folder)
        from presscheck.configs.loader import load
        from presscheck.eval.run import evaluate as run_evaluation
        from presscheck.eval.table import print_table

        report = run_evaluation(loaded, data=load(data).data if data else None)
        print_table(report)
        if out is not None:
            from presscheck.eval.page.write import write_report

            write_report(report, loaded.manifest, out)
            typer.echo(f"open {out / 'report.html'}")
