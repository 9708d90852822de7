"""`presscheck diff`."""

import sys
from enum import StrEnum
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from presscheck.cli.exit_codes import Exit, for_people, stop
from presscheck.cli.options import (
    Encoding,
    Model,
    ModelsDir,
    Policy,
    PrecisionOption,
    Prevalence,
    TrackingUri,
    check_encoding,
    shares,
)

if TYPE_CHECKING:
    from presscheck.data.article import Article
    from presscheck.serve.diff.article_diff import ArticleDiff


class DiffFormat(StrEnum):
    """How the difference is written."""

    page = "page"
    json = "json"
    html = "html"


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The earlier version: a file with one article (.txt, .md, .html, .json).")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The later version, in any of these formats.")],
    output_format: Annotated[
        DiffFormat | None,
        typer.Option("--format", help="page to read, json or html. Default: by --out's suffix, else page on a terminal, json elsewhere."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write to this file, whole or not at all.")] = None,
    model: Model = None,
    tracking_uri: TrackingUri = None,
    models_dir: ModelsDir = Path("models"),
    policy: Policy = None,
    prevalence: Prevalence = None,
    precision: PrecisionOption = None,
    encoding: Encoding = None,
) -> None:
    """Compares two versions of an article and their sources.

    Scores both and shows which sources were gained, lost, named or made anonymous, which claims lost or gained their source, which numbers
    changed, which sentences were added, removed, moved or reworded, and the headline, its support and the risk before and after. Ends with
    code 0 whether or not the versions differ, and with code 4 where one of them cannot be read as an article.

    \b
    Examples:
      presscheck diff monday.txt tuesday.txt
      presscheck diff monday.txt tuesday.html --out changes.html
      presscheck diff monday.txt tuesday.txt --format json
    """
    check_encoding(encoding)
    for path in (old, new):
        if not path.is_file():
            raise stop(f"{path}: no such file; give the two files to compare (see presscheck diff --help)", Exit.USAGE)
    with for_people(may_lose_reader=True):
        from presscheck.serve.process import prepare_to_score

        prepare_to_score()
        from presscheck.serve import load
        from presscheck.serve.diff.article_diff import diff_records

        articles = [_one_article(path, encoding) for path in (old, new)]
        scorer = load(
            model or models_dir,
            policy=policy,
            precision=precision.value if precision else None,
            prevalence=shares(prevalence or []),
            tracking_uri=tracking_uri,
        )
        before, after = scorer.score(articles)
        _write(diff_records(before, after), output_format or _default_format(out), out)


def _one_article(path: Path, encoding: str | None) -> "Article":
    from collections import Counter

    from presscheck.data.article import Rejected
    from presscheck.data.rows.inputs import read_path

    found = list(islice(read_path(path, passed_over=Counter(), encoding=encoding), 2))
    if len(found) != 1:
        raise stop(f"{path}: holds {'no article' if not found else 'more than one'}; give a file with one", Exit.USAGE)
    if isinstance(found[0], Rejected):
        raise stop(found[0].message, Exit.REJECTED)
    return found[0]


def _default_format(out: Path | None) -> DiffFormat:
    if out is not None:
        return {".html": DiffFormat.html, ".htm": DiffFormat.html, ".txt": DiffFormat.page}.get(out.suffix.lower(), DiffFormat.json)
    return DiffFormat.page if sys.stdout.isatty() else DiffFormat.json


def _write(found: "ArticleDiff", output_format: DiffFormat, out: Path | None) -> None:
    from presscheck.data.atomic import write_atomically
    from presscheck.serve.diff.diff_writer import write_diff

    if out is None:
        if output_format is not DiffFormat.page and isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")
        write_diff(found, output_format.value, sys.stdout)
        return
    try:
        with write_atomically(out) as stream:
            write_diff(found, output_format.value, stream)
    except OSError as error:
        raise stop(f"{out}: cannot be written: {error.strerror or error}", Exit.USAGE) from None
