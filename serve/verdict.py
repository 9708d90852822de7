"""Decides the verdict of each sentence of a body from probabilities, spans and rules."""

from collections.abc import Sequence
from dataclasses import dataclass

from presscheck.data.text.caption import ends_in_credit
from presscheck.data.text.clause import words_in
from presscheck.data.text.hedging import is_speculation
from presscheck.data.text.noun_phrase import take_apart
from presscheck.data.text.quotation import Quoted, quoted
from presscheck.data.text.source_type import SourceType, is_pronoun
from presscheck.data.text.telling import is_comment
from presscheck.data.text.turns import Turn
from presscheck.serve.record import FLAGGED_VERDICTS, ScoredSegment, Source, Verdict
from presscheck.serve.sources.antecedents import Antecedents, of_described
from presscheck.serve.sources.quotations import is_quotation, speakers_of, states
from presscheck.serve.sources.spans import Sentence, SourceReader
from presscheck.serve.sources.turns import spoken_in, turns_in
from presscheck.serve.spans import find_spans

__all__ = ["LIKELIER_THAN_NOT", "Sentence", "judge"]

LIKELIER_THAN_NOT = 0.5
_MIN_CLAIM_WORDS = 2
_SURE = 0.9  # a line with a photo credit is a caption unless the model is sure that it makes a claim


@dataclass(slots=True)
class _Last:
    """The source that continued speech refers to.

    Attributes:
        source: that of the sentences before, until a claim has no source.
        speaker: the latest source of all, and the paragraph that it spoke in.
    """

    source: Source | None = None
    speaker: tuple[Source, int] | None = None

    def speaks(self, source: Source, sentence: Sentence) -> None:
        """Remembers a sentence's source."""
        self.source = source
        self.speaker = (source, sentence.paragraph)

    def beside(self, sentence: Sentence) -> Source | None:
        """The last source, if it spoke in this paragraph or the one before."""
        if self.speaker is None or sentence.paragraph - self.speaker[1] > 1:
            return None
        return self.speaker[0].model_copy(update={"carried_over": True})


def _verdict(sentence: Sentence, *, source: Source | None, is_attributed: bool, is_statement: bool) -> Verdict:
    """The first verdict that matches; a policy's thresholds do not change it. A quoted statement is a claim."""
    claim = sentence.scores.labels["claim"]
    if not is_statement and (claim < LIKELIER_THAN_NOT or (claim < _SURE and ends_in_credit(sentence.text))):
        return "not_a_claim"
    if source is not None and source.type in ("vague", "platform"):
        return "vague_source"
    if is_attributed:
        return "attributed"
    if is_speculation(sentence.text):
        return "speculation"
    return "unsourced" if sentence.scores.labels["needs_source"] >= LIKELIER_THAN_NOT else "own_account"


def _loads_only_quotes(sentence: Sentence, quote: Quoted, threshold: float) -> bool:
    """Whether the sentence has loaded words, and all of them are quoted."""
    found = find_spans(sentence.scores, sentence.text, "loaded", threshold=threshold) if quote.spans else []
    return bool(found) and all(quote.holds(span.start, span.end) for span in found)


def judge(
    sentences: Sequence[Sentence],
    *,
    threshold: float,
    span_threshold: float,
    loaded_threshold: float = LIKELIER_THAN_NOT,
    turns: Sequence[Turn] | None = None,
) -> list[ScoredSegment]:
    """Judges the sentences of one body, in order.

    An attributed sentence without a source of its own carries over that of the attributed sentence before it; quoted words go back to
    the speaker of the quotation, and the turns of a transcript or an interview to whoever has the word.

    Args:
        threshold: the policy's threshold on `unsourced`: it decides the flag, not the verdict.
        span_threshold: probability from which a word belongs to a source.
        loaded_threshold: probability from which a word is loaded.
        turns: the body's turns, if already found.
    """
    texts = [sentence.text for sentence in sentences]
    reader = SourceReader(texts, span_threshold=span_threshold)
    quotes = quoted(texts, [sentence.paragraph for sentence in sentences])
    read = [reader.read(sentence, quote) for sentence, quote in zip(sentences, quotes, strict=True)]
    spoken = spoken_in(sentences, turns_in(sentences) if turns is None else turns)
    speakers = speakers_of(sentences, quotes, read)
    speakers = {index: source for index, source in speakers.items() if index not in spoken}
    speakers.update({index: turn.source for index, turn in spoken.items() if turn.source is not None})
    antecedents = Antecedents(sentences, quotes)
    segments: list[ScoredSegment] = []
    known: dict[str, SourceType] = {}
    last = _Last()

    def resolved(source: Source | None) -> Source | None:
        return (antecedents.of(source) or source) if source is not None and is_pronoun(source.text) else source

    for index, sentence in enumerate(sentences):
        labels = sentence.scores.labels
        found = read[index]
        turn = spoken.get(index)
        is_asked = turn is not None and not turn.is_claim
        is_turn = turn is not None and turn.source is not None
        is_all_quoted = is_turn or is_quotation(sentence.text, quotes[index])
        speaker = resolved(speakers.get(index)) or (last.beside(sentence) if is_all_quoted else None)
        is_certain = found.is_certain or speaker is not None
        is_own_comment = found.own is None and not is_certain and is_comment(sentence.text)
        is_word = not is_all_quoted and len(words_in(sentence.text)) < _MIN_CLAIM_WORDS
        is_attributed = not is_asked and not is_word and (is_certain or (labels["attributed"] >= LIKELIER_THAN_NOT and not is_own_comment))
        own = resolved(found.own) if is_attributed else None
        if is_all_quoted and speaker is not None:
            own = None  # a source named inside is named by the speaker
        elif own is not None:
            own = of_described(own, known)
        hidden = found.hidden if (own is None or own.type in ("vague", "platform")) and not is_turn else None
        source = None if is_asked else own or hidden or speaker
        if source is None and is_attributed and turn is None and last.source is not None:
            source = last.source.model_copy(update={"carried_over": True})
        attributed = 1.0 if is_certain else labels["attributed"]
        if is_own_comment or (source is not None and source.type in ("vague", "platform")):
            attributed = 0.0
        is_statement = is_all_quoted and speaker is not None and states(turn.said if turn else sentence.text)
        verdict = _verdict(sentence, source=source, is_attributed=is_attributed, is_statement=is_statement)
        needs_source = 1.0 if verdict in ("vague_source", "speculation") else labels["needs_source"]
        unsourced = labels["claim"] * (1.0 - attributed) * needs_source
        if found.speaker is not None or is_asked or is_word:
            verdict = "not_a_claim"  # a line that only names who speaks beside it, a question, a heading of one word
        is_said = is_attributed and source is not None
        is_others = is_turn or (is_said and _loads_only_quotes(sentence, quotes[index], loaded_threshold))
        segments.append(
            ScoredSegment(
                start=sentence.start,
                end=sentence.end,
                text=sentence.text,
                claim=round(labels["claim"], 6),
                attributed=round(labels["attributed"], 6),
                needs_source=round(labels["needs_source"], 6),
                loaded=0.0 if is_others else round(labels["loaded"], 6),
                unsourced=round(unsourced, 6),
                verdict=verdict,
                flagged=verdict in FLAGGED_VERDICTS and unsourced >= threshold,
                source=source,
            )
        )
        antecedents.add(source)
        if own is not None:
            known.setdefault(take_apart(own.text).lemma, own.type)
        if is_attributed and source is not None:
            last.speaks(source, sentence)
        elif verdict != "not_a_claim":
            last.source = None
    return segments
