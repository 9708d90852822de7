"""Finds quoted text: which characters of each sentence are between quotation marks, across sentences and paragraphs."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from presscheck.data.text.lexicon import bases, forms, noun_verbs, words
from presscheck.data.text.noun_phrase import is_determiner, singular, tokens_of

_CLOSES = {"“": "”", "„": "“", "«": "»", '"': '"', "‘": "’", "'": "'", "‹": "›"}
_SINGLE = "'‘"
_COLON_BEFORE = re.compile(r":\s*$")
_COLON_AFTER = re.compile(r"\s*:")
_ALSO_CLOSES = {"„": "“”", "“": '”"', '"': '"”'}
_MARK = re.compile(f"[{''.join({*_CLOSES, *_CLOSES.values()})}]")


@dataclass(frozen=True, slots=True)
class Quoted:
    """The quoted parts of a sentence.

    Attributes:
        spans: [start, end) of the quoted words in the sentence, marks included.
        runs_on: the sentence starts inside a quotation that an earlier sentence opened, or that a new paragraph reopens.
        stays_open: the quotation continues after the sentence.
    """

    spans: tuple[tuple[int, int], ...]
    runs_on: bool
    stays_open: bool

    def holds(self, start: int, end: int) -> bool:
        """Whether a stretch of the sentence is inside one quotation."""
        return bool(self.spans) and any(first <= start and end <= last for first, last in self.spans)

    def outside(self, text: str, *, between: str = "") -> str:
        """The sentence without its quotations, with `between` in the place of each."""
        starts, ends = [0, *(last for _, last in self.spans)], [*(first for first, _ in self.spans), len(text)]
        return between.join(text[start:end] for start, end in zip(starts, ends, strict=True))


def _opens(text: str, at: int) -> bool:
    """Whether a mark is in an opening position: after a space or a bracket, before a word."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return (not before or before.isspace() or before in "([{—–-:“‘\"'") and bool(after) and (not after.isspace() or at == 0)


def _closes(text: str, at: int) -> bool:
    """Whether a mark is in a closing position: after something, and not inside a word; or alone at a sentence's start."""
    return (at > 0 or text[1:2].isspace()) and not text[at + 1 : at + 2].isalnum()


def quoted(texts: Sequence[str], paragraphs: Sequence[int]) -> list[Quoted]:
    """The quoted parts of each sentence of a text.

    A quotation that runs over paragraphs opens again at each and closes once, at its end; or the next paragraph only closes it. One that is
    never closed ends with its paragraph.

    Args:
        paragraphs: for each sentence the number of its paragraph.
    """
    found: list[Quoted] = []
    mark: str | None = None
    for index, text in enumerate(texts):
        is_new = index == 0 or paragraphs[index] != paragraphs[index - 1]
        position = 0
        if mark is not None and is_new:
            if text[:1] == mark:
                position = 1
            elif not _closes_first(mark, texts[index : _end_of_paragraph(index, paragraphs)]):
                mark = None  # it was never closed
        runs_on = mark is not None
        start = 0
        spans: list[tuple[int, int]] = []
        last = {single: _last_closing(text, single) for single in _SINGLE if single in text}
        for marked in _MARK.finditer(text, position):
            at, character = marked.start(), marked.group()
            if mark is None:
                # A single mark that nothing closes in its sentence is an apostrophe.
                if character in _CLOSES and _opens(text, at) and last.get(character, len(text)) >= at + 2:
                    mark, start = character, at
            elif character in _ALSO_CLOSES.get(mark, _CLOSES[mark]) and _closes(text, at):
                spans.append((start, at + 1))
                mark = None
        if mark is not None:
            spans.append((start, len(text)))
        found.append(Quoted(tuple(spans), runs_on, mark is not None))
    return found


def _end_of_paragraph(index: int, paragraphs: Sequence[int]) -> int:
    number = paragraphs[index]
    return next((later for later in range(index, len(paragraphs)) if paragraphs[later] != number), len(paragraphs))


def _closes_first(mark: str, texts: Sequence[str]) -> bool:
    """Whether the first mark of this kind in a paragraph closes a quotation."""
    closing = _ALSO_CLOSES.get(mark, _CLOSES[mark])
    for text in texts:
        for marked in _MARK.finditer(text):
            at, character = marked.start(), marked.group()
            if character in closing and _closes(text, at):
                return True
            if character == mark and _opens(text, at):
                return False
    return False


def _last_closing(text: str, mark: str) -> int:
    """Where the last mark stands that closes what this one opens; -1 where there is none."""
    at = len(text)
    while (at := text.rfind(_CLOSES[mark], 0, at)) >= 0 and not _closes(text, at):
        pass
    return at


def paragraphs_of(body: str, sentences: Sequence[tuple[int, int]]) -> list[int]:
    """For each sentence of a body the number of its paragraph: a line break between two sentences starts one."""
    numbers: list[int] = []
    last = 0
    for start, end in sentences:
        numbers.append((numbers[-1] if numbers else 0) + ("\n" in body[last:start]))
        last = end
    return numbers


def has_speaker(text: str, quote: Quoted, *, is_cue: Callable[[int, int], bool]) -> bool:
    """Whether a headline names the speaker of its quotation: by a colon beside it, or by a word outside it that attributes.

    Args:
        is_cue: whether the words at these offsets attribute something, by the model.
    """
    if any(_COLON_BEFORE.search(text[:start]) or _COLON_AFTER.match(text[end:]) for start, end in quote.spans):
        return True
    tokens = tokens_of(text)
    for (before, _), (word, at), (after, _) in zip([("", 0), *tokens[:-1]], tokens, [*tokens[1:], ("", 0)], strict=True):
        end = at + len(word)
        if not quote.holds(at, end) and (_is_verb(word.lower(), before.lower(), after.lower()) or is_cue(at, end)):
            return True
    return False


def _is_verb(word: str, before: str, after: str) -> bool:
    """Whether a word is a verb of saying; one that may be a noun ("calls", "claims") is told by its context."""
    if word not in forms():
        return False
    if word not in noun_verbs() and singular(word) not in noun_verbs():
        return True
    has_subject = bool(before) and before[0].isalnum() and not is_determiner(before) and not before.endswith("'s")
    return word not in bases() and has_subject and after[:1].isalnum() and after not in words("prepositions")
