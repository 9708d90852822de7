"""`presscheck data`: the data that models are trained on."""

from pathlib import Path
from typing import Annotated

import typer

from presscheck.cli.configs import Name, Overrides
from presscheck.cli.data_import import import_answers
from presscheck.cli.exit_codes import Exit, for_people, stop
from presscheck.cli.gold import annotate, make_gold
from presscheck.cli.options import ModelsDir
from presscheck.cli.select import select

app = typer.Typer(
    no_args_is_help=True,
    help="Fetches, selects, imports, builds, checks and audits data.\n\n\b\nExample:\n  presscheck data fetch babe polnear",
    rich_markup_mode=None,
)
app.command()(select)
app.command("import")(import_answers)
app.command()(annotate)
app.command("gold")(make_gold)

Folder = Annotated[Path, typer.Option(help="Folder of the corpora, one subfolder each.")]


@app.command("list")
def list_corpora(corpora: Folder = Path("corpora")) -> None:
    """Lists the supported public corpora.

    For each: its task and labels, its licence and whether that allows commercial use, and whether its files are here.

    \b
    Example:
      presscheck data list
    """
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
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="Corpora, by the names of `presscheck data list`.")],
    corpora: Folder = Path("corpora"),
    copy_of: Annotated[Path | None, typer.Option("--from", help="Read a local folder or archive instead of downloading.")] = None,
) -> None:
    """Downloads corpora from their publishers and checks every file.

    The same command resumes an interrupted download. A corpus appears in the folder when all of it is there and has the expected
    checksums.

    \b
    Examples:
      presscheck data fetch babe polnear
      presscheck data fetch ptc --from ~/Downloads/datasets-v2.tgz
    """
    with for_people(on_interrupt="interrupted; give the same command again to resume"):
        from presscheck.data.corpora.fetch import fetch as get
        from presscheck.serve.progress_bar import ProgressBar

        with ProgressBar("", counts="bytes") as bar:
            current = ""

            def advance(url: str, done: int, total: int | None) -> None:
                nonlocal current
                if url != current:
                    current = url
                    bar.begin(url.rpartition("/")[2])
                bar.reach(done, total)

            for name in names:
                folder = get(name, corpora, copy_of=copy_of, advance=advance)
                typer.echo(f"{name}: {folder}")


@app.command()
def build(
    name: Name,
    overrides: Overrides = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write (default: built/NAME).")] = None,
) -> None:
    """Builds one data set from the corpora of a config.

    Writes train, dev and test as a `DatasetDict`, which datasets.load_dataset opens by its dataset card, and a manifest that counts what
    was read, kept and dropped, and why. Duplicates across corpora and splits are dropped where the config says `deduplicate`. To train on
    it, name it as a source of `kind: built`. Memory hardly grows with the number of documents.

    \b
    Examples:
      presscheck data build news
      presscheck data build my.yaml --out /data/mine
    """
    with for_people():
        from presscheck.configs.loader import load
        from presscheck.data.dataset.write import build as write
        from presscheck.serve.progress_bar import ProgressBar

        config = load(name, overrides or [])
        target = out or Path("built") / config.name
        with ProgressBar("documents") as bar:
            counts = write(config, target, advance=lambda _: bar.advance())
        for key, count in sorted(counts.kept.items()):
            typer.echo(f"{key}: {count:,} of {counts.read[key]:,} documents")
        for what, found in (("dropped", counts.dropped), ("sentences without labels", counts.masked)):
            for key, count in sorted(found.items()):
                typer.echo(f"{what}: {key}: {count:,}")
        typer.echo(f"written to {target}")


@app.command()
def audit(
    name: Annotated[str, typer.Argument(metavar="CONFIG", help="A shipped config's name, or a path to a YAML file.")] = "starter",
    overrides: Annotated[list[str] | None, typer.Argument(metavar="KEY=VALUE", help="Overrides with dotted keys.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for audit.html and audit.json.")] = Path("audit"),
) -> None:
    """Audits the data of a config and writes a page with plots.

    Counts labels by genre, topic, region and form; fits baselines that see only a text's shape, length or bag of words; finds
    near-duplicates, conflicting labels, broken spans and repeated wording; and compares the two annotators of the starter corpus' test
    split. Ends with code 2 when a check fails, after the page is written.

    \b
    Examples:
      presscheck data audit
      presscheck data audit news --out audit-news/
    """
    with for_people():
        from presscheck.configs.loader import load
        from presscheck.data.audit.audit import audit_config
        from presscheck.data.audit.audit_page import write_report

        config = load(name, overrides or [])
        found, plan = audit_config(config)
        write_report(found, out, name=config.name, plan=plan)
    for check in found.checks:
        typer.echo(f"{'pass' if check.is_met else 'FAIL'}  {check.name}: {check.found} ({check.allowed})")
    typer.echo(f"report written to {out / 'audit.html'}")
    if found.failed:
        first = "\n".join(f"  {check.name}: {line}" for check in found.failed for line in check.details[:5])
        raise stop(f"{len(found.failed)} checks fail\n{first}".rstrip(), Exit.USAGE)


@app.command()
def check(
    name: Name,
    overrides: Overrides = None,
    champion: Annotated[
        Path | None,
        typer.Option(metavar="BUNDLE", help="The bundle to compare with (default: models/champion, if there is one)."),
    ] = None,
    bounds: Annotated[Path | None, typer.Option(help="A YAML file with the bounds (default: those shipped).")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for data.html and data.json.")] = None,
) -> None:
    """Checks the data of a config before it trains.

    Collects what every reader refuses, over all sources; then checks labels, lengths, language, duplicates, and texts of the champion's
    test split; and lets the champion score a sample, for drift and for swapped labels. Without a champion, what needs one is not checked.
    Ends with code 2 when a check fails, and says what to do.

    \b
    Examples:
      presscheck data check ours.yaml
      presscheck data check ours.yaml --champion models/candidate --out check/
    """
    with for_people():
        from presscheck.serve.process import prepare_to_score

        prepare_to_score()
        from presscheck.configs.loader import load

        config = load(name, overrides or [])
        from presscheck.eval.data_check.check import check_data, read_bounds
        from presscheck.eval.data_check.check_page import print_report, write_page
        from presscheck.eval.retrain.plan import champion_name
        from presscheck.serve.bundle import read_bundle

        promoted = None if champion else champion_name(config.models_dir)
        against = config.models_dir / promoted if promoted else champion
        bundle = read_bundle(against) if against else None

        limits = read_bounds(bounds)
        found = check_data(config, champion=bundle, bounds=limits)
        print_report(found)
        if out is not None:
            write_page(found, out, bounds=limits)
            typer.echo(f"open {out / 'data.html'}")
    if found.failed:
        raise stop(f"{len(found.failed)} of {len(found.checks)} checks fail; nothing should be trained on this data yet", Exit.USAGE)


@app.command()
def doubtful(
    bundle: Annotated[
        Path | None,
        typer.Argument(metavar="BUNDLE", help="A bundle folder (default: models/candidate)."),
    ] = None,
    models_dir: ModelsDir = Path("models"),
    label: Annotated[list[str] | None, typer.Option(help="Only this label. May be given more than once.")] = None,
    count: Annotated[int, typer.Option(min=1, help="How many are printed.")] = 20,
    out: Annotated[Path | None, typer.Option(help="Folder for doubtful.csv, to be filled in, and doubtful.html.")] = None,
) -> None:
    """Lists the train labels that look wrong, for people to review.

    Training scores every train text with a model that was not trained on it, and keeps the tenth of each label's items that this model
    doubts most. Nothing is changed: write the list with --out, fill in its column `decision`, and name the file in the config under
    data.reviewed_labels.

    \b
    Examples:
      presscheck data doubtful
      presscheck data doubtful --label sensational --out review/
    """
    with for_people():
        from presscheck.configs.config_error import ConfigError
        from presscheck.eval.page.doubtful import print_doubtful, write_doubtful
        from presscheck.train.doubtful import read_doubtful

        folder = bundle or models_dir / "candidate"
        found = read_doubtful(folder)
        known = sorted({one.label for one in found})
        for name in label or ():
            if name not in known:
                raise ConfigError(f"--label {name}: the list has {', '.join(known) or 'no labels'}")
        found = [one for one in found if not label or one.label in label]
        print_doubtful(found[:count], of=len(found))
        if out is not None:
            write_doubtful(found, out, name=folder.resolve().name)
            typer.echo(f"open {out / 'doubtful.html'}; fill in the column `decision` of {out / 'doubtful.csv'}")
