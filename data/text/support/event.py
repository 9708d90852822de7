"""The headline's event: whether the body tells of it at all, and which sentences report it."""

from dataclasses import dataclass

from presscheck.data.text.headline_form import HeadlineForm
from presscheck.data.text.support.body_index import BodyIndex, bare_word
from presscheck.data.text.support.findings import Missing
from presscheck.data.text.support.predicate import Predicate, content_stems, predicate_of, words_at
from presscheck.data.text.support.proper_names import holds_name
from presscheck.data.text.support.stems import stem

_MIN_WORDS = 3  # content words of a headline that is judged at all
_MIN_LENGTH = 500  # words of a body that is long enough to repeat what its headline says
_UNRELATED = 0.3  # the body holds no more of the headline's content words
_REMOTE = 0.25  # no sentence holds more of them, and the body has neither the verb nor its object
_REPORTED, _REPORTED_BY_OTHER_VERB = 0.5, 0.67  # of the clause's content words in a sentence that reports the event


@dataclass(frozen=True, slots=True)
class Event:
    """What a headline tells of, in stems.

    Attributes:
        predicate: its main clause; None where no verb is found.
        content: the stems of all content words.
    """

    predicate: Predicate | None
    content: frozenset[str]

    @property
    def clause(self) -> frozenset[str]:
        """The stems of the main clause's content words, or of all."""
        return self.predicate.core | self.predicate.rest if self.predicate else self.content


def event_of(headline: str) -> Event:
    """The event of a folded headline."""
    return Event(predicate_of(headline), content_stems(words_at(headline, 0, len(headline))))


def coverage(event: Event, body: BodyIndex) -> tuple[float, float]:
    """The shares of the headline's content words that the best sentence holds and that the body holds."""
    if not event.content or not body.stems:
        return 0.0, 0.0
    best = max(len(event.content & stems) for stems in body.stems)
    return best / len(event.content), len(event.content & body.all_stems) / len(event.content)


def nearest_sentence(event: Event, body: BodyIndex) -> int | None:
    """The first sentence with the most of the headline's content words; None where that is less than half of them."""
    held = [len(event.content & stems) for stems in body.stems]
    best = max(range(len(held)), key=held.__getitem__)
    return best if held[best] >= _REPORTED * max(len(event.content), 1) else None


def reporting_sentences(event: Event, body: BodyIndex) -> tuple[int, ...]:
    """Indices of the sentences that hold enough of the main clause's content words: half of them with the verb, two thirds without."""
    clause, predicate = event.clause, event.predicate
    if len(clause) < _MIN_WORDS - 1:
        return ()
    found = []
    for index, stems in enumerate(body.stems):
        held = len(clause & stems)
        has_verb = predicate is not None and predicate.verb in stems
        if held >= 2 and held >= (_REPORTED if has_verb else _REPORTED_BY_OTHER_VERB) * len(clause):
            found.append(index)
    return tuple(found)


def missing_event(headline: str, event: Event, body: BodyIndex, form: HeadlineForm) -> Missing | None:
    """The event of a folded headline where the body does not tell of it.

    Headlines use other verbs than their bodies, so an absent verb alone says little. It counts where a statement is put as a question
    ("X has declared war?"); otherwise the rest of the headline must be absent from a full body as well.
    """
    if len(event.content) < _MIN_WORDS or form not in ("statement", "assertion_question"):
        return None
    predicate = event.predicate
    is_absent = predicate is not None and bool(predicate.verb) and predicate.verb not in body.all_stems
    in_sentence = max((len(predicate.core & stems) for stems in body.stems), default=0) if predicate else 0
    if predicate and form == "assertion_question" and is_absent and in_sentence < len(predicate.core) > 1:
        return Missing(predicate.start, predicate.end, "event")
    if body.length < _MIN_LENGTH:
        return None
    best, whole = coverage(event, body)
    if (is_absent and in_sentence == 0 and best <= _REMOTE) or (
        whole <= _UNRELATED and whole + _otherwise_held(headline, body) / len(event.content) <= _UNRELATED
    ):
        return Missing(predicate.start, predicate.end, "event") if predicate else _all_of(headline)
    return None


def _otherwise_held(headline: str, body: BodyIndex) -> int:
    """How many names of the headline the body holds in another form."""
    names = [word for word in words_at(headline, 0, len(headline)) if word.is_capital and stem(word.text) not in body.all_stems]
    return sum(holds_name(bare_word(headline[word.start : word.end]), body) for word in names)


def _all_of(headline: str) -> Missing:
    found = words_at(headline, 0, len(headline))
    return Missing(found[0].start, found[-1].end, "event")
