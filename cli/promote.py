"""`presscheck promote` and `presscheck rollback`."""

from pathlib import Path
from typing import Annotated

import typer

from presscheck.cli.errors import Exit, for_people, stop

ModelsDir = Annotated[Path, typer.Option(help="Where champion and candidate are.")]


def promote(
    bundle: Annotated[Path | None, typer.Argument(help="A bundle folder (default: models/candidate).")] = None,
    models_dir: ModelsDir = Path("models"),
    gate: Annotated[Path | None, typer.Option(help="A YAML file with the gate's bounds (default: those shipped).")] = None,
    force: Annotated[str | None, typer.Option(help="Promote against the gate, for this reason; it is recorded.")] = None,
) -> None:
    """Makes the candidate the champion, if the gate lets it.

    The gate asks that it is not worse than the champion beyond a margin, that no slice drops, that calibration, policies, behaviour,
    fairness, parity, speed and licences hold. The decision with every reason goes to models/promotions.jsonl and to the registry. A refused
    promotion ends with code 6 and changes nothing.
    """
    with for_people():
        from presscheck.serve.process import prepare_to_score

        prepare_to_score()
        from presscheck.serve.bundle import read_bundle

        loaded = read_bundle(bundle or models_dir / "candidate")
        from presscheck.eval.gate import read_gate
        from presscheck.eval.promote import promote as run_promotion

        decision, follows = run_promotion(models_dir, loaded, read_gate(gate), force=force)
        for check in decision.checks:
            typer.echo(f"{'holds ' if check.passed else 'BROKEN'}  {check.name}: {check.reason}")
        _say_of_registry(follows=follows)
        if not decision.promoted:
            raise stop(
                f"{decision.candidate} is not promoted: {len(decision.against)} of {len(decision.checks)} checks do not hold "
                '(--force "why" records a reason and promotes)',
                Exit.PROMOTION_REFUSED,
            )
        typer.echo(f"champion: {decision.candidate}" + (f" (forced: {decision.forced})" if decision.forced else ""))


def rollback(models_dir: ModelsDir = Path("models")) -> None:
    """Returns to the champion before this one, in models/ and in the registry."""
    with for_people():
        from presscheck.eval.promote import rollback as run_rollback

        left, returned, follows = run_rollback(models_dir)
        _say_of_registry(follows=follows)
        typer.echo(f"champion: {returned} (was {left})")


def _say_of_registry(*, follows: bool) -> None:
    if not follows:
        typer.echo("presscheck: the MLflow registry does not know this bundle; only models/ was written", err=True)
