"""`presscheck data import`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from presscheck.cli.exit_codes import Exit, for_people, stop

if TYPE_CHECKING:
    from presscheck.serve.annotations.agreement import Agreement
    from presscheck.serve.annotations.importing import Imported

_SHOWN = 20


class FormatChoice(StrEnum):
    """The formats of answers."""

    review_queue = "review-queue"
    feedback = "feedback"
    label_studio = "label-studio"
    doccano = "doccano"


class OffsetChoice(StrEnum):
    """What offsets count."""

    code_points = "code-points"
    utf_16 = "utf-16"


def import_answers(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="A batch's review/queue.csv, a selection's selection.csv, the service's feedback.sqlite, Label Studio's JSON or JSON-MIN, "
            "or a doccano export.",
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder for articles.jsonl, conflicts.csv and agreement.json.")],
    label: Annotated[
        list[str] | None,
        typer.Option(
            metavar="THEIRS=OURS",
            help="What a name in the files means: a label (claim, claim:0), a tag (source, source:named), a verdict, a number, or ignore. "
            "May be given more than once.",
        ),
    ] = None,
    headline: Annotated[str, typer.Option(help="Field of the headline in Label Studio's data or a doccano row.")] = "headline",
    body: Annotated[str, typer.Option(help="Field of the body.")] = "body",
    rater: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME or THEIRS=NAME",
            help="Who answered, where a file does not say it; or another name for a rater, so that nobody has two.",
        ),
    ] = None,
    batch: Annotated[
        Path | None, typer.Option(help="Folder of the batch or selection that a queue belongs to, if it lies elsewhere.")
    ] = None,
    file_format: Annotated[FormatChoice | None, typer.Option("--format", help="Format of the files (default: by their content).")] = None,
    offsets: Annotated[
        OffsetChoice | None, typer.Option(help="What offsets count, where the text has characters beyond U+FFFF and nothing else tells.")
    ] = None,
    stars: Annotated[int | None, typer.Option(min=2, help="Stars of a rating control: 1 is 0, the last is 1.")] = None,
    confirmed: Annotated[
        bool,
        typer.Option("--confirmed", help="doccano: the export has confirmed texts only, so an empty list means that nothing is there."),
    ] = False,
) -> None:
    """Imports what people say of texts as labelled articles.

    Keeps every vote with its rater and time, lists where raters differ, and measures their agreement. Importing again adds what is new; of
    two answers of a rater to one question the later counts. Answers that cannot be read are named and end with code 4; all others are
    written.

    \b
    Examples:
      presscheck data import night/review/queue.csv --rater ana --out labels/
      presscheck data import export.json spans.jsonl --out labels/ --label 'PERSON=source:named' --body text
      presscheck data import service/feedback.sqlite --out labels/
    """
    mapping = dict(assignment.partition("=")[::2] for assignment in label or [])
    with for_people(extra="batch"):
        from presscheck.serve.annotations.importing import import_files
        from presscheck.serve.annotations.options import ImportOptions

        done = import_files(
            files,
            out,
            options=ImportOptions(
                headline=headline,
                body=body,
                labels=mapping,
                rater=next((name for name in rater or [] if "=" not in name), None),
                raters=dict(name.partition("=")[::2] for name in rater or [] if "=" in name),
                offsets=offsets.value if offsets else None,
                stars=stars,
                confirmed=confirmed,
                batch=batch,
            ),
            format_=file_format.value if file_format else None,
        )
        say(done, out)


def say(done: "Imported", out: Path) -> None:
    """Prints the outcome, and ends with code 4 if an answer could not be read."""
    for one in done.files:
        tags = f"; tags asked for: {', '.join(sorted(one.tags))}" if one.tags else ""
        typer.echo(f"{one.path} ({one.format}): {one.answers:,} answers of {len(one.raters)} raters, {one.unanswered:,} without{tags}")
    for what, count in sorted(done.unused.items()):
        typer.echo(f"not used: {count:,} {what}", err=True)
    for pair in done.replaced[:_SHOWN]:
        typer.echo(
            f"{pair.later.source}: {pair.later.rater} answers {pair.later.question.name} otherwise than in {pair.earlier.source}", err=True
        )
    if len(done.replaced) > _SHOWN:
        typer.echo(f"… and {len(done.replaced) - _SHOWN:,} more", err=True)
    typer.echo(f"{out}: {done.articles:,} articles ({done.new_articles:,} new); {done.new_votes:,} new votes, {done.known_votes:,} known")
    typer.echo(f"{out}: {done.conflicts:,} questions on which raters differ (conflicts.csv)")
    say_agreement(done.agreement)
    if done.unreadable:
        lines = [f"  {one.source}: {one.message}" for one in done.unreadable[:_SHOWN]]
        more = [f"  … and {len(done.unreadable) - _SHOWN:,} more"] if len(done.unreadable) > _SHOWN else []
        raise stop("\n".join([f"{len(done.unreadable):,} answers are not used:", *lines, *more]), Exit.REJECTED)


def say_agreement(found: "dict[str, Agreement]") -> None:
    """Prints the agreement on every question."""
    width = max(map(len, found), default=0)
    typer.echo(f"\n{'agreement':<{width}}  articles  units  raters  agreeing  Krippendorff's alpha (95 % interval)")
    for name, one in found.items():
        if one.agreeing is None:
            shown = "one rater each"
        elif one.alpha is None:
            shown = "undefined: all votes are the same"
        else:
            interval = f" ({one.lower:.2f} to {one.upper:.2f})" if one.lower is not None else ""
            shown = f"{one.alpha:.2f}{interval}"
        agreeing = f"{one.agreeing:>8.0%}" if one.agreeing is not None else f"{'':>8}"
        typer.echo(f"{name:<{width}}  {one.articles:>8,}  {one.units:>5,}  {one.raters:>6,}  {agreeing}  {shown}")
