"""How varied the wording of a corpus is: openings, names, lengths."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from presscheck.data.schema import Document
from presscheck.data.text.normalise import plain
from presscheck.data.text.words import words_of

_NAME = re.compile(r"(?<=[\w,;:] )(?!I\b)[A-Z][\w'-]+(?: (?:(?:de|da|van|von|bin|al|of|the) )?[A-Z][\w'-]+)*")
_OPENING = 3
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Wording:
    """Variety of one kind of segment.

    Attributes:
        distinct_openings: share of segments whose first three words open no segment of another story.
        frequent_openings: the openings that most stories share, with their counts.
        names: runs of capitalised words inside sentences: mentions, distinct ones, and the most frequent with their counts.
        words: quantiles of the number of words (QUANTILES).
    """

    distinct_openings: float
    frequent_openings: tuple[tuple[str, int], ...]
    name_mentions: int
    distinct_names: int
    frequent_names: tuple[tuple[str, int], ...]
    words: tuple[int, ...]


def wording(documents: Sequence[Document], kind: str) -> Wording:
    """Measures all segments of a kind."""
    items = [(d.group, s.text) for d in documents for s in d.segments if s.kind == kind]
    openings = [(group, " ".join(words_of(text)[:_OPENING])) for group, text in items]
    stories = Counter(opening for _, opening in set(openings))
    names = Counter(name for _, text in items for name in _NAME.findall(plain(text)))
    return Wording(
        distinct_openings=sum(stories[opening] == 1 for _, opening in openings) / max(len(openings), 1),
        frequent_openings=tuple(stories.most_common(8)),
        name_mentions=names.total(),
        distinct_names=len(names),
        frequent_names=tuple(names.most_common(8)),
        words=tuple(int(q) for q in np.quantile([len(text.split()) for _, text in items] or [0], QUANTILES)),
    )
