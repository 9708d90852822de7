"""The sources of articles as a table to paste: Markdown for a mail, a chat or an issue, tab-separated values for a sheet."""

from collections.abc import Iterable, Iterator

from presscheck.data.rows.spreadsheet import safe_cell
from presscheck.serve.record import LedgerEntry, Record

HEADER = ("source", "type", "sentences", "words", "first claim")


def render_markdown(records: Iterable[Record]) -> Iterator[str]:
    """A table per article, under its headline."""
    for record in records:
        title = record.headline.text if record.headline is not None else record.id
        yield f"**{_in_markdown(title)}**\n\n"
        if record.notes.rejected is not None:
            yield f"Not scored: {_in_markdown(record.notes.rejected.message)}\n\n"
        elif not record.sources:
            yield "No claim rests on a source.\n\n"
        else:
            yield from (_line(HEADER), _line("---" for _ in HEADER))
            yield from (_line(map(_in_markdown, _cells(entry, record))) for entry in record.sources)
            yield "\n"


def render_tsv(records: Iterable[Record]) -> Iterator[str]:
    """One table of all articles, a line per source; a cell that a sheet would take for a formula has a quote before it."""
    yield "\t".join(("article", *HEADER)) + "\n"
    for record in records:
        for entry in record.sources:
            cells = (record.id, *_cells(entry, record))
            yield "\t".join(str(safe_cell(" ".join(cell.split()))) for cell in cells) + "\n"


def _cells(entry: LedgerEntry, record: Record) -> tuple[str, ...]:
    sentences = ", ".join(str(index + 1) for index in entry.segments)
    claim = record.segments[entry.segments[0]].text if entry.segments else ""
    return entry.name, entry.type, sentences, str(entry.words), claim


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _in_markdown(text: str) -> str:
    """A text on one line that Markdown reads as text: no cell, tag, link or emphasis begins in it."""
    shown = " ".join(text.split())
    for mark in "\\`*_[]|<":
        shown = shown.replace(mark, f"\\{mark}")
    return shown
