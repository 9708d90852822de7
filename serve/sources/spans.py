"""Finds the sources that a sentence names, from the tagger's spans and the sentence's form."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from presscheck.data.schema import TOKEN_TAGS
from presscheck.data.text.attribution import Attribution, attributions, closing_speaker, opening_speaker, stating_speaker
from presscheck.data.text.hedging import unnamed_source
from presscheck.data.text.lexicon import forms
from presscheck.data.text.noun_phrase import names_in, tokens_of
from presscheck.data.text.quotation import Quoted
from presscheck.data.text.source_bounds import is_source_like, trim, whole_phrase, with_clauses, without_brackets, without_verb
from presscheck.data.text.source_type import RANK, SourceType, is_document, is_pronoun, source_type
from presscheck.data.text.telling import is_dummy, is_medium, is_told, split_telling, teller
from presscheck.serve.predict import SegmentScores
from presscheck.serve.record import Source
from presscheck.serve.sources.mentions import PRONOUNS, apposed
from presscheck.serve.spans import find_spans

_IS_CUE = 0.5  # probability from which a word attributes
_BESIDE = 12  # characters between a source and the word that attributes to it: "has also said"
_FAR = 40

_THEY_SAY = re.compile(r"they\s+(?:say|tell|claim)\b", re.I)  # nobody in particular, unless the article has said who they are

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a body with the model's calibrated scores; `paragraph` numbers the paragraphs of the body."""

    start: int
    end: int
    text: str
    scores: SegmentScores
    paragraph: int = 0


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of one sentence.

    Attributes:
        own: the best source that it names; pronouns have the type "anonymous" until their antecedent is known.
        hidden: the words that refer to a source that it does not name.
        speaker: a source that is alone in the sentence and speaks in the quotation before or after it; it is `own` too.
        is_certain: a rule found `own`, so that the model's doubt does not count.
    """

    own: Source | None
    hidden: Source | None
    speaker: Attribution | None
    is_certain: bool


def cue_test(scores: SegmentScores) -> Callable[[int, int], bool]:
    """A test of whether the model marks words at some offsets of the segment as attributing."""
    values = scores.tags_TK[:, TOKEN_TAGS.index("cue")].tolist()
    marked = [offsets for offsets, value in zip(scores.offsets, values, strict=True) if value >= _IS_CUE]
    return lambda start, end: any(first < end and last > start for first, last in marked)


class SourceReader:
    """Finds the sources of the sentences of one body.

    Args:
        span_threshold: probability from which a word belongs to a source.
    """

    def __init__(self, texts: Sequence[str], *, span_threshold: float) -> None:
        self._names = names_in(texts)
        self._threshold = span_threshold

    def read(self, sentence: Sentence, quoted: Quoted) -> Sources:
        """The sources of a sentence."""
        text = sentence.text
        tagged = self._tagged(sentence)
        by_form = [a for a in attributions(text) if self._is_meant(a, text, tagged)]
        speaker = next((a for a in by_form if a.place != "here"), None)
        here = [(a.start, a.end) for a in by_form if not quoted.holds(a.start, a.end)]
        stating = stating_speaker(text)
        clauses = (stating, closing_speaker(text))
        here += [subject for subject in clauses if subject and not quoted.holds(*subject)]
        spans = [span for span in tagged if not any(_overlap(span, place) for place in here)]
        if stating in here:
            spans = [span for span in spans if span[0] < stating[0]]  # a source inside the reported speech
        is_cue = cue_test(sentence.scores)
        place = unnamed_source(text, is_cue=is_cue)
        if place and quoted.holds(*place):
            place = None  # the quoted speaker is the source
        found = [(0, self._source(sentence, span)) for span in here]
        found += [(_distance(text, span, place, is_cue=is_cue), self._source(sentence, span)) for span in spans]
        found = [(d + _BESIDE * is_medium(text, s.start - sentence.start), s) for d, s in found]
        if place:
            found = [(distance, source) for distance, source in found if distance < _FAR]
        _, own = min(found, key=_preference, default=(_FAR, None))
        if own is not None and own.type in ("vague", "platform"):
            own = next((s for d, s in found if d < _FAR and s.type == "named" and is_document(s.text)), own)
        place = place or self._opinion(sentence, quoted)
        return Sources(own, self._hidden(sentence, place), speaker, is_certain=bool(here))

    def _opinion(self, sentence: Sentence, quoted: Quoted) -> Range | None:
        """A vague subject that opens the sentence and asserts the rest of it: "critics say"."""
        opening = opening_speaker(sentence.text)
        if opening is None or quoted.holds(*opening) or self._source(sentence, opening).type != "vague":
            return None
        return opening

    def _hidden(self, sentence: Sentence, place: Range | None) -> Source | None:
        if place is None:
            return None
        start, end = place
        return Source(
            start=sentence.start + start,
            end=sentence.start + end,
            text=sentence.text[start:end],
            type="vague",
            carried_over=False,
        )

    def _tagged(self, sentence: Sentence) -> list[Range]:
        """The tagger's spans without dummy subjects and without the person told; with the teller, if the tagger missed it."""
        text = sentence.text
        spans: list[Range] = []
        was_told = False
        for found in find_spans(sentence.scores, text, "source", threshold=self._threshold):
            start, end = without_verb(text, *split_telling(text, *trim(text, found.start, found.end)))
            start, end = whole_phrase(text, *without_brackets(text, start, end))
            opening = re.match(r"\w+(?=\s)", text[start:end])
            if opening and opening.group().lower() in PRONOUNS:
                end = start + opening.end()  # "she continued"
            if not is_source_like(text, start, end) or is_dummy(text, start, end):
                continue
            if is_told(text, start, end):
                was_told = True
                continue
            name = None if text[start].isupper() and not text[start:end].isupper() else apposed(text, start, self._names)
            spans.append((name.start, name.end) if name else (start, end))
        spans = with_clauses(text, spans)
        subject = teller(text) if was_told else None
        if subject and not any(_overlap(subject, span) for span in spans):
            spans.append(subject)
        return spans

    def _is_meant(self, found: Attribution, text: str, tagged: Sequence[Range]) -> bool:
        """Whether a lone word before a colon is a source: if the tagger or the rest of the article takes it for a name."""
        is_known = text[found.start : found.end] in self._names
        return found.is_sure or is_known or any(_overlap(span, (found.start, found.end)) for span in tagged)

    def _source(self, sentence: Sentence, span: Range) -> Source:
        start, end = span
        text = sentence.text.title() if sentence.text.isupper() else sentence.text
        return Source(
            start=sentence.start + start,
            end=sentence.start + end,
            text=sentence.text[start:end],
            type=self._type(text, start, end),
            carried_over=False,
        )

    def _type(self, text: str, start: int, end: int) -> SourceType:
        if not is_pronoun(text[start:end]):
            return source_type(text, start, end, names=self._names)
        return "vague" if _THEY_SAY.match(text[start:]) else "anonymous"


def _distance(text: str, span: Range, hidden: Range | None, *, is_cue: Callable[[int, int], bool]) -> int:
    """Characters from the span to the nearest attributing word, except that of a hidden source."""
    start, end = span
    found = _FAR
    for word, at in tokens_of(text):
        gap = at - end if at >= end else start - at - len(word)
        if not 0 <= gap < found or not (word in forms() or is_cue(at, at + len(word))):
            continue
        reach = (min(start, at), max(end, at + len(word)))
        if hidden is None or not _overlap(reach, hidden):
            found = gap
    return found


def _preference(found: tuple[int, Source]) -> tuple[int, int, int, int]:
    """Sort key: sources near an attributing word first, then named, anonymous, vague, platform."""
    distance, source = found
    return (distance > _BESIDE) + (distance >= _FAR), RANK[source.type], distance, source.start - source.end


def _overlap(one: Range, other: Range) -> bool:
    return one[0] < other[1] and other[0] < one[1]
