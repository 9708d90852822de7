"""Turns tag probabilities per token into spans of whole words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter

from presscheck.data.schema import TOKEN_TAGS
from presscheck.serve.predict import SegmentScores

MAX_GAP = 3
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)+")
_Word = tuple[int, int, float]  # start, end and score: there are too many for a class
_CLAUSE_MARKS = set(".,;:!?()")


@dataclass(frozen=True, slots=True)
class FoundSpan:
    """A stretch of a segment's text and the mean probability of its words."""

    start: int
    end: int
    score: float


def _words(scores: SegmentScores, text: str, values: Sequence[float]) -> list[_Word]:
    """Words: runs of tokens without a gap, cut at punctuation not inside a number ("1,800"); each has its tokens' highest probability."""
    words: list[_Word] = []
    in_numbers = {at for found in _NUMBER.finditer(text) for at in range(found.start() + 1, found.end())}
    first = last = -1
    highest = 0.0
    for (start, end), value in zip(scores.offsets, values, strict=True):
        if last == start and ((text[start : start + 1].isalnum() and text[start - 1 : start].isalnum()) or start in in_numbers):
            last, highest = end, max(highest, value)
            words[-1] = (first, last, highest)
        else:
            first, last, highest = start, end, value
            words.append((first, last, highest))
    return words


def find_spans(scores: SegmentScores, text: str, tag: str, *, threshold: float) -> list[FoundSpan]:
    """Spans of neighbouring words whose probability reaches the threshold.

    A gap of at most MAX_GAP words and punctuation marks is closed if each word in it reaches a third of the threshold, so
    that a quoted title and the name after it form one source. Marks at a span's ends do not belong to it.
    """
    values: list[float] = scores.tags_TK[:, TOKEN_TAGS.index(tag)].tolist()
    if max(values, default=0.0) < threshold:
        return []
    words = _words(scores, text, values)
    chosen = [score >= threshold for _, _, score in words]
    for first, last in pairwise([index for index, is_in in enumerate(chosen) if is_in]):
        gap = range(first + 1, last)
        if 0 < len(gap) <= MAX_GAP and all(_is_weak(words[index], text, threshold=threshold) for index in gap):
            for index in gap:
                chosen[index] = True
    spans: list[FoundSpan] = []
    for is_in, run in groupby(zip(words, chosen, strict=True), key=itemgetter(1)):
        if not is_in:
            continue
        inside = [word for word, _ in run]
        while inside and not text[slice(*inside[-1][:2])][-1:].isalnum():
            inside.pop()
        while inside and not text[slice(*inside[0][:2])][:1].isalnum():
            inside.pop(0)
        if inside:
            spans.append(FoundSpan(inside[0][0], inside[-1][1], sum(score for _, _, score in inside) / len(inside)))
    return spans


def _is_weak(word: _Word, text: str, *, threshold: float) -> bool:
    """Whether a word may close a gap: punctuation always may, unless it ends a clause."""
    start, end, score = word
    shown = text[start:end]
    return score >= threshold / 3 if any(c.isalnum() for c in shown) else shown not in _CLAUSE_MARKS
