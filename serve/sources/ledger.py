"""The ledger of an article's sources: the mentions of one source joined, with the claims that rest on it."""

import re
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from presscheck.data.text.noun_phrase import NounPhrase, names_in, singular, take_apart, tokens_of
from presscheck.data.text.parts_of_speech import is_common_noun
from presscheck.data.text.source_type import RANK, SourceType, is_pronoun
from presscheck.serve.record import LedgerEntry, ScoredSegment, Source
from presscheck.serve.sources.mentions import gender_of

_WORD = re.compile(r"\w(?:[\w'’.,-]*\w)?")
_APPOSED = re.compile(r",\s|\s\(|\s(?:who|which)\s")  # what is said of a source after its name
_NAMED_BEHIND = re.compile(r",\s+(?P<name>(?:[A-Z][\w.'’-]*\s?){2,4}),?$")  # "its deputy minister, Ana Ruiz"
_POSSESSIVE = re.compile(r"['’]s?$")
_RESTS = ("attributed", "vague_source")
_TITLE_WORDS = 4
_BEFORE = re.compile(rf"(?:[\w.'’-]+\s+){{1,{_TITLE_WORDS}}}$")
_BEFORE_CHARS = 100
_BEHIND = re.compile(r",\s+(?P<phrase>(?:an?|the|his|her|its)\s[^,.;]+)")


def count_words(text: str) -> int:
    """Words of a text; "it's" and "twenty-one" are one each."""
    return len(_WORD.findall(text))


@dataclass(frozen=True, slots=True)
class _Mention:
    """A source as a sentence mentions it, with what is compared of it.

    Attributes:
        shown: its words on one line.
        name: what stands before an apposition; the apposition, where that is the name ("its deputy minister, Ana Ruiz").
        capitals: the capitalised words of the name.
        office: the noun before the name in apposition.
    """

    source: Source
    phrase: NounPhrase
    shown: str
    name: str
    capitals: tuple[str, ...]
    office: str = ""

    @property
    def keys(self) -> set[Hashable]:
        """What mentions of one source share at least one of, besides the nouns that the source is called by."""
        words = {self.shown, self.phrase.head, self.phrase.lemma, _initials(self.capitals), *self.capitals}
        place = (self.source.start, self.source.end)
        return {place, *(word.lower() for word in words if word)}


def _mention(source: Source, names: frozenset[str]) -> _Mention:
    shown = " ".join(source.text.split())
    name, office = _APPOSED.split(shown, maxsplit=1)[0], ""
    behind = _NAMED_BEHIND.search(shown)
    if behind and not _capitals(name):
        name, office = behind["name"].strip(), take_apart(name).lemma
    return _Mention(source, take_apart(name or shown, names=names), shown, name, tuple(_capitals(name)), office)


@dataclass(slots=True)
class _Entry:
    """A source with all of its mentions.

    Attributes:
        mentions: those that differ in their words or their type.
        called: nouns that it is called by, in the singular and in lower case: "minister", "ministry".
    """

    mentions: dict[tuple[str, SourceType], _Mention] = field(default_factory=dict)
    places: set[tuple[int, int]] = field(default_factory=set)
    called: set[str] = field(default_factory=set)
    segments: list[int] = field(default_factory=list)
    words: int = 0

    def record(self) -> LedgerEntry:
        mentions = self.mentions.values()
        fullest = max(mentions, key=lambda m: (m.phrase.is_name, len(_capitals(m.shown))))
        kind = min((m.source.type for m in mentions), key=RANK.__getitem__)
        return LedgerEntry(name=fullest.name or fullest.shown, type=kind, segments=self.segments, words=self.words)


class _Surroundings:
    """What stands beside the names of a body. It reads no name's surroundings twice."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._known: dict[str, frozenset[str]] = {}

    def of(self, name: str) -> frozenset[str]:
        """The words before a name where it stands ("the harbour minister Ruiz"), and the nouns of what is said of it behind a comma."""
        if name not in self._known:
            self._known[name] = frozenset(self._read(name))
        return self._known[name]

    def _read(self, name: str) -> set[str]:
        found: set[str] = set()
        if not re.match(r"\w", name):
            return found
        whole = re.compile(rf"\b(?={re.escape(name)}\b)")
        places = [(text, match.start()) for text in self._texts if name in text for match in whole.finditer(text)]
        for text, at in places:
            before = _BEFORE.search(text[max(at - _BEFORE_CHARS, 0) : at])
            if before:
                found |= {word.lower() for word in re.findall(r"[\w-]+", before.group())[-_TITLE_WORDS:]}
            behind = _BEHIND.match(text, at + len(name))
            if behind:
                found.add(take_apart(behind["phrase"]).lemma)
        return found


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
    surroundings = _Surroundings(texts)
    entries: list[_Entry] = []
    by_key: dict[Hashable, set[int]] = defaultdict(set)
    for index, segment in enumerate(segments):
        if segment.source is None or not rests(segment):
            continue
        mention = _mention(segment.source, names)
        keys = mention.keys
        near: set[int] = set().union(*(by_key.get(key, ()) for key in keys))
        number = next((n for n in sorted(near, reverse=True) if _is_one(entries[n], mention)), len(entries))
        if number == len(entries):
            entries.append(_Entry())
        entry = entries[number]
        entry.places.add((segment.source.start, segment.source.end))
        if (mention.shown, segment.source.type) not in entry.mentions:
            entry.mentions[mention.shown, segment.source.type] = mention
            entry.called |= _called(mention, surroundings)
            keys |= entry.called
        for key in keys:
            by_key[key].add(number)
        entry.segments.append(index)
        entry.words += words[index]
    return [entry.record() for entry in entries]


def is_same_source(one: LedgerEntry, other: LedgerEntry, *, names: frozenset[str]) -> bool:
    """Whether an entry of one ledger is the source of an entry of another, by the words of their names.

    Args:
        names: words that are known to be names.
    """
    mention, mention_ = (
        _mention(Source(start=0, end=len(e.name), text=e.name, type=e.type, carried_over=False), names) for e in (one, other)
    )
    entry = _Entry({(mention.shown, one.type): mention}, called=_called(mention, _Surroundings(())))
    return _is_one(entry, mention_)


def _is_one(entry: _Entry, mention: _Mention) -> bool:
    source, phrase = mention.source, mention.phrase
    if (source.start, source.end) in entry.places:
        return True
    others = entry.mentions.values()
    same = any(other.shown.lower() == mention.shown.lower() for other in others)
    if is_pronoun(source.text) or source.type in ("vague", "platform"):
        return same and all(other.source.type == source.type for other in others)
    if phrase.is_name and _capitals(phrase.head):
        return any(_is_same_name(other, mention) for other in others)
    if phrase.has("indefinite") or phrase.has("numbers"):
        return False
    is_definite = phrase.has("definite") or phrase.has("possessive")
    return same or (is_definite and not phrase.modifiers and phrase.lemma in entry.called)


def _is_same_name(one: _Mention, other: _Mention) -> bool:
    phrase, phrase_ = one.phrase, other.phrase
    if not phrase.is_name or not phrase_.is_name:
        return False
    if _initials(one.capitals) == phrase_.head.lower() or _initials(other.capitals) == phrase.head.lower():
        return True
    if is_common_noun(phrase.lemma) or is_common_noun(phrase_.lemma) or phrase.head.isupper():
        mine, others = {name.lower() for name in one.capitals}, {name.lower() for name in other.capitals}
        return bool(mine and others) and (mine <= others or others <= mine)
    if phrase.head.lower() != phrase_.head.lower():
        return False
    genders = {gender_of(one.shown), gender_of(other.shown)} - {None}
    given, given_ = _given(phrase), _given(phrase_)
    return len(genders) < 2 and (not given or not given_ or any(_is_given(a, b) for a in given for b in given_))


def _capitals(text: str) -> list[str]:
    words = [_POSSESSIVE.sub("", word) for word, _ in tokens_of(text) if word[0].isupper()]
    return [word for word in words if word.lower() != "the"]


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


def _called(mention: _Mention, surroundings: _Surroundings) -> set[str]:
    """The nouns that a source is called by: its own head, titles before its name, and what stands in apposition to it."""
    phrase = mention.phrase
    if not phrase.is_name:
        return {phrase.lemma} if phrase.head else set()
    found = {
        phrase.lemma,
        mention.office,
        *(word.lower() for word in (*phrase.modifiers, *mention.capitals)),
        *surroundings.of(phrase.head),
    }
    return {singular(word) for word in found if is_common_noun(word)}
