"""Records as one self-contained HTML page: no script, no request, readable in print."""

from collections.abc import Iterable, Iterator

from jinja2 import Environment

from presscheck.data.pages import page_environment
from presscheck.serve.record import Headline, Record
from presscheck.serve.render.questions import framing_question, question_of, support_question
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
    what_is_missing,
    why_partial,
)


def headline_pieces(headline: Headline) -> list[tuple[str, str | None]]:
    """The headline cut at its cues: (text, cue name or None), in order; overlapping cues are merged into the first."""
    pieces: list[tuple[str, str | None]] = []
    position = 0
    for cue in sorted(headline.cues, key=lambda c: c.start):
        if cue.start < position:
            continue
        pieces += [(headline.text[position : cue.start], None), (headline.text[cue.start : cue.end], cue.cue)]
        position = cue.end
    pieces.append((headline.text[position:], None))
    return [piece for piece in pieces if piece[0]]


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
    }
    environment.globals |= {
        "headline_pieces": headline_pieces,
        "why_partial": why_partial,
        "what_is_missing": what_is_missing,
        "aside_counts": aside_counts,
        "question_of": question_of,
        "framing_question": framing_question,
        "support_question": support_question,
    }
    return environment


def render_html(records: Iterable[Record]) -> Iterator[str]:
    """The page in pieces: a head, a section per record as it comes, and a foot."""
    environment = _environment()
    before, _, after = environment.get_template("page.html").render().partition("<!-- records -->")
    section = environment.get_template("record.html")
    yield before
    for number, record in enumerate(records, start=1):
        yield section.render(record=record, number=number)
    yield after
