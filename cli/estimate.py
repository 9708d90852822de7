"""`presscheck batch estimate`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from presscheck.cli.errors import for_people

if TYPE_CHECKING:
    from presscheck.data.bootstrap import Estimate


def estimate(
    reviews: Annotated[Path, typer.Argument(help="queue.csv with its column review filled in, or Label Studio's JSON export.")],
    out: Annotated[Path | None, typer.Option(help="The batch's folder (default: the one whose review/ folder REVIEWS lies in).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Says from reviewers' answers how many articles of a batch an editor would review, and how well its bands do.

    Horvitz-Thompson estimates with 95 % intervals: each answer counts for 1 / the probability that its article was picked.

    Example: presscheck batch estimate night/review/queue.csv
    """
    with for_people(extra="batch"):
        from dataclasses import asdict

        from presscheck.serve.batch.review.answers import read_answers
        from presscheck.serve.batch.review.estimate import estimate as run_estimate
        from presscheck.serve.batch.review.estimate import read_design
        from presscheck.serve.batch.review.queue import FOLDER

        found = run_estimate(read_design(out / FOLDER if out else reviews.parent), read_answers(reviews))
        if as_json:
            typer.echo(json.dumps(asdict(found), indent=2))
            return
        typer.echo(f"{found.answered} of {found.asked} items answered; they stand for {found.population:,} articles")
        rows = {"an editor would review": found.prevalence}
        rows |= {f"… among those of {name} risk": value for name, value in found.precision.items()}
        rows |= {"of these, elevated or high": found.recall}
        for name, value in rows.items():
            typer.echo(f"  {name:<40} " + _shown(value))


def _shown(value: "Estimate") -> str:
    if value.value is None or value.lower is None or value.upper is None:
        return "no answer to go by"
    return f"{value.value:.1%} (95 % from {value.lower:.1%} to {value.upper:.1%})"
