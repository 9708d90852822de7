"""`presscheck data annotate` and `presscheck data gold`: gold labels by people."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from presscheck.cli.data_import import say_agreement
from presscheck.cli.exit_codes import Exit, for_people, stop
from presscheck.cli.options import Encoding, check_encoding

_SHOWN = 20


def annotate(
    articles: Annotated[
        list[Path], typer.Argument(metavar="ARTICLES...", help="Your own articles: files or folders, as presscheck score reads them.")
    ],
    out: Annotated[Path, typer.Option(help="Folder to write.")],
    count: Annotated[int, typer.Option(min=1, help="Articles at most; of more, so many are drawn at random.")] = 50,
    seed: Annotated[int, typer.Option(help="Random seed: the same one draws the same articles.")] = 0,
    encoding: Encoding = None,
) -> None:
    """Writes a Label Studio project for people to label, blind.

    Two people or more say how strongly each headline is framed, which code each sentence has, and whether an editor would review the
    article's sourcing. The project shows nothing of what a model says, so that the labels are independent of it. It is tasks.json,
    labelling.xml with the guide's short text, and README.md with every step. presscheck data gold reads what comes back.

    \b
    Examples:
      presscheck data annotate inbox/ --out to-label/
      presscheck data annotate articles.jsonl --count 30 --seed 7 --out to-label/
    """
    check_encoding(encoding)
    with for_people():
        from presscheck.data.article import Article
        from presscheck.data.rows.inputs import read_path
        from presscheck.eval.gold.label_studio_bundle import draw, write_bundle

        passed_over: Counter[str] = Counter()
        found = [one for path in articles for one in read_path(path, passed_over=passed_over, encoding=encoding)]
        whole = [one for one in found if isinstance(one, Article)]
        rejected = [one for one in found if not isinstance(one, Article)]
        chosen = draw(whole, count=count, seed=seed)
        write_bundle(out, chosen)
        halves = sum(not (one.headline and one.body) for one in whole)
        typer.echo(f"{out}: {len(chosen):,} of {len(whole) - halves:,} articles; {halves:,} without a headline or a body are left out")
        typer.echo(f"read {out / 'README.md'}")
    if rejected:
        lines = [f"  {one.message}" for one in rejected[:_SHOWN]]
        raise stop("\n".join([f"{len(rejected):,} inputs could not be read:", *lines]), Exit.REJECTED)


def make_gold(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="[NAME=]FILE...",
            help="Label Studio's JSON exports; with a name before it, all answers of a file are this person's.",
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder for headlines.jsonl, articles.jsonl, disagreements.csv and agreement.json.")],
) -> None:
    """Makes gold labels of what people labelled.

    Reads exports of a project of presscheck data annotate, prints the agreement, and writes the files that presscheck eval --gold reads,
    with every vote. Nothing is averaged: a headline whose votes lie on both sides of sensational, and an article whose review differs, are
    left out, and a sentence with different codes is not counted, until somebody fills in the column decision of OUT/disagreements.csv and
    this command is given again.

    \b
    Examples:
      presscheck data gold ana=export-ana.json ben=export-ben.json --out gold/
      presscheck data gold export.json --out gold/
    """
    named = [_named(one) for one in files]
    with for_people():
        from presscheck.eval.gold.from_people import make_gold as make

        made = make(named, out)
        rows = f"{made.headlines:,} headlines; {made.articles:,} articles with {made.sentences:,} sentences"
        typer.echo(f"{out}: {rows}; by {', '.join(made.raters)}")
        if made.single or made.unasked:
            typer.echo(f"left out: {made.single:,} articles and {made.unasked:,} questions that fewer than two people answered", err=True)
        typer.echo(f"{out / 'disagreements.csv'}: {len(made.disagreements):,} questions differ, {made.waiting:,} wait for a decision")
        say_agreement(made.agreement)


def _named(given: str) -> tuple[str | None, Path]:
    name, sign, path = given.partition("=")
    return (name, Path(path)) if sign and name and path and not Path(given).exists() else (None, Path(given))
