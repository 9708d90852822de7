"""Finds spans that are valid markup and yet annotation errors."""

from collections.abc import Iterator, Sequence

from presscheck.data.schema import TOKEN_TAGS, Document, Segment

_EDGES = " ,;:"


def _problems(segment: Segment) -> Iterator[str]:
    for tag in set(segment.tags) & set(TOKEN_TAGS):
        last = 0
        for span in sorted((s for s in segment.spans if s.tag == tag), key=lambda s: s.start):
            marked = segment.text[span.start : span.end]
            if marked[0] in _EDGES or marked[-1] in _EDGES:
                yield f"{tag} span {marked!r} starts or ends with a space or a comma"
            if span.start < last:
                yield f"{tag} span {marked!r} overlaps another {tag} span"
            last = span.end
    if segment.labels.get("attributed") == 0 and any(s.tag in ("source", "cue", "content") for s in segment.spans):
        yield "a source, cue or content is marked in a segment that is not attributed"
    if segment.labels.get("loaded") == 0 and any(s.tag == "loaded" for s in segment.spans):
        yield "loaded words are marked in a segment that is not loaded"


def span_errors(documents: Sequence[Document]) -> list[str]:
    """One line per problem, as "id: problem: text"."""
    return [f"{d.id}: {problem}: {s.text}" for d in documents for s in d.segments for problem in _problems(s)]
