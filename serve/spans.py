"""From tag probabilities per token to spans of whole words."""

from dataclasses import dataclass

from presscheck.data.schema import TOKEN_TAGS
from presscheck.serve.predict import SegmentScores

SPAN_THRESHOLD = 0.5
_JOINING = set("-'’/&.,")


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
        joins = (
            previous is not None
            and previous.end == start
            and text[start : start + 1].isalnum()
            and text[start - 1 : start].isalnum()
        )
        if previous is not None and joins:
            words[-1] = FoundSpan(previous.start, end, max(previous.score, float(value)))
        else:
            words.append(FoundSpan(start, end, float(value)))
    return words


def find_spans(scores: SegmentScores, text: str, tag: str) -> list[FoundSpan]:
    """Spans of neighbouring words whose probability reaches SPAN_THRESHOLD.

    One joining mark between two such words ("Vice-President", "O'Neill") does not cut a span; marks at its ends do not belong to it.
    """
    words = _words(scores, text, tag)
    chosen = [word.score >= SPAN_THRESHOLD for word in words]
    for index in range(1, len(words) - 1):
        if (
            not chosen[index]
            and chosen[index - 1]
            and chosen[index + 1]
            and text[words[index].start : words[index].end] in _JOINING
        ):
            chosen[index] = True
    spans: list[FoundSpan] = []
    run: list[FoundSpan] = []
    for word, is_in in [*zip(words, chosen, strict=True), (FoundSpan(0, 0, 0.0), False)]:
        if is_in:
            run.append(word)
            continue
        while run and not text[run[-1].start : run[-1].end][-1:].isalnum():
            run.pop()
        while run and not text[run[0].start : run[0].end][:1].isalnum():
            run.pop(0)
        if run:
            spans.append(FoundSpan(run[0].start, run[-1].end, sum(w.score for w in run) / len(run)))
        run = []
    return spans
