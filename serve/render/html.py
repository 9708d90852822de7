"""Records as one self-contained HTML page: no script, no request, readable in print."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from jinja2 import Environment

from presscheck.data.pages import page_environment
from presscheck.serve.record import Headline, MissingWords, Record
from presscheck.serve.render.questions import questions_of
from presscheck.serve.render.words import (
    DISCLAIMER,
    FORMS,
    FRAMING,
    GENRES,
    LEVELS,
    MISSING,
    NEEDS_NO_SOURCE,
    SUPPORT,
    VERDICTS,
    aside_counts,
    percent,
    support_odds,
    why_partial,
)


def headline_pieces(headline: Headline) -> list[tuple[list[tuple[str, bool]], str | None]]:
    """The headline cut at its framing words: (parts, cue name or None), in order; overlapping cues are merged into the first.

    The parts of a piece are cut at the words that the body lacks: (text, whether the body lacks it).
    """
    missing = {offset for words in _missing(headline) for offset in range(words.start, words.end)}
    pieces: list[tuple[list[tuple[str, bool]], str | None]] = []
    for start, end, cue in _cut_at_cues(headline):
        parts = groupby(range(start, end), key=missing.__contains__)
        pieces.append(([("".join(headline.text[offset] for offset in offsets), is_missing) for is_missing, offsets in parts], cue))
    return pieces


def _missing(headline: Headline) -> list[MissingWords]:
    return headline.support.missing if headline.support else []


def _cut_at_cues(headline: Headline) -> Iterator[tuple[int, int, str | None]]:
    position = 0
    for cue in sorted(headline.cues, key=lambda c: c.start):
        if cue.start < position:
            continue
        if cue.start > position:
            yield position, cue.start, None
        yield cue.start, cue.end, cue.cue
        position = cue.end
    if position < len(headline.text):
        yield position, len(headline.text), None


def _environment() -> Environment:
    environment = page_environment("presscheck.serve.render")
    environment.filters["percent"] = percent
    environment.globals |= {
        "verdicts": VERDICTS,
        "forms": FORMS,
        "levels": LEVELS,
        "disclaimer": DISCLAIMER,
        "framing": FRAMING,
        "genres": GENRES,
        "support": SUPPORT,
        "missing": MISSING,
        "needs_no_source": NEEDS_NO_SOURCE,
    }
    environment.globals |= {
        "headline_pieces": headline_pieces,
        "why_partial": why_partial,
        "aside_counts": aside_counts,
        "support_odds": support_odds,
    }
    return environment


def render_html(records: Iterable[Record]) -> Iterator[str]:
    """The page in pieces: a head, a section per record as it comes, and a foot."""
    environment = _environment()
    before, _, after = environment.get_template("page.html").render().partition("<!-- records -->")
    section = environment.get_template("record.html")
    yield before
    for number, record in enumerate(records, start=1):
        yield section.render(record=record, questions=questions_of(record), number=number)
    yield after
