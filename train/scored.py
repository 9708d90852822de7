"""Scores labelled documents as the scorer would read them, segment by segment, for calibration and evaluation."""

from collections.abc import Callable, Sequence

from presscheck.data.article import Article
from presscheck.data.schema import Document, Segment
from presscheck.serve.predict import SegmentScores
from presscheck.serve.record import Record
from presscheck.serve.scorer import Scorer

Scored = tuple[Document, Segment, SegmentScores]


def parts_of(document: Document) -> list[tuple[Segment, ...]]:
    """The parts that are read together: the headline alone, and the body without repeats."""
    body = tuple(s for s in document.sentences if "repeat" not in s.notes)
    return [part for part in ((document.headline,) if document.headline else (), body) if part]


def score_documents(documents: Sequence[Document], score: Callable[[Sequence[Sequence[str]]], list[list[SegmentScores]]]) -> list[Scored]:
    """Scores every segment of the documents in its annotated boundaries; `score` maps lists of texts to lists of scores."""
    parts = [(document, part) for document in documents for part in parts_of(document)]
    found = score([[segment.text for segment in part] for _, part in parts])
    return [
        (document, segment, scores)
        for (document, part), part_scores in zip(parts, found, strict=True)
        for segment, scores in zip(part, part_scores, strict=True)
    ]


def as_article(document: Document) -> Article:
    """The document as plain text."""
    return Article(document.id, document.headline.text if document.headline else None, document.body_text()[0] or None)


def score_articles(documents: Sequence[Document], scorer: Scorer) -> list[tuple[Document, Record]]:
    """Records of the whole articles of which somebody gave the review label or the genre, scored as a reader would get them."""
    whole = [d for d in documents if d.headline and d.sentences and (d.review is not None or d.article_genre)]
    return list(zip(whole, scorer.score(as_article(d) for d in whole), strict=True))
