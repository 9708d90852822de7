"""Resolves sources that are pronouns to their antecedents."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from presscheck.data.text.noun_phrase import names_in, take_apart
from presscheck.data.text.quotation import Quoted
from presscheck.data.text.source_type import SourceType, source_type
from presscheck.serve.record import Source
from presscheck.serve.sources.mentions import Mention, base_of, can_be, gender_of, mentions_of, of_phrase, pronouns_in
from presscheck.serve.sources.spans import Sentence

_FARTHEST = 6  # sentences back
_BESIDE = 2  # a comma and a space


class Antecedents:
    """Finds the antecedents of pronouns in one body; it is given the sources of its sentences in order.

    A pronoun goes back to the nearest sentence that names somebody whom it agrees with: to that sentence's source, else to its first
    person, else to its first phrase. Text in quotation marks is somebody else's and does not count, and neither does text after the
    pronoun.
    """

    def __init__(self, sentences: Sequence[Sentence], quotes: Sequence[Quoted]) -> None:
        self._sentences = sentences
        self._starts = [sentence.start for sentence in sentences]
        self._quotes = quotes
        self._names = names_in([sentence.text for sentence in sentences])
        self._mentions: dict[int, list[Mention]] = {}
        self._genders: dict[str, str | None] = {}
        self._sources: list[Source | None] = []

    def add(self, source: Source | None) -> None:
        """Adds the source of the next sentence."""
        self._sources.append(source)

    def of(self, pronoun: Source) -> Source | None:
        """The antecedent of a source in one of the sentences, or None if nothing agrees with it."""
        base = base_of(pronoun.text)
        index = bisect_right(self._starts, pronoun.start) - 1
        at = pronoun.start - self._sentences[index].start
        if base is None:
            return self._relative(index, at)
        for place in range(index, max(index - _FARTHEST, 0) - 1, -1):
            found = next(self._candidates(place, base, before=at if place == index else None), None)
            if found is not None:
                return found.model_copy(update={"carried_over": True})
        return None

    def _relative(self, index: int, at: int) -> Source | None:
        """The phrase that "who" or "which" follows."""
        beside = [m for m in self._mentions_in(index) if 0 <= at - m.end <= _BESIDE]
        return self._source(self._sentences[index], beside[-1]) if beside else None

    def _candidates(self, place: int, base: str, *, before: int | None) -> Iterator[Source]:
        sentence = self._sentences[place]
        quote = self._quotes[place]
        cut = before if before is not None else len(sentence.text)
        if before is None:
            source = self._sources[place] if place < len(self._sources) else None
            if source is not None and base_of(source.text) is None and self._agrees_source(source, base):
                yield source
            same = [at for word, at in pronouns_in(sentence.text) if word == base and not quote.holds(at, at + 1)]
            cut = min([cut, *same])
        found = [m for m in self._mentions_in(place) if m.end <= cut and self._agrees(m, sentence.text, base)]
        if base in ("he", "she"):
            found.sort(key=lambda m: (m.kind != "person", not m.is_name))
        for mention in found:
            yield self._source(sentence, mention)

    def _agrees_source(self, source: Source, base: str) -> bool:
        if source.type in ("vague", "platform"):
            return base == "they"
        mention = of_phrase(source.text, 0, len(source.text))
        return self._agrees(mention, source.text, base)

    def _agrees(self, mention: Mention, text: str, base: str) -> bool:
        if base not in ("he", "she") or not can_be(mention, base):
            return can_be(mention, base)
        gender = gender_of(text[mention.start : mention.end]) or self._gender(mention.head.lower())
        return gender in (None, base)

    def _mentions_in(self, index: int) -> list[Mention]:
        """The mentions of a sentence outside quotation marks; most sentences are never asked for."""
        if index not in self._mentions:
            quote = self._quotes[index]
            mentions = mentions_of(self._sentences[index].text, self._names)
            self._mentions[index] = [m for m in mentions if not quote.holds(m.start, m.end)]
        return self._mentions[index]

    def _gender(self, name: str) -> str | None:
        """The pronoun that follows a last name in its sentences, where there is one and always the same."""
        if name not in self._genders:
            folded = name.casefold()
            votes = {self._vote(index, name) for index, s in enumerate(self._sentences) if folded in s.text.casefold()} - {None}
            self._genders[name] = votes.pop() if len(votes) == 1 else None
        return self._genders[name]

    def _vote(self, index: int, name: str) -> str | None:
        """The gender that a sentence gives the one person whom it names; None where that is somebody else."""
        people = [m for m in self._mentions_in(index) if m.is_name and m.kind != "thing"]
        if len(people) != 1 or people[0].head.lower() != name:
            return None
        (person,), text = people, self._sentences[index].text
        titled = gender_of(text[person.start : person.end])
        return titled or next((word for word, at in pronouns_in(text) if at > person.end and word in ("he", "she")), None)

    def _source(self, sentence: Sentence, mention: Mention) -> Source:
        text = sentence.text
        return Source(
            start=sentence.start + mention.start,
            end=sentence.start + mention.end,
            text=text[mention.start : mention.end],
            type=source_type(text, mention.start, mention.end, names=self._names),
            carried_over=True,
        )


def of_described(source: Source, known: Mapping[str, SourceType]) -> Source:
    """The source with the type of the one that a noun phrase such as "the officer" refers to.

    Args:
        known: the types of the sources before it, by the noun that each is called.
    """
    if source.type != "named" or not known:
        return source
    phrase = take_apart(source.text)
    if phrase.has("definite") and known.get(phrase.lemma) in ("anonymous", "vague"):
        return source.model_copy(update={"type": known[phrase.lemma]})
    return source
