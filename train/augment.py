"""Augments texts with changes that keep their labels, such as those in users' copies.

Each change is a list of edits, so that spans keep pointing at their words.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from presscheck.configs.section import ChangeName
from presscheck.data.schema import Document, Segment

_NAME = re.compile(r"(?<=[\w,;:] )(?!I\b)[A-Z][\w'-]+(?: [A-Z][\w'-]+){0,2}")
_WORD = re.compile(r"[A-Za-z]{4,}")
_DOUBLE_QUOTE = re.compile('["“”]')
_HOMOGLYPHS = dict(zip("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ", strict=True))
_LETTERS_PER_HOMOGLYPH, _WORDS_PER_TYPO = 12, 12
Names = Mapping[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement for [start, end)."""

    start: int
    end: int
    text: str


def apply(segment: Segment, edits: Iterable[Edit]) -> Segment:
    """Applies edits to a segment and moves its spans; a span that is edited away is dropped.

    An edit that keeps the length keeps every offset; any other counts as a whole, so that a swapped name stays part of its source. Edits
    do not overlap.
    """
    pieces: list[str] = []
    moved: list[int] = []  # new position of each character of the old text, and of its end
    position = length = 0
    for edit in sorted(edits, key=lambda e: e.start):
        pieces += [segment.text[position : edit.start], edit.text]
        moved += range(length, length + edit.start - position)
        length += edit.start - position
        kept = len(edit.text) == edit.end - edit.start
        moved += range(length, length + len(edit.text)) if kept else [length] * (edit.end - edit.start)
        length += len(edit.text)
        position = edit.end
    pieces.append(segment.text[position:])
    moved += range(length, length + len(segment.text) - position + 1)
    text = "".join(pieces)
    ends = [(span, moved[span.start], moved[span.end]) for span in segment.spans]
    if not text.strip():
        return segment
    return replace(segment, text=text, spans=tuple(replace(s, start=a, end=b) for s, a, b in ends if a < b))


def _drop_question_mark(segment: Segment, _generator: random.Random, _names: Names) -> list[Edit]:
    text = segment.text
    return [Edit(len(text) - 1, len(text), "")] if segment.kind == "headline" and text.endswith("?") else []


def _requote(segment: Segment, generator: random.Random, _names: Names) -> list[Edit]:
    """Curly, straight or no double quotation marks."""
    found = [match.start() for match in _DOUBLE_QUOTE.finditer(segment.text)]
    style = generator.choice(("curly", "straight", "none"))
    marks = {"curly": "“”", "straight": '""', "none": ("", "")}[style]
    return [Edit(at, at + 1, marks[number % 2]) for number, at in enumerate(found)]


def _typos(segment: Segment, generator: random.Random, _names: Names) -> list[Edit]:
    """A letter doubled, dropped or swapped with its neighbour, inside one word of twelve."""
    words = list(_WORD.finditer(segment.text))
    edits = []
    for word in generator.sample(words, k=-(-len(words) // _WORDS_PER_TYPO)):
        at = word.start() + generator.randrange(1, len(word.group()) - 1)
        pair = segment.text[at : at + 2]
        edits.append(Edit(at, at + 2, generator.choice((pair[0] + pair, pair[1], pair[::-1]))))
    return edits


def _homoglyphs(segment: Segment, generator: random.Random, _names: Names) -> list[Edit]:
    """A Cyrillic look-alike in place of one letter of twelve."""
    places = [index for index, letter in enumerate(segment.text) if letter in _HOMOGLYPHS]
    chosen = generator.sample(places, k=-(-len(places) // _LETTERS_PER_HOMOGLYPH))
    return [Edit(index, index + 1, _HOMOGLYPHS[segment.text[index]]) for index in chosen]


def _recase(segment: Segment, generator: random.Random, _names: Names) -> list[Edit]:
    """All lower case, all upper case or Title Case; a word whose length changes with case stays."""
    change: Callable[[str], str] = generator.choice((str.lower, str.upper, str.title))
    return [
        Edit(word.start(), word.end(), changed)
        for word in re.finditer(r"\S+", segment.text)
        if len(changed := change(word.group())) == len(word.group())
    ]


def _names_in(text: str) -> list[re.Match[str]]:
    """Capitalised words inside a text in sentence case; in capitals or title case a name cannot be told from any other word."""
    words = _WORD.findall(text)
    if sum(word[0].isupper() for word in words) > len(words) / 2:
        return []
    return list(_NAME.finditer(text))


def _swap_names(segment: Segment, generator: random.Random, names: Names) -> list[Edit]:
    """Swaps in other names of as many words, from the same corpus."""
    edits = []
    for match in _names_in(segment.text):
        others = names.get(len(match.group().split()))
        if others:
            edits.append(Edit(match.start(), match.end(), generator.choice(others)))
    return edits


CHANGES: Mapping[ChangeName, Callable[[Segment, random.Random, Names], list[Edit]]] = {
    "case": _recase,
    "question_mark": _drop_question_mark,
    "quotes": _requote,
    "names": _swap_names,
    "typos": _typos,
    "homoglyphs": _homoglyphs,
}


def names_of(documents: Iterable[Document], *, least: int = 2) -> Names:
    """Names that occur at least so often in the texts, by their number of words."""
    counts = Counter(match.group() for d in documents for s in d.segments for match in _names_in(s.text))
    found: dict[int, list[str]] = {}
    for name, count in sorted(counts.items()):
        if count >= least:
            found.setdefault(len(name.split()), []).append(name)
    return found


def augment(document: Document, shares: Mapping[ChangeName, float], names: Names, *, seed: str) -> Document:
    """The document with each change made with its own probability, the same in all of its segments.

    Args:
        shares: name of a change in CHANGES to its probability per document.
        names: see `names_of`.
        seed: the random seed; the changes depend on it and on the document's id.
    """
    generator = random.Random(f"{seed}/{document.id}")  # noqa: S311 - not cryptography
    if document.judged_headlines:  # every text draws names of its own: a headline's would no longer be its body's
        shares = {change: share for change, share in shares.items() if change != "names"}
    for change, share in sorted(shares.items()):
        if generator.random() < share:
            state = generator.random()
            document = replace(
                document,
                segments=tuple(
                    apply(segment, CHANGES[change](segment, random.Random(f"{state}/{index}"), names))  # noqa: S311 - as above
                    for index, segment in enumerate(document.segments)
                ),
            )
    return document
