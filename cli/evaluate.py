"""`presscheck eval`."""

from pathlib import Path
from typing import Annotated

import typer

from presscheck.cli.errors import for_people


def evaluate(
    bundle: Annotated[Path | None, typer.Argument(help="A bundle folder (default: the champion, else the candidate).")] = None,
    models_dir: Annotated[Path, typer.Option(help="Where champion and candidate are.")] = Path("models"),
    data: Annotated[
        str | None,
        typer.Option(help="Evaluate on the test split of this config's data instead; that the bundle never saw it is your word."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the page report.html, report.json and MODEL_CARD.md.")] = None,
    capacity: Annotated[
        list[float] | None,
        typer.Option(help="Share of the items that the team can review; may be repeated (default: 0.01 0.05 0.1 0.2)."),
    ] = None,
    gold: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Measure on labels of real news too: a folder with headlines.jsonl and articles.jsonl (docs/evaluation.md).",
        ),
    ] = None,
) -> None:
    """Evaluates a bundle on the frozen test split of its own data.

    Metrics of every label and tag beside two baselines (shape: casing, punctuation, length; TF-IDF with logistic regression) and a second
    person's labels; calibration; slices; what each policy's threshold gives; the behavioural suite and fairness templates. Intervals are
    95 % bootstrap intervals over story groups. --gold measures what the flags are worth on real news that people labelled.
    --out writes a page with plots and the worst errors, and the model card.
    """
    with for_people():
        from presscheck.serve.process import prepare_to_score

        prepare_to_score()
        from presscheck.serve.bundle import find_bundle, read_bundle

        folder = bundle or find_bundle(models_dir)[0]
        loaded = read_bundle(folder)
        from presscheck.configs.loader import ConfigError, load
        from presscheck.eval.run import CAPACITIES
        from presscheck.eval.run import evaluate as run_evaluation
        from presscheck.eval.table import print_table

        for share in capacity or ():
            if not 0 < share <= 1:
                raise ConfigError(f"--capacity {share}: a share lies above 0 and is at most 1")
        report = run_evaluation(loaded, data=load(data).data if data else None, capacities=capacity or CAPACITIES, gold=gold)
        print_table(report)
        if out is not None:
            from presscheck.eval.page.write import write_report

            write_report(report, loaded.manifest, out)
            typer.echo(f"open {out / 'report.html'}")
