"""Turns tag probabilities per token into spans of whole words."""

import re
from dataclasses import dataclass
from itertools import groupby, pairwise

from presscheck.data.schema import TOKEN_TAGS
from presscheck.serve.predict import SegmentScores

MAX_GAP = 3
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)+")
_CLAUSE_MARKS = set(".,;:!?()")


@dataclass(frozen=True, slots=True)
class FoundSpan:
    """A stretch of a segment's text and the mean probability of its words."""

    start: int
    end: int
    score: float


def _words(scores: SegmentScores, text: str, tag: str) -> list[FoundSpan]:
    """Words: runs of tokens without a gap, cut at punctuation not inside a number ("1,800"); each has its tokens' highest probability."""
    column = TOKEN_TAGS.index(tag)
    words: list[FoundSpan] = []
    in_numbers = {at for found in _NUMBER.finditer(text) for at in range(found.start() + 1, found.end())}
    previous: FoundSpan | None = None
    for (start, end), value in zip(scores.offsets, scores.tags_TK[:, column].tolist(), strict=True):
        joins = (
            previous is not None
            and previous.end == start
            and ((text[start : start + 1].isalnum() and text[start - 1 : start].isalnum()) or start in in_numbers)
        )
        if previous is not None and joins:
            previous = words[-1] = FoundSpan(previous.start, end, max(previous.score, value))
        else:
            previous = FoundSpan(start, end, value)
            words.append(previous)
    return words


def find_spans(scores: SegmentScores, text: str, tag: str, *, threshold: float) -> list[FoundSpan]:
    """Spans of neighbouring words whose probability reaches the threshold.

    A gap of at most MAX_GAP words and punctuation marks is closed if each word in it reaches a third of the threshold, so
    that a quoted title and the name after it form one source. Marks at a span's ends do not belong to it.
    """
    if not (scores.tags_TK[:, TOKEN_TAGS.index(tag)] >= threshold).any():
        return []
    words = _words(scores, text, tag)
    chosen = [word.score >= threshold for word in words]
    for first, last in pairwise([index for index, is_in in enumerate(chosen) if is_in]):
        gap = range(first + 1, last)
        if len(gap) <= MAX_GAP and all(_is_weak(words[index], text, threshold=threshold) for index in gap):
            for index in gap:
                chosen[index] = True
    spans: list[FoundSpan] = []
    for is_in, run in groupby(zip(words, chosen, strict=True), key=lambda pair: pair[1]):
        if not is_in:
            continue
        inside = [word for word, _ in run]
        while inside and not text[inside[-1].start : inside[-1].end][-1:].isalnum():
            inside.pop()
        while inside and not text[inside[0].start : inside[0].end][:1].isalnum():
            inside.pop(0)
        if inside:
            spans.append(FoundSpan(inside[0].start, inside[-1].end, sum(w.score for w in inside) / len(inside)))
    return spans


def _is_weak(word: FoundSpan, text: str, *, threshold: float) -> bool:
    """Whether a word may close a gap: punctuation always may, unless it ends a clause."""
    shown = text[word.start : word.end]
    return word.score >= threshold / 3 if any(c.isalnum() for c in shown) else shown not in _CLAUSE_MARKS
