"""Who speaks in the turns of a transcript or an interview."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from presscheck.data.text.noun_phrase import names_in, tokens_of
from presscheck.data.text.parts_of_speech import is_common_noun
from presscheck.data.text.source_type import source_type
from presscheck.data.text.turn_labels import is_answering, is_asking
from presscheck.data.text.turns import Turn, turns_of
from presscheck.serve.record import Source
from presscheck.serve.sources.mentions import Mention, mentions_of
from presscheck.serve.sources.spans import Sentence

_INTERVIEW = re.compile(
    r"\b(?:interview\w*|(?:sp[eo]aks?|spoke|talk\w*|chat\w*|caught up|sat down|met) (?:with|to)|asked|answer(?:s|ed)|discuss(?:es|ed))\b",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!?:…][\"'”’)\]]*$")
_INITIALS = re.compile(r"(?:[A-Z]\.?){2,4}$")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a sentence is in a text that is told in turns.

    Attributes:
        source: who says it; None where nobody does, or where it is not known.
        is_claim: False for a label alone and for what an interviewer asks.
        said: the sentence without its label.
    """

    source: Source | None
    is_claim: bool
    said: str


def turns_in(sentences: Sequence[Sentence]) -> list[Turn]:
    """The turns of a text; none where it is not told in turns."""
    return turns_of([sentence.text for sentence in sentences], [sentence.paragraph for sentence in sentences])


def spoken_in(sentences: Sequence[Sentence], turns: Sequence[Turn]) -> dict[int, Spoken]:
    """By its index, each sentence that stands in a turn."""
    if not turns:
        return {}
    texts = [sentence.text for sentence in sentences]
    people = _People(sentences, turns, names_in(texts))
    found: dict[int, Spoken] = {}
    for turn in turns:
        source = None if turn.asks else people.speaker(turn)
        for place, index in enumerate(turn.sentences):
            said = texts[index][turn.label.said_from :] if turn.label and place == 0 else texts[index]
            is_elsewhere = place > 0 and source is not None
            spoken = source.model_copy(update={"carried_over": True}) if source is not None and is_elsewhere else source
            found[index] = Spoken(spoken if said else None, is_claim=bool(said) and not turn.asks, said=said)
    return found


class _People:
    """The people of a text, by what stands before its turns."""

    def __init__(self, sentences: Sequence[Sentence], turns: Sequence[Turn], names: frozenset[str]) -> None:
        self._sentences = sentences
        self._names = names
        labels = {turn.sentences[0] for turn in turns if turn.label}
        first = turns[0].sentences[0]
        self._lead = [(sentence, list(_people_in(sentence, names))) for sentence in sentences[:first]]
        self._before = [(s, list(_people_in(s, names))) for i, s in enumerate(sentences) if i not in labels]
        self._interviewee = _interviewee(self._lead)

    def speaker(self, turn: Turn) -> Source | None:
        """Who speaks in a turn that does not ask."""
        if turn.label is None:
            return self._interviewee
        sentence = self._sentences[turn.sentences[0]]
        shown = sentence.text[turn.label.start : turn.label.end]
        if is_answering(turn.label.name) and self._interviewee is not None:
            return self._interviewee
        known = self._known(shown, before=sentence.start)
        is_letter = is_answering(turn.label.name) or is_asking(turn.label.name)
        if known is not None and (_INITIALS.match(shown) or not _is_name(known, shown)):
            return known
        text = shown.title() if shown.isupper() and not _INITIALS.match(shown) else shown
        kind = "anonymous" if is_letter else "named" if known is not None else source_type(text, names=self._names)
        return Source(
            start=sentence.start + turn.label.start,
            end=sentence.start + turn.label.end,
            text=shown,
            type=kind,
            carried_over=False,
        )

    def _known(self, label: str, *, before: int) -> Source | None:
        """An earlier mention, by name, of the person that a label stands for: by last name, by initials, or by a title in front of it."""
        words = [word.strip(".").casefold() for word, _ in tokens_of(re.sub(r"\s*[,(].*", "", label)) if word[0].isalnum()]
        if not words:
            return None
        for sentence, people in self._before:
            if sentence.start >= before:
                break
            for mention in people:
                name = sentence.text[mention.start : mention.end].split()
                capitals = "".join(word[0] for word in name if word[0].isupper())
                titles = {word.casefold() for word in name[:-1] if is_common_noun(word.casefold())}
                is_known = mention.head.casefold() == words[-1] or words[-1] in titles
                if is_known or (_INITIALS.match(label) and capitals == label.replace(".", "")):
                    return _source_at(sentence, mention)
        return None


def _is_name(known: Source, label: str) -> bool:
    """Whether a label has the last name of whom it stands for."""
    return known.text.split()[-1].casefold() in label.casefold()


def _people_in(sentence: Sentence, names: frozenset[str]) -> Iterator[Mention]:
    return (m for m in mentions_of(sentence.text, names) if m.is_name and m.kind != "thing")


def _source_at(sentence: Sentence, mention: Mention) -> Source:
    return Source(
        start=sentence.start + mention.start,
        end=sentence.start + mention.end,
        text=sentence.text[mention.start : mention.end],
        type="named",
        carried_over=True,
    )


def _interviewee(lead: Sequence[tuple[Sentence, Sequence[Mention]]]) -> Source | None:
    """The one person who is interviewed as the lead's first or last paragraph has it, else the one person of the lead.

    Where whoever asks is named as well, it is the one of them that the lead names in another sentence too.
    """
    people: dict[str, Source] = {}
    places: dict[str, set[int]] = {}
    asked: set[str] = set()
    edges = {lead[0][0].paragraph, lead[-1][0].paragraph} if lead else set()
    for place, (sentence, mentions) in enumerate(lead):
        if not _SENTENCE_END.search(sentence.text):
            continue  # a heading or a byline
        for mention in mentions:
            name = mention.head.casefold()
            if mention.kind == "person":
                people.setdefault(name, _source_at(sentence, mention))
            if name in people:
                places.setdefault(name, set()).add(place)
                if sentence.paragraph in edges and _INTERVIEW.search(sentence.text):
                    asked.add(name)
    chosen = _only({name for name in asked if len(places[name]) > 1} if len(asked) > 1 else asked or people.keys())
    return people[chosen] if chosen else None


def _only(names: Set[str]) -> str | None:
    return next(iter(names)) if len(names) == 1 else None
