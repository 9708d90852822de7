"""Whether the headline is more certain than the body: it states what the body only guesses."""

import re
from collections.abc import Callable, Sequence

from presscheck.data.text.headline_form import HeadlineForm
from presscheck.data.text.hedging import is_speculation, unnamed_source
from presscheck.data.text.lexicon import forms
from presscheck.data.text.support.body_index import BodyIndex
from presscheck.data.text.support.event import Event
from presscheck.data.text.support.findings import Missing
from presscheck.data.text.support.predicate import content_stems, words_at

_SOFT = re.compile(
    r"\b(?:to|set|could|would|will|might|may|should|can|if|whether|plans?|plot|fears?|threat\w*|risk\w*|possib\w+|claims?|alleged?\w*)\b|[?\"]|(?<!\w)'",
    re.I,
)
_CLAUSE = re.compile(r"[;:]\s|,\s(?:and|but|while|which|who|as|after|although)\s|\s(?:and|but|while|although)\s")
_MARK = re.compile(
    r"\b(?:prove[ns]?|proved|confirm(?:s|ed)?|officially|certain(?:ly)?|definite(?:ly)?|undoubtedly|undeniably|clearly|plainly|openly|unmask(?:s|ed)?|"
    r"reveal(?:s|ed)?|turns?\sout|turned\sout|found\sto|is\sto|are\sto|will)\b",
    re.I,
)
_MARKED_SHARE = 0.4  # of the headline's content words in the sentence that tells the event
_TOLD = frozenset(("told", "according"))


def missing_certainty(
    headline: str, event: Event, body: BodyIndex, form: HeadlineForm, *, reporting: Sequence[int], is_hedged: Callable[[int], bool]
) -> Missing | None:
    """The words of a folded headline that make sure what the body only guesses.

    They are a word of certainty ("proven", "will") where the sentence that holds most of the headline is hedged, or else the verb of a flat
    statement with this verb where every sentence that reports it is.
    """
    if form not in ("statement", "assertion_question") or _is_hedged(headline):
        return None
    mark = _MARK.search(headline)
    if mark and _best_is_hedged(event, body, is_hedged):
        return Missing(*mark.span(), "certainty")
    predicate = event.predicate
    if predicate is None or not reporting:
        return None
    if not all(predicate.verb in body.stems[index] and is_hedged(index) for index in reporting) or _is_soft(headline):
        return None
    if any(_is_flat(body.sentences[index], event) for index in reporting):
        return None
    return Missing(predicate.verb_start, predicate.verb_end, "certainty")


def _best_is_hedged(event: Event, body: BodyIndex, is_hedged: Callable[[int], bool]) -> bool:
    """Whether the sentences that hold most of the headline, and enough of it, are hedged where they tell the event."""
    held = [len(event.content & stems) for stems in body.stems]
    most = max(held)
    if most < max(2, _MARKED_SHARE * len(event.content)):
        return False
    return all(is_hedged(at) and not _is_flat(body.sentences[at], event) for at, count in enumerate(held) if count == most)


def _is_flat(sentence: str, event: Event) -> bool:
    """Whether the hedge of a sentence stands in another clause than the event."""
    if not _is_hedged(sentence):
        return False  # the caller knows of a hedge that the rules do not see
    clauses = _CLAUSE.split(sentence)
    return not _is_hedged(max(clauses, key=lambda clause: len(event.clause & content_stems(words_at(clause, 0, len(clause))))))


def _is_hedged(text: str) -> bool:
    return is_speculation(text) or unnamed_source(text) is not None


def _is_soft(headline: str) -> bool:
    """Whether a headline hedges, attributes or announces what it states."""
    if _SOFT.search(headline) or ":" in headline:
        return True
    return any(word.text in forms() or word.text in _TOLD for word in words_at(headline, 0, len(headline)))
