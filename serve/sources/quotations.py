"""Finds the speaker of a quotation whose own sentences do not name one."""

from collections.abc import Sequence
from itertools import takewhile

from presscheck.data.text.clause import has_predicate, words_in
from presscheck.data.text.quotation import Quoted
from presscheck.serve.record import Source
from presscheck.serve.sources.spans import Sentence, Sources

_CLOSING = " \"'”’»"


def speakers_of(sentences: Sequence[Sentence], quotes: Sequence[Quoted], read: Sequence[Sources]) -> dict[int, Source]:
    """The speakers of sentences that are nothing but quoted words.

    The speaker is named elsewhere in the quotation, on a line beside it, before a colon, or in the next sentence of its paragraph.
    """
    found: dict[int, Source] = {}
    for stretch in _quotations(quotes):
        speaker = _speaker(stretch, sentences, quotes, read)
        if speaker is not None:
            for index in stretch:
                if is_quotation(sentences[index].text, quotes[index]):
                    found[index] = speaker.model_copy(update={"carried_over": True})
    for index in range(1, len(sentences)):
        introduced = _introduced(index, sentences, quotes, read)
        if introduced is not None:
            found.update(dict.fromkeys(_block(index, sentences, quotes), introduced.model_copy(update={"carried_over": True})))
    return found


def _speaker(stretch: range, sentences: Sequence[Sentence], quotes: Sequence[Quoted], read: Sequence[Sources]) -> Source | None:
    beside = ((stretch.stop, "before"), (stretch.start - 1, "after"))
    lines = [read[i] for i, place in beside if 0 <= i < len(read) and _speaks_in(read[i], place)]
    if stretch.stop == len(read) - 1 and sentences[-1].paragraph != sentences[stretch[-1]].paragraph:
        lines = [line for line in lines if line is not read[-1]]  # an article's last line is its author's name
    named = [read[i] for i in stretch if _names_speaker(sentences[i], quotes[i], read[i])]
    if not named and not lines and stretch.start and sentences[stretch.start - 1].text.endswith(":"):
        lines = [read[stretch.start - 1]]
    after = stretch.stop
    if not named and not lines and after < len(read) and sentences[after].paragraph == sentences[stretch[-1]].paragraph:
        lines = [read[after]] if not quotes[after].spans and read[after].is_certain else []
    return next((sources.own for sources in [*named, *lines] if sources.own is not None), None)


def _introduced(index: int, sentences: Sequence[Sentence], quotes: Sequence[Quoted], read: Sequence[Sources]) -> Source | None:
    """The speaker of a paragraph without quotation marks, after a paragraph that ends in a colon and names a source."""
    before = sentences[index - 1]
    is_block = before.paragraph != sentences[index].paragraph and before.text.endswith(":") and not quotes[index].spans
    return read[index - 1].own if is_block and _names_speaker(before, quotes[index - 1], read[index - 1]) else None


def _block(index: int, sentences: Sequence[Sentence], quotes: Sequence[Quoted]) -> list[int]:
    """The sentences of a paragraph from `index` on, where none of them quotes."""
    paragraph = sentences[index].paragraph
    rest = list(takewhile(lambda i: sentences[i].paragraph == paragraph, range(index, len(sentences))))
    return [] if any(quotes[i].spans for i in rest) else rest


def _quotations(quotes: Sequence[Quoted]) -> list[range]:
    """The quotations of a body as ranges of sentences."""
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
    """Whether a source is outside the quoted words."""
    own = sources.own
    return own is not None and not quote.holds(own.start - sentence.start, own.end - sentence.start)


def is_quotation(text: str, quote: Quoted) -> bool:
    """Whether the sentence is nothing but quoted words."""
    inside = {at for start, end in quote.spans for at in range(start, end)}
    return all(at in inside for at, mark in enumerate(text) if mark.isalnum())


def states(text: str) -> bool:
    """Whether quoted words are a statement: with a predicate, and not a question."""
    words = words_in(text)
    return not text.rstrip(_CLOSING).endswith("?") and len(words) > 1 and has_predicate(words[1:], after=words[0])
