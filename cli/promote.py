"""`presscheck promote` and `presscheck rollback`."""

from pathlib import Path
from typing import Annotated

import typer

from presscheck.cli.exit_codes import Exit, for_people, stop
from presscheck.cli.options import ModelsDir, TrackingUri
from presscheck.configs.offline import environment


def promote(
    bundle: Annotated[
        str | None,
        typer.Argument(
            metavar="BUNDLE",
            help="A bundle folder, or a registered model, models:/NAME@ALIAS or models:/NAME/VERSION, which is copied to the folder of "
            "models (default: models/candidate).",
        ),
    ] = None,
    models_dir: ModelsDir = Path("models"),
    gate: Annotated[Path | None, typer.Option(help="A YAML file with the gate's bounds (default: those shipped).")] = None,
    gold: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Labels of real news for the gate's bounds on them (docs/evaluation.md)."),
    ] = None,
    force: Annotated[str | None, typer.Option(help="Promote whatever the gate says, for this reason, which is recorded.")] = None,
    tracking_uri: TrackingUri = None,
) -> None:
    """Promotes the candidate to champion, if it passes the gate.

    The gate compares it with the champion, overall and in each slice, and checks calibration, policies, behaviour, fairness, parity, speed
    and licences. The decision with every reason goes to models/promotions.jsonl and to the MLflow registry. A refused promotion ends with
    code 6 and changes nothing.

    \b
    Examples:
      presscheck promote
      presscheck promote models/my-run --force "the champion was trained on the wrong data"
      presscheck promote models:/presscheck@candidate --tracking-uri http://mlflow:5000
    """
    with for_people():
        from presscheck.serve.process import prepare_to_score

        prepare_to_score()
        from presscheck.serve.bundle import read_bundle
        from presscheck.serve.registered_models import URI, is_registered, locate

        loaded = read_bundle(locate(bundle, tracking_uri=tracking_uri) if bundle else models_dir / "candidate")
        from presscheck.eval.gate import read_gate
        from presscheck.eval.gold.reader import read_gold
        from presscheck.eval.promote import adopt
        from presscheck.eval.promote import promote as run_promotion

        if bundle and is_registered(bundle):
            loaded = adopt(loaded, models_dir)
        labels = read_gold(gold) if gold else None
        with environment({URI: tracking_uri} if tracking_uri else {}):
            decision, follows = run_promotion(models_dir, loaded, read_gate(gate), force=force, gold=labels)
        for check in decision.checks:
            typer.echo(f"{'pass' if check.passed else 'FAIL'}  {check.name}: {check.reason}")
        _say_of_registry(follows=follows)
        if not decision.promoted:
            raise stop(
                f"{decision.candidate} is not promoted: {len(decision.against)} of {len(decision.checks)} checks fail "
                '(--force "why" records a reason and promotes)',
                Exit.PROMOTION_REFUSED,
            )
        typer.echo(f"champion: {decision.candidate}" + (f" (forced: {decision.forced})" if decision.forced else ""))


def rollback(models_dir: ModelsDir = Path("models")) -> None:
    """Restores the previous champion.

    Both models/champion and the MLflow registry return to it.

    \b
    Example:
      presscheck rollback
    """
    with for_people():
        from presscheck.eval.promote import rollback as run_rollback

        left, returned, follows = run_rollback(models_dir)
        _say_of_registry(follows=follows)
        typer.echo(f"champion: {returned} (was {left})")


def _say_of_registry(*, follows: bool) -> None:
    if not follows:
        typer.echo(
            "presscheck: the MLflow registry cannot be reached or does not know this bundle; only models/ was written. "
            "Once it can: presscheck registry push",
            err=True,
        )
