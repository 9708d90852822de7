"""`presscheck train`."""

import signal
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from presscheck.cli.configs import Name, Overrides
from presscheck.cli.exit_codes import Exit, for_people, stop


def _end(*_: object) -> None:
    """Ends a process whose launcher stops it, as another one failed: like ctrl-C, so that its MLflow run is closed."""
    if sys.exception() is None:  # else it is ending already, and closes its run
        raise KeyboardInterrupt


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

    again = "again without --fresh" if fresh else "again"
    with for_people(on_interrupt=f"interrupted; give the same command {again} to resume after the last finished epoch"):
        resolved = load(config, overrides or [])
        from presscheck.train import processes
        from presscheck.train.memory import keep_freed_memory
        from presscheck.train.plan import plan
        from presscheck.train.run import train_tracked

        if dry_run:
            run = plan(resolved)
            typer.echo(dump(resolved), nl=False)
            typer.echo(f"# run {run.name}: " + ", ".join(f"{name} {len(part)} documents" for name, part in run.splits.items()))
            _say_of_reviewed_labels(run.data.summary, mark="# ")
            return
        keep_freed_memory()
        before = signal.signal(signal.SIGTERM, _end) if processes.count() > 1 else None
        try:
            trained = train_tracked(resolved, fresh=fresh)
        except processes.OtherProcessError as error:
            raise stop(str(error), Exit.INTERNAL_ERROR) from None
        finally:
            if before is not None:
                signal.signal(signal.SIGTERM, before)
        if not processes.is_main():
            return
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
        _say_of_reviewed_labels(bundle.manifest.data)
        restricted = bundle.manifest.data["non_commercial"]
        if restricted:
            typer.echo(f"not for commercial use: trained on {', '.join(restricted)} (presscheck data list)")
        typer.echo("score with it: presscheck score FILE")
        if trained.tracked:
            typer.echo(trained.tracked)


def _say_of_reviewed_labels(data: Mapping[str, Any], *, mark: str = "") -> None:
    """Says what a reviewed list did to the train labels, where the config names one."""
    reviewed = data.get("reviewed_labels")
    if reviewed is not None:
        typer.echo(f"{mark}reviewed labels: " + (", ".join(f"{count:,} {what}" for what, count in reviewed.items()) or "none"))
