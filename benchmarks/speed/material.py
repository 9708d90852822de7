"""What is scored: the test headlines of the starter corpus, and articles of about 500 words made of its sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import cycle, islice

import numpy as np
from numpy.typing import NDArray

from presscheck.configs.loader import load
from presscheck.data.article import Article
from presscheck.data.dataset.documents import load_splits
from presscheck.data.schema import POSITIVE, Document, SplitName

WORDS_PER_ARTICLE = 500


@cache
def splits() -> dict[SplitName, list[Document]]:
    """The starter corpus in its splits."""
    return {name: list(part) for name, part in load_splits(load("starter").data).items()}


@dataclass(frozen=True, slots=True)
class Headlines:
    """Texts and whether each is sensational (N,)."""

    texts: list[str]
    is_sensational_N: NDArray[np.bool_]  # noqa: N815 - the shape suffix


def headlines(split: SplitName) -> Headlines:
    """Every headline of a split."""
    found = [d.headline for d in splits()[split] if d.headline]
    return Headlines([h.text for h in found], np.array([h.labels["sensational"] >= POSITIVE for h in found]))


def as_articles(texts: Sequence[str], count: int) -> list[Article]:
    """So many headline-only articles; the texts come again where they do not suffice."""
    return [Article(str(number), text, None) for number, text in enumerate(islice(cycle(texts), count))]


def long_articles(count: int) -> list[Article]:
    """So many articles of 500 words to the sentence: test and train sentences of the corpus, one paragraph a source article."""
    documents = [d for split in ("test", "train") for d in splits()[split] if d.sentences and d.headline]
    found: list[Article] = []
    paragraphs: list[str] = []
    words = 0
    for document in cycle(documents):
        sentences: list[str] = []
        for sentence in document.sentences:
            if words < WORDS_PER_ARTICLE:
                sentences.append(sentence.text)
                words += len(sentence.text.split())
        paragraphs.append(" ".join(sentences))
        if words >= WORDS_PER_ARTICLE and document.headline:
            found.append(Article(str(len(found)), document.headline.text, "\n\n".join(paragraphs)))
            paragraphs, words = [], 0
            if len(found) == count:
                return found
    return found
