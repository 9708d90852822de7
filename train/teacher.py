"""Adds a larger model's probabilities as soft targets (Hinton et al. 2015, Distilling the knowledge in a neural network)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from presscheck.data.schema import LABELS_OF, TAGS_OF, Document, Segment, Span
from presscheck.serve.bundle import Bundle
from presscheck.serve.predict import SegmentScores
from presscheck.serve.progress_bar import ProgressBar
from presscheck.serve.scorer import Scorer
from presscheck.serve.spans import find_spans
from presscheck.train.scored import score_documents

_DOCUMENTS_AT_ONCE = 64


def taught(documents: Sequence[Document], bundle: Bundle, *, weight: float) -> Iterator[Document]:
    """The documents with the teacher's probabilities in their labels, in the same order.

    A label that people gave becomes (1 - weight) x theirs + weight x the teacher's; a missing label is the teacher's alone,
    and so are spans of tags that were not annotated. Lines that the model never reads stay unchanged.
    """
    scorer = Scorer(bundle)
    thresholds = {tag: bundle.manifest.tag_thresholds[tag] for tag in bundle.manifest.trained_tags}
    trained = set(bundle.manifest.trained_labels)
    with ProgressBar("teacher") as bar:
        bar.reach(0, len(documents))
        for start in range(0, len(documents), _DOCUMENTS_AT_ONCE):
            chunk = documents[start : start + _DOCUMENTS_AT_ONCE]
            found = {id(segment): scores for _, segment, scores in score_documents(chunk, scorer.parts)}
            for document in chunk:
                yield replace(
                    document,
                    segments=tuple(
                        _taught(s, found[id(s)], trained=trained, thresholds=thresholds, weight=weight) if id(s) in found else s
                        for s in document.segments
                    ),
                )
            bar.advance(len(chunk))


def _taught(segment: Segment, scores: SegmentScores, *, trained: set[str], thresholds: dict[str, float], weight: float) -> Segment:
    labels: dict[str, float] = {
        name: (1 - weight) * segment.labels[name] + weight * scores.labels[name] if name in segment.labels else scores.labels[name]
        for name in LABELS_OF[segment.kind]
        if name in trained
    }
    new = tuple(tag for tag in TAGS_OF[segment.kind] if tag in thresholds and tag not in segment.tags)
    spans = tuple(
        Span(tag, found.start, found.end) for tag in new for found in find_spans(scores, segment.text, tag, threshold=thresholds[tag])
    )
    return replace(segment, labels={**segment.labels, **labels}, spans=segment.spans + spans, tags=segment.tags + new)
