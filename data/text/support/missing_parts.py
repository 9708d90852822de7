"""All rules together: what a headline states and its body does not."""

from collections.abc import Callable, Sequence

from presscheck.data.text.headline_form import headline_form
from presscheck.data.text.headline_parts import bare_headline, headline_parts
from presscheck.data.text.normalise import fold
from presscheck.data.text.support.body_index import BodyIndex, index_body
from presscheck.data.text.support.certainty import missing_certainty
from presscheck.data.text.support.event import coverage, event_of, missing_event, nearest_sentence, reporting_sentences
from presscheck.data.text.support.findings import Findings, Missing
from presscheck.data.text.support.numerals import missing_numbers, numerals
from presscheck.data.text.support.proper_names import holds_name, likely_names, missing_names
from presscheck.data.text.support.quoted_words import missing_quotations

_MAX_HEADLINE = 500  # characters; the rest of a longer "headline" is not judged


def find_missing(headline: str, sentences: Sequence[str], *, is_hedged: Callable[[int], bool]) -> Findings:
    """The parts of a headline that its body does not hold, by rule. In doubt a part is held.

    Args:
        sentences: the body's sentences.
        is_hedged: whether the sentence of an index only guesses, or hides its source; few are asked for.
    """
    headline = headline[:_MAX_HEADLINE]
    text = fold(bare_headline(headline, headline_parts(headline)))
    if not sentences or not any(character.isalnum() for character in text):
        return Findings()
    body, event, form = index_body(sentences), event_of(text), headline_form(headline)
    best, whole = coverage(event, body)
    reporting = reporting_sentences(event, body)
    parts = [
        *missing_quotations(text, body),
        *missing_numbers(text, body, is_list=form == "list"),
        *missing_names(text, body),
    ]
    untold = missing_event(text, event, body, form)
    told = untold or missing_certainty(text, event, body, form, reporting=reporting, is_hedged=is_hedged)
    return Findings(
        _apart([*parts, *([told] if told else [])]),
        () if untold else reporting,
        best,
        whole,
        names_held=_names_held(text, body, lost_numbers=sum(part.kind == "number" for part in parts)),
        nearest=None if untold else nearest_sentence(event, body),
    )


def _names_held(headline: str, body: BodyIndex, *, lost_numbers: int) -> float:
    names = likely_names(headline, body)
    count = len(names) + len(numerals(headline))
    lost = sum(not holds_name(name, body) for name in names) + lost_numbers
    return 1.0 - min(lost, count) / count if count else 1.0


def _apart(parts: list[Missing]) -> tuple[Missing, ...]:
    """The parts without those that overlap an earlier one, in the headline's order."""
    kept: list[Missing] = []
    for part in parts:
        if not any(part.start < other.end and other.start < part.end for other in kept):
            kept.append(part)
    return tuple(sorted(kept, key=lambda part: part.start))
