"""`presscheck retrain`."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from presscheck.cli.exit_codes import Exit, for_people, stop


class Step(StrEnum):
    """The steps, in their order."""

    data = "data"
    check = "check"
    train = "train"
    select = "select"
    evaluate = "evaluate"
    compare = "compare"
    promote = "promote"


def retrain(
    config: Annotated[str, typer.Argument(metavar="CONFIG", help="A shipped retraining's name (tiny), or a path to a YAML file.")],
    overrides: Annotated[
        list[str] | None, typer.Argument(metavar="KEY=VALUE", help="Overrides with dotted keys, such as replay.share=0.5.")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            metavar="DAY", formats=["%Y-%m-%d"], help="Train on what was known before this day; evaluate on what came from it on."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan with an estimated time, and do nothing.")] = False,
    until: Annotated[Step, typer.Option(help="The last step: compare shows everything and moves no champion.")] = Step.promote,
    fresh: Annotated[bool, typer.Option("--fresh", help="Do every step anew.")] = False,
) -> None:
    """Retrains a model and decides whether it becomes the champion.

    \b
    1. data      builds one data set from the new sources and a share of the old stories
    2. check     refuses data that are torn, changed or teach nothing, before anything is trained (code 2)
    3. train     trains, calibrates and exports a model with each seed
    4. select    takes the best seed on dev as the candidate
    5. evaluate  measures it on the test split, and on gold labels
    6. compare   compares it with the champion on documents that the champion never saw
    7. promote   moves the champion, or refuses with code 6: then the champion stays

    The same command resumes an interrupted run, and does nothing twice; a step whose inputs have changed is done anew. One page says what
    changed in data, model and flags, and why the candidate was or was not promoted.

    \b
    Examples:
      presscheck retrain tiny --dry-run
      presscheck retrain month.yaml
      presscheck retrain month.yaml --as-of 2026-11-01 --until compare
      presscheck retrain month.yaml seeds='[7, 11]' replay.share=0.5
    """
    again = "again without --fresh" if fresh else "again"
    with for_people(on_interrupt=f"interrupted; give the same command {again} to resume"):
        from presscheck.eval.retrain.plan import load_retraining

        resolved = load_retraining(config, overrides or [])
        day = as_of.date() if as_of else None
        from presscheck.serve.process import prepare_to_score
        from presscheck.train.memory import keep_freed_memory

        prepare_to_score()
        if dry_run:
            from presscheck.eval.retrain.forecast import forecast

            for line in forecast(resolved, as_of=day, fresh=fresh, until=until.value):
                typer.echo(line)
            return
        keep_freed_memory()
        from presscheck.eval.retrain.retraining import retrain as run

        found = run(resolved, say=typer.echo, as_of=day, fresh=fresh, until=until.value)
        if found.promoted is None:
            typer.echo(f"stopped after {until.value}; give the same command without --until to go on")
            return
        if not found.worked:
            typer.echo("everything was done already, and nothing that it reads has changed since (--fresh starts over)")
        typer.echo(f"open {found.report}")
        if not found.promoted:
            for reason in found.against:
                typer.echo(f"FAIL  {reason}")
            raise stop(
                f"{found.candidate} is not promoted: {len(found.against)} checks fail; the champion is {found.previous or 'still none'}",
                Exit.PROMOTION_REFUSED,
            )
        typer.echo(f"champion: {found.candidate}")
