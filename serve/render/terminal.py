"""Prints a record as a page on a terminal; colour only if the stream is a terminal."""

from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from presscheck.serve.record import Headline, Record, ScoredSegment
from presscheck.serve.render.questions import Questions, questions_of
from presscheck.serve.render.words import (
    DISCLAIMER,
    FORMS,
    FRAMING,
    GENRES,
    LEVELS,
    SUPPORT,
    VERDICTS,
    aside_counts,
    percent,
    support_odds,
    what_is_missing,
    why_partial,
)

_STYLES = {
    "unsourced": "red",
    "vague_source": "magenta",
    "speculation": "yellow",
    "attributed": "green",
    "own_account": "cyan",
    "not_a_claim": "dim",
}
_MOST_PLACES = 12  # sentences that a line points at
_LEVEL_STYLES = {"low": "bold green", "elevated": "bold yellow", "high": "bold red"}


_CONTROLS = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)], "\ufffd")


def shown(text: str) -> str:
    """The text without control characters: an article must not steer the terminal. Offsets stay."""
    return text.translate(_CONTROLS)


def _headline(headline: Headline) -> Text:
    text = Text(shown(headline.text), style="bold")
    for cue in headline.cues:
        text.stylize("bold reverse red", cue.start, cue.end)
    return text


def _headline_line(headline: Headline) -> str:
    if headline.sensational is None or headline.form is None:
        return ""
    verdict = "sensational framing" if headline.flagged else "not flagged"
    words = ", ".join(f"“{shown(cue.text)}” ({FRAMING[cue.cue]})" for cue in headline.cues)
    cues = f"; words: {words}" if words else ""
    return f"headline: {verdict} ({percent(headline.sensational)}), {FORMS[headline.form]}{cues}"


def _support_line(headline: Headline, policy: str) -> str:
    support = headline.support
    if support is None:
        return ""
    missing = what_is_missing(headline)
    places = ", ".join(str(index + 1) for index in support.segments[:_MOST_PLACES])
    return (
        f"body: {SUPPORT[support.verdict][0].lower()}{SUPPORT[support.verdict][1:]} ({support_odds(support, policy)})"
        + (f"  [{places}]" if places else "")
        + (f"; not in the body: {shown(missing)}" if missing else "")
    )


def _source(segment: ScoredSegment) -> str:
    if segment.source is None:
        return ""
    carried = " (carried over)" if segment.source.carried_over else ""
    return f"{shown(segment.source.text)}{carried}"


def _segments(record: Record, questions: Questions) -> Table:
    table = Table(box=None, show_header=True, header_style="bold", padding=(0, 1, 0, 0), expand=False)
    for name, justify in (
        ("", "right"),
        ("verdict", "left"),
        ("no source", "right"),
        ("sentence", "left"),
        ("source", "left"),
    ):
        table.add_column(name, justify="right" if justify == "right" else "left", overflow="fold")
    for index, (segment, question) in enumerate(zip(record.segments, questions.segments, strict=True)):
        style = _STYLES.get(segment.verdict or "", "")
        share = "" if segment.unsourced is None else percent(segment.unsourced)
        label = Text(VERDICTS.get(segment.verdict or "", "not judged"), style=style)
        sentence = Text(shown(segment.text), style="" if segment.flagged else "dim")
        if question:
            sentence.append(f"\nask: {shown(question)}", style="italic")
        table.add_row(str(index + 1), label, share, sentence, Text(_source(segment)))
    return table


def _sources(record: Record) -> Table:
    table = Table(box=None, show_header=True, header_style="bold", padding=(0, 1, 0, 0), expand=False)
    table.add_column("source", overflow="fold")
    table.add_column("type")
    table.add_column("claims", overflow="fold")
    table.add_column("words", justify="right")
    for source in record.sources:
        claims = ", ".join(str(index + 1) for index in source.segments)
        table.add_row(Text(shown(source.name)), source.type, claims, str(source.words))
    return table


def print_record(record: Record, stream: TextIO) -> None:
    """Prints one record; the text is never read as markup."""
    console = Console(file=stream, highlight=False, soft_wrap=False, width=None if stream.isatty() else 120)
    console.rule(Text(shown(record.id)), style="dim", align="left")
    if record.notes.rejected is not None:
        console.print(Text(f"rejected: {shown(record.notes.rejected.message)}", style="bold red"))
        return
    questions = questions_of(record)
    if record.headline is not None:
        console.print(_headline(record.headline))
        console.print(Text(_headline_line(record.headline), style="dim"))
        if record.headline.support is not None:
            console.print(Text(_support_line(record.headline, record.model.policy), style="dim"))
        for question in questions.headline:
            console.print(Text(f"ask: {shown(question)}", style="italic"))
    partial = why_partial(record)
    if partial:
        console.print(Text(partial, style="yellow"))
    if record.risk.p is not None and record.risk.level is not None:
        level = record.risk.level
        console.print(Text.assemble("\nrisk: ", (f"{level} ({percent(record.risk.p)})", _LEVEL_STYLES[level]), f", {LEVELS[level]}"))
        for reason in record.risk.reasons:
            places = ", ".join(str(i + 1) for i in reason.segments[:_MOST_PLACES])
            console.print(Padding(Text(f"• {reason.message}" + (f"  [{places}]" if places else "")), (0, 0, 0, 2)))
    genre = record.notes.genre
    if genre is not None:
        console.print(Text(f"genre: {GENRES[genre.value]} ({percent(genre.p)})", style="dim"))
    if record.segments:
        console.print()
        console.print(_segments(record, questions))
    if record.sources:
        console.print()
        console.print(_sources(record))
    aside = aside_counts(record)
    if aside:
        console.print(Text("set aside: " + ", ".join(aside), style="dim"))
    info = record.model
    console.print(Text(f"{DISCLAIMER} Model {info.version}, policy {info.policy}, {info.precision}.\n", style="dim"))
