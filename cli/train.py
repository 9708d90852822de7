"""`presscheck train`."""

from typing import Annotated

import typer

from presscheck.cli.configs import Name, Overrides
from presscheck.cli.exit_codes import for_people


def train(
    config: Name,
    overrides: Overrides = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over instead of resuming an interrupted run.")] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Print the resolved config and the number of documents, and train nothing."),
    ] = False,
) -> None:
    """Trains a model and makes it the candidate.

    Writes a bundle to models/, points models/candidate at it, and tracks the run in MLflow. The same command resumes an interrupted run
    after its last finished epoch.

    \b
    Examples:
      presscheck train starter
      presscheck train starter train.epochs=3 seed=11
      presscheck train my.yaml --dry-run
    """
    from presscheck.configs.loader import dump, load

    with for_people(on_interrupt="interrupted; give the same command again to resume after the last finished epoch"):
        resolved = load(config, overrides or [])
        from presscheck.train.memory import keep_freed_memory
        from presscheck.train.plan import plan
        from presscheck.train.run import train_tracked

        if dry_run:
            run = plan(resolved)
            typer.echo(dump(resolved), nl=False)
            typer.echo(f"# run {run.name}: " + ", ".join(f"{name} {len(part)} documents" for name, part in run.splits.items()))
            return
        keep_freed_memory()
        trained = train_tracked(resolved, fresh=fresh)
        bundle = trained.bundle
        typer.echo(f"candidate: {bundle.path}")
        labels, tags = (", ".join(names) or "none" for names in (bundle.manifest.trained_labels, bundle.manifest.trained_tags))
        typer.echo(f"learnt: {labels}; tags: {tags}")
        for name, reason in bundle.manifest.not_learnt.items():
            typer.echo(f"not learnt: {name}: {reason}; it is null in every record", err=True)
        for name, policy in bundle.manifest.policies.items():
            for flag, t in policy.thresholds.items():
                note = "" if t.reached else "  (target not reached on dev)"
                typer.echo(
                    f"  {name:<9} {flag:<12} from {t.threshold:.3f}: precision {t.precision:.2f} "
                    f"(95 % from {t.precision_lower:.2f}, target {t.target_precision:.2f}), recall {t.recall:.2f} on dev{note}"
                )
        reviewed = bundle.manifest.data.get("reviewed_labels")
        if reviewed is not None:
            typer.echo("reviewed labels: " + (", ".join(f"{count} {what}" for what, count in reviewed.items()) or "none"))
        restricted = bundle.manifest.data["non_commercial"]
        if restricted:
            typer.echo(f"not for commercial use: trained on {', '.join(restricted)} (presscheck data list)")
        typer.echo("score with it: presscheck score FILE")
        if trained.tracked:
            typer.echo(trained.tracked)
