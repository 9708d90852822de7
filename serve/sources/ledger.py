"""The ledger of an article's sources: the mentions of one source joined, with the claims that rest on it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from presscheck.data.text.noun_phrase import NounPhrase, singular, take_apart, tokens_of
from presscheck.data.text.parts_of_speech import is_common_noun
from presscheck.data.text.source_type import RANK, is_pronoun
from presscheck.serve.record import LedgerEntry, ScoredSegment, Source
from presscheck.serve.sources.mentions import gender_of
from presscheck.serve.sources.spans import names_in

_WORD = re.compile(r"\w(?:[\w'’.,-]*\w)?")
_APPOSED = re.compile(r",\s|\s\(|\s(?:who|which)\s")  # what is said of a source after its name
_RESTS = ("attributed", "vague_source")
_TITLE_WORDS = 4


def count_words(text: str) -> int:
    """Words of a text; "it's" and "twenty-one" are one each."""
    return len(_WORD.findall(text))


@dataclass(slots=True)
class _Entry:
    """A source with all of its mentions.

    Attributes:
        called: nouns that it is called by, in the singular and in lower case: "minister", "ministry".
    """

    mentions: list[tuple[Source, NounPhrase]] = field(default_factory=list)
    places: set[tuple[int, int]] = field(default_factory=set)
    called: set[str] = field(default_factory=set)
    segments: list[int] = field(default_factory=list)
    words: int = 0

    def record(self) -> LedgerEntry:
        source, _ = max(self.mentions, key=lambda m: (m[1].is_name, len(_capitals(_shown(m[0])))))
        kind = min((source.type for source, _ in self.mentions), key=RANK.__getitem__)
        return LedgerEntry(name=_name_of(source) or _shown(source), type=kind, segments=self.segments, words=self.words)


def rests(segment: ScoredSegment) -> bool:
    """Whether the segment is a claim that rests on a source."""
    return segment.source is not None and segment.verdict in _RESTS


def ledger(segments: Sequence[ScoredSegment], words: Sequence[int]) -> list[LedgerEntry]:
    """The sources that claims rest on, in the order of first mention.

    Mentions are one source if they are at the same place; if they share a last name and no first name or title of gender parts them;
    where the words of an office are among those of the other, or an acronym is its initials; and where "the minister" or "the ministry"
    is what an earlier one is called. An indefinite description ("a neighbour") opens a new source.

    Args:
        words: of each segment, how many of its words are attributed.
    """
    texts = [segment.text for segment in segments]
    names = names_in(texts)
    entries: list[_Entry] = []
    for index, segment in enumerate(segments):
        if segment.source is None or not rests(segment):
            continue
        source = segment.source
        phrase = take_apart(_name_of(source) or _shown(source), names=names)
        entry = next((e for e in reversed(entries) if _is_one(e, source, phrase)), None)
        if entry is None:
            entry = _Entry()
            entries.append(entry)
        if (source.start, source.end) not in entry.places:
            entry.places.add((source.start, source.end))
            entry.mentions.append((source, phrase))
            entry.called |= _called(source, phrase, texts)
        entry.segments.append(index)
        entry.words += words[index]
    return [entry.record() for entry in entries]


def _shown(source: Source) -> str:
    return " ".join(source.text.split())


def _is_one(entry: _Entry, source: Source, phrase: NounPhrase) -> bool:
    if (source.start, source.end) in entry.places:
        return True
    same = any(_shown(other).lower() == _shown(source).lower() for other, _ in entry.mentions)
    if is_pronoun(source.text) or source.type in ("vague", "platform"):
        return same and all(other.type == source.type for other, _ in entry.mentions)
    if phrase.is_name and _capitals(phrase.head):
        return any(_is_same_name((other, known), (source, phrase)) for other, known in entry.mentions)
    if phrase.has("indefinite") or phrase.has("numbers"):
        return False
    is_definite = phrase.has("definite") or phrase.has("possessive")
    return same or (is_definite and not phrase.modifiers and phrase.lemma in entry.called)


def _is_same_name(one: tuple[Source, NounPhrase], other: tuple[Source, NounPhrase]) -> bool:
    (source, phrase), (source_, phrase_) = one, other
    if not phrase.is_name or not phrase_.is_name:
        return False
    names, names_ = _capitals(_name_of(source)), _capitals(_name_of(source_))
    if _initials(names) == phrase_.head.lower() or _initials(names_) == phrase.head.lower():
        return True
    if is_common_noun(phrase.lemma) or is_common_noun(phrase_.lemma) or phrase.head.isupper():
        mine, others = {name.lower() for name in names}, {name.lower() for name in names_}
        return bool(mine and others) and (mine <= others or others <= mine)
    if phrase.head.lower() != phrase_.head.lower():
        return False
    genders = {gender_of(_shown(source)), gender_of(_shown(source_))} - {None}
    given, given_ = _given(phrase), _given(phrase_)
    return len(genders) < 2 and (not given or not given_ or any(_is_given(a, b) for a in given for b in given_))


def _name_of(source: Source) -> str:
    return _APPOSED.split(_shown(source), maxsplit=1)[0]


def _capitals(text: str) -> list[str]:
    words = (re.sub(r"['’]s?$", "", word) for word, _ in tokens_of(text))
    return [word for word in words if word[:1].isupper() and word.lower() != "the"]


def _initials(names: Sequence[str]) -> str:
    return "".join(name[0] for name in names).lower() if len(names) > 1 else ""


def _given(phrase: NounPhrase) -> list[str]:
    """First names: capitalised words before the last name that are not titles."""
    return [w for w in phrase.modifiers if w[0].isupper() and len(w.rstrip(".")) > 0 and not is_common_noun(w.lower()) and not _is_short(w)]


def _is_short(word: str) -> bool:
    """An abbreviated title, "Gov."; not an initial."""
    return word.endswith(".") and len(word) > 2


def _is_given(one: str, other: str) -> bool:
    one, other = one.rstrip(".").lower(), other.rstrip(".").lower()
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])


def _called(source: Source, phrase: NounPhrase, texts: Sequence[str]) -> set[str]:
    """The nouns that a source is called by: its own head, titles before its name, and appositions."""
    if not phrase.is_name:
        return {phrase.lemma} if phrase.head else set()
    found = {phrase.lemma, *(m.lower() for m in phrase.modifiers)}
    found |= {name.lower() for name in _capitals(_name_of(source))}
    name = re.escape(phrase.head)
    for text in texts:
        for match in re.finditer(
            rf"(?P<before>(?:[\w.'’-]+\s+){{0,{_TITLE_WORDS}}})\b{name}\b(?:,\s+(?P<after>(?:an?|the|his|her|its)\s[^,.;]+))?",
            text,
        ):
            found |= {word.lower() for word in re.findall(r"[\w-]+", match["before"])[-_TITLE_WORDS:]}
            if match["after"]:
                found.add(take_apart(match["after"]).lemma)
    return {singular(word) for word in found if is_common_noun(word)}
