"""`presscheck eval`."""

from pathlib import Path
from typing import Annotated

import typer

from presscheck.cli.exit_codes import for_people
from presscheck.cli.options import ModelsDir, TrackingUri


def evaluate(
    bundle: Annotated[
        str | None,
        typer.Argument(
            metavar="BUNDLE", help="A bundle folder, or a registered model as --model of score (default: the champion, else the candidate)."
        ),
    ] = None,
    models_dir: ModelsDir = Path("models"),
    tracking_uri: TrackingUri = None,
    data: Annotated[
        str | None,
        typer.Option(help="Evaluate on the test split of this config's data instead; you vouch that the bundle was not trained on it."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for report.html, report.json and MODEL_CARD.md.")] = None,
    capacity: Annotated[
        list[float] | None,
        typer.Option(help="Share of the items that the team can review (default: 0.01 0.05 0.1 0.2). May be given more than once."),
    ] = None,
    gold: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Evaluate on labelled real news too: a folder with headlines.jsonl and articles.jsonl (docs/evaluation.md).",
        ),
    ] = None,
) -> None:
    """Evaluates a bundle on the frozen test split of its own data.

    Prints the metrics of every label and tag beside two baselines (shape: casing, punctuation, length; TF-IDF with logistic regression)
    and the agreement of a second annotator; calibration; slices; precision and recall of each policy; the behavioural suite and fairness
    templates. Intervals are 95 % bootstrap intervals over story groups. --gold adds precision and recall on real news that people
    labelled. --out writes a page with plots and the worst errors, and the model card.

    \b
    Examples:
      presscheck eval --out eval/
      presscheck eval models/candidate --data ours.yaml
      presscheck eval --gold ours/gold
    """
    with for_people():
        from presscheck.serve.process import prepare_to_score

        prepare_to_score()
        from presscheck.serve.bundle import find_bundle, read_bundle
        from presscheck.serve.registered_models import locate

        folder = locate(bundle, tracking_uri=tracking_uri) if bundle else find_bundle(models_dir)[0]
        loaded = read_bundle(folder)
        from presscheck.configs.loader import ConfigError, load
        from presscheck.eval.evaluation import CAPACITIES
        from presscheck.eval.evaluation import evaluate as run_evaluation
        from presscheck.eval.table import print_table

        for share in capacity or ():
            if not 0 < share <= 1:
                raise ConfigError(f"--capacity {share}: a share must be above 0 and at most 1")
        report = run_evaluation(loaded, data=load(data).data if data else None, capacities=capacity or CAPACITIES, gold=gold)
        print_table(report)
        if out is not None:
            from presscheck.eval.page.write import write_report

            write_report(report, loaded.manifest, out)
            typer.echo(f"open {out / 'report.html'}")
