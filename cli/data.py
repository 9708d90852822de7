"""`presscheck data`: look at what a model is trained on."""

from pathlib import Path
from typing import Annotated

import typer

from presscheck.cli.errors import Exit, for_people, stop

app = typer.Typer(no_args_is_help=True, help="Look at what a model is trained on.", rich_markup_mode=None)


@app.callback()
def group() -> None:
    """Keeps `audit` a subcommand while it is the only one."""


@app.command()
def audit(
    name: Annotated[str, typer.Argument(help="A shipped config's name, or a path to a YAML file.")] = "starter",
    overrides: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]…", help="Overrides with dotted keys.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for audit.html and audit.json.")] = Path("audit"),
) -> None:
    """Audits the data of a config and writes a page with plots.

    It counts labels by genre, topic, region and form; fits probes that see only the shape, the length or the words without order of a
    text; looks for near-duplicates, conflicting labels, broken spans and repeated wording; and compares the two labelling passes over the
    starter corpus' test split. Ends with code 2 when an invariant does not hold, after the page is written.
    """
    with for_people():
        from presscheck.configs.loader import load
        from presscheck.data.audit.report import write_report
        from presscheck.data.audit.run import audit_config

        config = load(name, overrides or [])
        found, plan = audit_config(config)
        write_report(found, out, name=config.name, plan=plan)
    for check in found.checks:
        typer.echo(f"{'holds ' if check.is_met else 'BROKEN'}  {check.name}: {check.found} ({check.allowed})")
    typer.echo(f"report written to {out / 'audit.html'}")
    if found.broken:
        first = "\n".join(f"  {check.name}: {line}" for check in found.broken for line in check.details[:5])
        raise stop(f"{len(found.broken)} invariants do not hold\n{first}".rstrip(), Exit.USAGE)
