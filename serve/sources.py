"""Who stands behind a sentence: the tagger's spans and what the sentence's form says of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from presscheck.data.schema import TOKEN_TAGS
from presscheck.data.text.attribution import (
    Attribution,
    attributions,
    closing_speaker,
    is_dummy,
    is_medium,
    is_source_like,
    is_told,
    opening_speaker,
    split_telling,
    teller,
    trim,
    whole_phrase,
    with_clauses,
    without_verb,
)
from presscheck.data.text.hedging import unnamed_source
from presscheck.data.text.lexicon import forms
from presscheck.data.text.noun_phrase import take_apart, tokens_of
from presscheck.data.text.quotation import Quoted
from presscheck.data.text.source_type import SourceType, is_document, is_pronoun, source_type
from presscheck.serve.predict import SegmentScores
from presscheck.serve.record import Source
from presscheck.serve.spans import find_spans

_RANK: dict[SourceType, int] = {"named": 0, "anonymous": 1, "vague": 2, "platform": 3}
_IS_CUE = 0.5  # probability from which a word attributes
_BESIDE = 12  # characters between a source and the word that attributes to it: "has also said"
_FAR = 40

_THEY_SAY = re.compile(r"they\s+(?:say|tell|claim)\b", re.I)  # nobody in particular, where the article has not said who they are

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
    """What one sentence says of its sources.

    Attributes:
        own: the best source that it names; pronouns have the type "anonymous" until their antecedent is known.
        hidden: the words that stand for a source that it does not name.
        speaker: a source that stands alone in it and speaks in the quotation before or after it; then it is `own` too.
        is_certain: a rule found `own`, so that the model's doubt does not count.
    """

    own: Source | None
    hidden: Source | None
    speaker: Attribution | None
    is_certain: bool


def is_cue(scores: SegmentScores, start: int, end: int) -> bool:
    """Whether the model takes words at these offsets for ones that attribute."""
    column = scores.tags_TK[:, TOKEN_TAGS.index("cue")]
    tokens = zip(scores.offsets, column, strict=True)
    return any(first < end and last > start and value >= _IS_CUE for (first, last), value in tokens)


def names_in(texts: Sequence[str]) -> frozenset[str]:
    """Words that a text writes with a capital where no sentence starts: its names."""
    found: set[str] = set()
    for text in texts:
        if not text.isupper():
            tokens = [word for word, _ in tokens_of(text)]
            found.update(word.removesuffix("'s") for before, word in pairwise(tokens) if word[0].isupper() and before[0].isalnum())
    return frozenset(found)


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
        closing = closing_speaker(text)
        if closing and not quoted.holds(*closing):
            here.append(closing)
        spans = [span for span in tagged if not any(_overlap(span, place) for place in here)]
        place = unnamed_source(text, is_cue=partial(is_cue, sentence.scores))
        if place and quoted.holds(*place):
            place = None  # whoever is quoted says it
        found = [(0, self._source(sentence, span)) for span in here]
        found += [(self._distance(sentence, span, place), self._source(sentence, span)) for span in spans]
        found = [(d + _BESIDE * is_medium(text, s.start - sentence.start), s) for d, s in found]
        if place:
            found = [(distance, source) for distance, source in found if distance < _FAR]
        _, own = min(found, key=_preference, default=(_FAR, None))
        if own is not None and own.type in ("vague", "platform"):
            own = next((s for d, s in found if d < _FAR and s.type == "named" and is_document(s.text)), own)
        place = place or self._opinion(sentence, quoted)
        return Sources(own, self._hidden(sentence, place), speaker, is_certain=bool(here))

    def _opinion(self, sentence: Sentence, quoted: Quoted) -> Range | None:
        """A vague subject that opens the sentence and says the rest of it: "critics say"."""
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
        """The tagger's spans without dummy subjects and without whom somebody told; who told it, where the tagger missed that."""
        text = sentence.text
        spans: list[Range] = []
        was_told = False
        for found in find_spans(sentence.scores, text, "source", threshold=self._threshold):
            start, end = without_verb(text, *split_telling(text, *trim(text, found.start, found.end)))
            start, end = whole_phrase(text, start, end)
            if not is_source_like(text, start, end) or is_dummy(text, start, end):
                continue
            if is_told(text, start, end):
                was_told = True
                continue
            spans.append((start, end))
        spans = with_clauses(text, spans)
        subject = teller(text) if was_told else None
        if subject and not any(_overlap(subject, span) for span in spans):
            spans.append(subject)
        return spans

    def _is_meant(self, found: Attribution, text: str, tagged: Sequence[Range]) -> bool:
        """A lone word before a colon is a source where the tagger or the rest of the article takes it for a name."""
        is_known = text[found.start : found.end] in self._names
        return found.is_sure or is_known or any(_overlap(span, (found.start, found.end)) for span in tagged)

    def _distance(self, sentence: Sentence, span: Range, hidden: Range | None) -> int:
        """Characters from the span to the nearest word that attributes, but for one of a source that stays hidden."""
        start, end = span
        found = _FAR
        for word, at in tokens_of(sentence.text):
            gap = at - end if at >= end else start - at - len(word)
            if not 0 <= gap < found or not (word in forms() or is_cue(sentence.scores, at, at + len(word))):
                continue
            reach = (min(start, at), max(end, at + len(word)))
            if hidden is None or not _overlap(reach, hidden):
                found = gap
        return found

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


def _preference(found: tuple[int, Source]) -> tuple[int, int, int, int]:
    """A source beside a word that attributes comes before one further off, then named before anonymous before vague before a platform."""
    distance, source = found
    return (distance > _BESIDE) + (distance >= _FAR), _RANK[source.type], distance, source.start - source.end


def _overlap(one: Range, other: Range) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def of_antecedent(source: Source | None, previous: Source | None, known: Mapping[str, SourceType]) -> Source | None:
    """The source with the type of the one that its pronoun, or a noun phrase such as "the officer", stands for.

    Args:
        known: the types of the sources before it, by the noun that each is called.
    """
    if source is None:
        return None
    if is_pronoun(source.text):
        return source if previous is None else source.model_copy(update={"type": previous.type})
    phrase = take_apart(source.text)
    if source.type == "named" and phrase.has("definite") and known.get(phrase.lemma) in ("anonymous", "vague"):
        return source.model_copy(update={"type": known[phrase.lemma]})
    return source


def speakers_of(sentences: Sequence[Sentence], quotes: Sequence[Quoted], read: Sequence[Sources]) -> dict[int, Source]:
    """Who speaks in sentences of a quotation that do not say so: it is said elsewhere in the quotation, or on a line beside it."""
    found: dict[int, Source] = {}
    for stretch in _quotations(quotes):
        beside = ((stretch.stop, "before"), (stretch.start - 1, "after"))
        lines = [read[i] for i, place in beside if 0 <= i < len(read) and _speaks_in(read[i], place)]
        if stretch.stop == len(read) - 1 and sentences[-1].paragraph != sentences[stretch[-1]].paragraph:
            lines = [line for line in lines if line is not read[-1]]  # an article's last line is its author's name
        named = [read[i] for i in stretch if _names_speaker(sentences[i], quotes[i], read[i])]
        speaker = next((sources.own for sources in [*named, *lines]), None)
        for index in stretch:
            if speaker is not None and read[index].own is None and _is_quotation(sentences[index].text, quotes[index]):
                found[index] = speaker.model_copy(update={"carried_over": True})
    return found


def _quotations(quotes: Sequence[Quoted]) -> list[range]:
    """The quotations of a body as stretches of sentences."""
    found: list[range] = []
    for index, quote in enumerate(quotes):
        if found and quote.runs_on and found[-1].stop == index:
            found[-1] = range(found[-1].start, index + 1)
        elif quote.spans:
            found.append(range(index, index + 1))
    return found


def _speaks_in(sources: Sources, place: str) -> bool:
    return sources.speaker is not None and sources.speaker.place == place


def _names_speaker(sentence: Sentence, quote: Quoted, sources: Sources) -> bool:
    """Whether a source stands beside what is quoted, and not in it."""
    own = sources.own
    return own is not None and not quote.holds(own.start - sentence.start, own.end - sentence.start)


def _is_quotation(text: str, quote: Quoted) -> bool:
    """Whether the sentence is nothing but quoted words."""
    inside = {at for start, end in quote.spans for at in range(start, end)}
    return all(at in inside for at, mark in enumerate(text) if mark.isalnum())
