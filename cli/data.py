"""`presscheck data`: find, get, join and look at what a model is trained on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from presscheck.cli.configs import Name, Overrides
from presscheck.cli.errors import Exit, for_people, stop

if TYPE_CHECKING:
    from rich.progress import TaskID

app = typer.Typer(no_args_is_help=True, help="Find, get and look at what a model is trained on.", rich_markup_mode=None)


Folder = Annotated[Path, typer.Option(help="Folder that holds the corpora, one folder each.")]


@app.command("list")
def list_corpora(corpora: Folder = Path("corpora")) -> None:
    """Lists the public corpora that can be read: what each is for, its licence and what follows from it, and whether it is here."""
    with for_people(may_lose_reader=True):
        from presscheck.data.corpora.registry import corpora as registry
        from presscheck.data.corpora.registry import folder_of, problems

        for name, corpus in registry().items():
            folder = folder_of(name, corpora)
            state = "not here" if not folder.is_dir() else "changed" if problems(corpus, folder) else "here"
            use = "commercial use allowed" if corpus.commercial else "no commercial use of a model trained on it"
            typer.echo(
                f"{name} ({state}): {corpus.title}\n  {corpus.task}; labels: {', '.join(corpus.labels)}\n"
                f"  licence: {corpus.licence}; {use}\n  {corpus.published}"
            )


@app.command()
def fetch(
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="Corpora, by the names of `presscheck data list`.")],
    corpora: Folder = Path("corpora"),
    copy_of: Annotated[
        Path | None, typer.Option("--from", help="Take a folder or an archive on this machine instead of downloading.")
    ] = None,
) -> None:
    """Gets corpora from their publishers and checks every file.

    An interrupted download goes on when the same command is given again. Nothing appears in the folder before all of a corpus is there
    and has the checksums that the registry knows.

    Examples: presscheck data fetch babe · presscheck data fetch ptc --from ~/Downloads/datasets-v2.tgz
    """
    with for_people(on_interrupt="interrupted; give the same command again to go on"):
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

        from presscheck.data.corpora.fetch import fetch as get

        bars = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        with Progress(*bars, console=Console(stderr=True)) as progress:
            tasks: dict[str, TaskID] = {}

            def advance(url: str, done: int, total: int | None) -> None:
                if url not in tasks:
                    tasks[url] = progress.add_task(url.rpartition("/")[2])
                progress.update(tasks[url], completed=done, total=total)

            for name in names:
                folder = get(name, corpora, copy_of=copy_of, advance=advance)
                typer.echo(f"{name}: {folder}")


@app.command()
def build(
    name: Name,
    overrides: Overrides = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write (default: built/NAME).")] = None,
) -> None:
    """Reads the corpora of a config and writes one data set: train, dev and test as Parquet, with a manifest.

    Copies across corpora and splits are set aside where the config says `deduplicate`; the manifest counts what was read, kept and dropped,
    and why. Train from it with a source of `kind: built`. Memory does not grow with the number of documents.

    Examples: presscheck data build news · presscheck data build my.yaml --out /data/mine
    """
    with for_people():
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        from presscheck.configs.loader import load
        from presscheck.data.build.write import build as write

        config = load(name, overrides or [])
        target = out or Path("built") / config.name
        columns = (SpinnerColumn(), TextColumn("{task.completed:,} documents"), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task("", total=None)
            counts = write(config, target, advance=lambda _: progress.advance(task))
        for key, count in sorted(counts.kept.items()):
            typer.echo(f"{key}: {count:,} of {counts.read[key]:,} documents")
        for what, found in (("dropped", counts.dropped), ("sentences without labels", counts.masked)):
            for key, count in sorted(found.items()):
                typer.echo(f"{what}: {key}: {count:,}")
        typer.echo(f"written to {target}")


@app.command()
def audit(
    name: Annotated[str, typer.Argument(help="A shipped config's name, or a path to a YAML file.")] = "starter",
    overrides: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]…", help="Overrides with dotted keys.")] = None,
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
