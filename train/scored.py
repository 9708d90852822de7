"""Scores labelled documents as the scorer would read them, segment by segment, for calibration and evaluation."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from presscheck.data.article import Article
from presscheck.data.passages import TextPart
from presscheck.data.schema import Document, Segment
from presscheck.serve.predict import PartScores, SegmentScores
from presscheck.serve.record import Record
from presscheck.serve.scorer import Scorer

Scored = tuple[Document, Segment, SegmentScores]


@dataclass(frozen=True, slots=True)
class LabelledPart:
    """What is read together: a headline alone, or a body's sentences, behind a headline where there is one.

    Attributes:
        headline: the document's own, or one of the judged ones.
    """

    segments: tuple[Segment, ...]
    headline: Segment | None = None

    @property
    def text(self) -> TextPart:
        """What the model reads of it."""
        return TextPart([segment.text for segment in self.segments], self.headline.text if self.headline else None)


def parts_of(document: Document) -> list[LabelledPart]:
    """The headline alone, and the body without repeats behind the document's own headline."""
    headline = document.headline
    body = tuple(s for s in document.sentences if "repeat" not in s.notes)
    alone = [LabelledPart((headline,))] if headline else []
    return alone + ([LabelledPart(body, headline)] if body else [])


def pairs_of(document: Document) -> Iterator[LabelledPart]:
    """The body behind each headline that was held against it."""
    body = tuple(s for s in document.sentences if "repeat" not in s.notes)
    if body:
        yield from (LabelledPart(body, headline) for headline in document.judged_headlines)


def score_documents(
    documents: Sequence[Document], score: Callable[[Sequence[TextPart]], list[PartScores]], *, in_front: bool = False
) -> list[Scored]:
    """Scores every segment of the documents in its annotated boundaries.

    Args:
        in_front: whether the model reads bodies behind headlines; then every judged headline is scored in front of its body, too.
    """
    parts = [(document, part, False) for document in documents for part in parts_of(document)]
    if in_front:
        parts += [(document, part, True) for document in documents for part in pairs_of(document)]
    found = score([part.text for _, part, _ in parts])
    scored: list[Scored] = []
    for (document, part, is_pair), scores in zip(parts, found, strict=True):
        if not is_pair:
            scored += [(document, segment, one) for segment, one in zip(part.segments, scores.segments, strict=True)]
        elif part.headline and scores.headline:
            scored.append((document, part.headline, scores.headline))
    return scored


def told(document: Document) -> list[str]:
    """The sentences of the body that tell something: no captions, no boilerplate, no repeats."""
    return [s.text for s in document.sentences if not {"repeat", "caption", "boilerplate"} & s.notes]


def as_article(document: Document) -> Article:
    """The document as plain text."""
    return Article(document.id, document.headline.text if document.headline else None, document.body_text()[0] or None)


def score_articles(documents: Sequence[Document], scorer: Scorer) -> list[tuple[Document, Record]]:
    """Records of the whole articles of which somebody gave the review label or the genre, scored as a reader would get them."""
    whole = [d for d in documents if d.headline and d.sentences and (d.review is not None or d.article_genre)]
    return list(zip(whole, scorer.score(as_article(d) for d in whole), strict=True))
