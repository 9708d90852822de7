"""`presscheck score`."""

import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from presscheck.cli.exit_codes import Exit, for_people, stop
from presscheck.cli.options import (
    Encoding,
    Model,
    ModelsDir,
    Policy,
    PrecisionChoice,
    PrecisionOption,
    Prevalence,
    TrackingUri,
    check_encoding,
    shares,
)

if TYPE_CHECKING:
    from presscheck.data.article import Article, Rejected
    from presscheck.serve.record import Record


class Format(StrEnum):
    """How records are written."""

    page = "page"
    jsonl = "jsonl"
    html = "html"
    sarif = "sarif"
    sources = "sources"
    sources_tsv = "sources-tsv"


_BY_SUFFIX = {
    ".html": Format.html,
    ".htm": Format.html,
    ".txt": Format.page,
    ".sarif": Format.sarif,
    ".md": Format.sources,
    ".tsv": Format.sources_tsv,
}


def _inputs(
    paths: list[str], headline: str | None, encoding: str | None, passed_over: Counter[str], files: "deque[Path | None]"
) -> Iterator["Article | Rejected"]:
    """The articles; of each, its file is appended to the files as it is read."""
    from presscheck.data.article import checked, make_article
    from presscheck.data.rows.inputs import read_files, read_jsonl

    if headline is not None:
        files.append(None)
        yield checked(make_article("headline", headline, None), "--headline")
    for name in paths:
        if name == "-":
            for article in read_jsonl(sys.stdin.buffer, name="<stdin>", encoding=encoding):
                files.append(None)
                yield article
        else:
            for path, article in read_files(Path(name), passed_over=passed_over, encoding=encoding):
                files.append(path)
                yield article


def _in_order(files: "deque[Path | None]") -> Iterator["Path | None"]:
    """The file of each record, asked for once the record is there."""
    while files:
        yield files.popleft()


def _progress(records: Iterable["Record"], *, is_shown: bool) -> Iterator["Record"]:
    if not is_shown:
        yield from records
        return
    from presscheck.serve.progress_bar import ProgressBar

    with ProgressBar("articles") as bar:
        for record in records:
            yield record
            bar.advance()


def score(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT",
            help="Texts (.txt or no ending, headline first; .md; .html), rows (.jsonl, .json, .csv, .tsv), folders of these, or - for "
            "JSONL on standard input.",
        ),
    ] = None,
    headline: Annotated[str | None, typer.Option(help="Score this headline.")] = None,
    output_format: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="page to read, jsonl, html, sarif (flags at their line and column, for editors and CI), or the table of sources: sources "
            "(Markdown, for a mail) or sources-tsv (for a sheet). Default: by --out's suffix, else page on a terminal, jsonl elsewhere.",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write to this file, whole or not at all.")] = None,
    model: Model = None,
    tracking_uri: TrackingUri = None,
    models_dir: ModelsDir = Path("models"),
    policy: Policy = None,
    prevalence: Prevalence = None,
    precision: PrecisionOption = None,
    encoding: Encoding = None,
    max_rejected: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Highest share of rejected inputs that does not end with code 4.")
    ] = 0.0,
) -> None:
    """Scores articles: framing, unsourced claims, risk.

    For each article: how sensational its headline is, which of its claims have no source, and the risk: the probability that an editor
    would send it to a sourcing review. A plain-text file has its headline on the first line; rows have id, headline and body. A rejected
    input keeps its place in the output and is named on standard error; all others are scored. Files of a folder that are of another kind
    are skipped and counted.

    \b
    Examples:
      presscheck score article.txt
      presscheck score --headline "Has X just declared war on Y?"
      presscheck score inbox/ --out scores.jsonl
      presscheck score articles/ --out flags.sarif
      presscheck score article.txt --format sources
      cat rows.jsonl | presscheck score - --format jsonl
      presscheck score article.txt --model models:/presscheck@champion
    """
    if not inputs and headline is None:
        raise stop(
            "nothing to score; give files, a folder, - for standard input, or --headline (see presscheck score --help)",
            Exit.USAGE,
        )
    check_encoding(encoding)
    for name in inputs or []:
        if name != "-" and not _exists(name):
            raise stop(f"{name}: no such file or folder", Exit.USAGE)
    with for_people(may_lose_reader=True):
        from presscheck.serve.process import prepare_to_score

        prepare_to_score()
        from presscheck.serve.bundle import find_bundle, read_bundle
        from presscheck.serve.registered_models import locate

        folder, role = (locate(model, tracking_uri=tracking_uri), "chosen") if model else find_bundle(models_dir)
        with ThreadPoolExecutor(1) as reader:  # the bundle's hashes are checked while the libraries load
            reading = reader.submit(read_bundle, folder)
            from presscheck.serve.scorer import Scorer
            from presscheck.serve.scoring_options import fastest_precision

            bundle = reading.result()
        scorer = Scorer(
            bundle,
            policy=policy,
            precision=precision.value if precision else None,
            prevalence=shares(prevalence or []),
        )
        passed_over: Counter[str] = Counter()
        files: deque[Path | None] = deque()
        articles = _inputs(inputs or [], headline, encoding, passed_over, files)
        first = next(articles, None)
        if first is None:
            raise stop(f"nothing to score: no rows and no readable files{_note(passed_over)}", Exit.USAGE)
        if precision is PrecisionChoice.auto:
            typer.echo(f"precision {scorer.info.precision}: {fastest_precision(bundle.manifest).reason}", err=True)
        if sys.stderr.isatty():
            typer.echo(
                f"{role} model {bundle.manifest.version}, policy {scorer.info.policy}, {scorer.info.precision}",
                err=True,
            )
        chosen = output_format or _default_format(out)
        records = _progress(scorer.score(chain([first], articles)), is_shown=sys.stderr.isatty() and out is not None)
        counts = _Counts()
        _write(counts.watch(records), chosen, out, _in_order(files), encoding)
    counts.report(out)
    if passed_over:
        typer.echo(_note(passed_over).removeprefix("; "), err=True)
    if counts.rejected > max_rejected * counts.total:
        raise typer.Exit(Exit.REJECTED)


def _note(passed_over: Counter[str]) -> str:
    from presscheck.data.rows.companions import passed_over_note
    from presscheck.data.rows.kinds import READABLE

    return f"; {passed_over_note(passed_over, READABLE)}" if passed_over else ""


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except OSError:  # longer than any file name
        return False


def _default_format(out: Path | None) -> Format:
    if out is not None:
        return _BY_SUFFIX.get(out.suffix.lower(), Format.jsonl)
    return Format.page if sys.stdout.isatty() else Format.jsonl


class _Counts:
    """Counts records and reports each rejected input on standard error."""

    def __init__(self) -> None:
        self.total = 0
        self.rejected = 0

    def watch(self, records: Iterable["Record"]) -> Iterator["Record"]:
        for record in records:
            self.total += 1
            if record.notes.rejected is not None:
                self.rejected += 1
                typer.echo(f"rejected: {record.notes.rejected.message}", err=True)
            elif record.notes.truncated:
                typer.echo(f"truncated: {record.id}: parts of it are too long to be read whole; see notes.truncated", err=True)
            yield record

    def report(self, out: Path | None) -> None:
        if out is not None or self.rejected:
            where = f", written to {out}" if out is not None else ""
            typer.echo(f"{self.total - self.rejected} of {self.total} inputs scored, {self.rejected} rejected{where}", err=True)


def _write(
    records: Iterable["Record"], output_format: Format, out: Path | None, files: Iterator[Path | None], encoding: str | None
) -> None:
    from presscheck.data.atomic import write_atomically
    from presscheck.serve.render.writer import write_records

    if out is None:
        if output_format is not Format.page and isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")
        write_records(records, output_format.value, sys.stdout, files=files, encoding=encoding)
        return
    try:
        with write_atomically(out) as stream:
            write_records(records, output_format.value, stream, files=files, encoding=encoding)
    except OSError as error:
        raise stop(f"{out}: cannot be written: {error.strerror or error}", Exit.USAGE) from None
