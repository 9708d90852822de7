"""`presscheck estimate`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from presscheck.cli.exit_codes import for_people

if TYPE_CHECKING:
    from presscheck.data.bootstrap import Estimate


def estimate(
    answers: Annotated[
        Path,
        typer.Argument(metavar="ANSWERS", help="queue.csv with its column review filled in, or Label Studio's JSON export."),
    ],
    batch: Annotated[Path | None, typer.Option(help="Folder of the batch (default: the one whose review/ folder holds ANSWERS).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Estimates a batch's precision and recall from reviews.

    Prints the share of articles that an editor would review, overall and at each risk level (precision), and recall. These are
    Horvitz-Thompson estimates with 95 % intervals: each answer counts for 1 / the probability that its article was sampled.

    \b
    Examples:
      presscheck estimate night/review/queue.csv
      presscheck estimate label-studio-export.json --batch night/
    """
    with for_people(extra="batch"):
        from dataclasses import asdict

        from presscheck.serve.batch.review.answers import read_answers
        from presscheck.serve.batch.review.design import FOLDER
        from presscheck.serve.batch.review.estimate import estimate as run_estimate
        from presscheck.serve.batch.review.estimate import read_design

        found = run_estimate(read_design(batch / FOLDER if batch else answers.parent), read_answers(answers))
        if as_json:
            typer.echo(json.dumps(asdict(found), indent=2))
            return
        typer.echo(f"{found.answered} of {found.asked} items answered; they represent {found.population:,} articles")
        rows = {"articles that an editor would review": found.prevalence}
        rows |= {f"… among {name} risk": value for name, value in found.precision.items()}
        rows |= {"recall of elevated or high risk": found.recall}
        width = max(map(len, rows))
        for name, value in rows.items():
            typer.echo(f"  {name:<{width}}  {_shown(value)}")


def _shown(value: "Estimate") -> str:
    if value.value is None or value.lower is None or value.upper is None:
        return "no answers"
    return f"{value.value:.1%} (95 % from {value.lower:.1%} to {value.upper:.1%})"
