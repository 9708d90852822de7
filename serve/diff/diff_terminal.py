"""Prints what changed as a page on a terminal; colour only if the stream is a terminal."""

from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from presscheck.serve.diff.article_diff import ArticleDiff, SentenceDiff
from presscheck.serve.diff.diff_words import (
    CLAIMS,
    NOTHING,
    SENTENCES,
    SOURCES,
    changes_of_sources,
    entry_line,
    headline_line,
    is_empty,
    number_place,
    risk_line,
    state_line,
    tone,
)
from presscheck.serve.render.terminal import shown
from presscheck.serve.render.words import DISCLAIMER

_STYLES = {"good": "green", "bad": "red", "": ""}


def print_diff(diff: ArticleDiff, stream: TextIO) -> None:
    """Prints the difference; the texts are never read as markup."""
    console = Console(file=stream, highlight=False, soft_wrap=False, width=None if stream.isatty() else 120)
    console.rule(Text(shown(f"{diff.old.id} → {diff.new.id}")), style="dim", align="left")
    if is_empty(diff):
        console.print(NOTHING)
    if diff.headline.is_changed:
        _part(console, "headline")
        for mark, headline in (("-", diff.headline.old), ("+", diff.headline.new)):
            _line(console, f"{mark} {headline.text if headline else 'no headline'}")
            if headline:
                _line(console, f"  {headline_line(headline)}", style="dim")
    console.print(Text(f"\nrisk: {risk_line(diff)}", style="bold"))
    for mark, reasons in (("+", diff.risk.reasons_gained), ("-", diff.risk.reasons_lost)):
        for reason in reasons:
            _line(console, f"{mark} {reason.message}")
    _changes(console, diff)
    info = diff.model
    console.print(Text(f"\n{DISCLAIMER} Model {info.version}, policy {info.policy}, {info.precision}.", style="dim"))


def _changes(console: Console, diff: ArticleDiff) -> None:
    sources = changes_of_sources(diff)
    _part(console, "sources", is_shown=bool(sources))
    for source in sources:
        entries = [entry_line(entry) for entry in (source.old, source.new) if entry]
        _line(console, f"{SOURCES[source.change]}: {' → '.join(entries)}", style=_STYLES[tone(source.change)])
    _part(console, "claims", is_shown=bool(diff.claims))
    for claim in diff.claims:
        _line(console, f"{CLAIMS[claim.change]}: {state_line(claim.old)} → {state_line(claim.new)}", style=_STYLES[tone(claim.change)])
        _line(console, f"  {claim.new.text}", style="dim")
        if claim.new.question:
            _line(console, f"  ask: {claim.new.question}", style="italic")
    _part(console, "numbers", is_shown=bool(diff.numbers))
    for number in diff.numbers:
        _line(console, f"{number.old or 'none'} → {number.new or 'none'} ({number_place(number)})")
    sentences = [sentence for sentence in diff.sentences if sentence.change != "same"]
    _part(console, "sentences", is_shown=bool(sentences))
    for sentence in sentences:
        _sentence(console, sentence)


def _sentence(console: Console, sentence: SentenceDiff) -> None:
    _line(console, f"{SENTENCES[sentence.change]}: {' → '.join(state_line(v) for v in (sentence.old, sentence.new) if v)}")
    if sentence.old and sentence.change != "moved":
        _line(console, f"- {sentence.old.text}", style="dim")
    if sentence.new:
        _line(console, f"+ {sentence.new.text}", style="dim")
        if sentence.change == "added" and sentence.new.question:
            _line(console, f"  ask: {sentence.new.question}", style="italic")


def _part(console: Console, name: str, *, is_shown: bool = True) -> None:
    if is_shown:
        console.print(Text(f"\n{name}", style="bold"))


def _line(console: Console, text: str, *, style: str = "") -> None:
    console.print(Padding(Text(" ".join(shown(text).split("\n")), style=style), (0, 0, 0, 2)))
