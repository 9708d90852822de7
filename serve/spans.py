"""From tag probabilities per token to spans of whole words."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby, pairwise

from presscheck.data.schema import TOKEN_TAGS
from presscheck.serve.predict import SegmentScores

MAX_GAP = 3
_CLAUSE_MARKS = set(".,;:!?()")


@dataclass(frozen=True, slots=True)
class FoundSpan:
    """A stretch of a segment's text and the mean probability of its words."""

    start: int
    end: int
    score: float


def _words(scores: SegmentScores, text: str, tag: str) -> list[FoundSpan]:
    """Words as runs of tokens without a gap that are not cut by punctuation; a word has its tokens' highest probability."""
    column = TOKEN_TAGS.index(tag)
    words: list[FoundSpan] = []
    for (start, end), value in zip(scores.offsets, scores.tags_TK[:, column], strict=True):
        previous = words[-1] if words else None
        joins = previous is not None and previous.end == start and text[start : start + 1].isalnum() and text[start - 1 : start].isalnum()
        if previous is not None and joins:
            words[-1] = FoundSpan(previous.start, end, max(previous.score, float(value)))
        else:
            words.append(FoundSpan(start, end, float(value)))
    return words


def find_spans(scores: SegmentScores, text: str, tag: str, *, threshold: float) -> list[FoundSpan]:
    """Spans of neighbouring words whose probability reaches the threshold.

    A gap of at most MAX_GAP words and marks between two such words is closed where each word in it reaches a third of the threshold, so
    that a quoted title and the name after it make one source. Marks at a span's ends do not belong to it.
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


def type_of(scores: SegmentScores, span: FoundSpan, tag: str, *, among: Collection[str]) -> str:
    """The likeliest type of a span: the one with the highest mean probability over its tokens.

    Args:
        among: the types that the model has learnt.
    """
    inside = [start < span.end and span.start < end for start, end in scores.offsets]
    means = {name: scores.tags_TK[inside, TOKEN_TAGS.index(f"{tag}:{name}")].mean() for name in among}
    return max(means, key=lambda name: means[name])


def _is_weak(word: FoundSpan, text: str, *, threshold: float) -> bool:
    """Whether a word may close a gap: a mark always may, unless it ends a clause."""
    shown = text[word.start : word.end]
    return word.score >= threshold / 3 if any(c.isalnum() for c in shown) else shown not in _CLAUSE_MARKS
