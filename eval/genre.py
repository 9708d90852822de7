"""Which genre the model gives to articles whose genre is known."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from presscheck.data.bootstrap import Estimate, bootstrap
from presscheck.data.schema import GENRES, Document
from presscheck.serve.genre import CAPPED
from presscheck.serve.scorer import Scorer
from presscheck.train.scored import as_article


@dataclass(frozen=True, slots=True)
class GenreReport:
    """Genres of the articles that have one and are long enough to be given one.

    Attributes:
        macro_f1: mean of the F1 of every genre that is among them.
        confusion: genre of the article to genre given to its number of articles.
        capped: genre of the article to how many would have their level capped.
    """

    n: int
    macro_f1: Estimate
    confusion: Mapping[str, Mapping[str, int]]
    capped: Mapping[str, int]

    def recall(self, genre: str) -> float:
        """Share of the articles of a genre that are given it."""
        row = self.confusion[genre]
        return row.get(genre, 0) / sum(row.values())


def measure_genre(scorer: Scorer, documents: Sequence[Document], *, cap: float, resamples: int) -> GenreReport | None:
    """What the scorer makes of documents whose genre is known; None if there is none that it can judge."""
    known = [d for d in documents if d.article_genre and d.headline and d.sentences]
    records = scorer.score(as_article(d) for d in known)
    found = [(d, d.article_genre, r.notes.genre) for d, r in zip(known, records, strict=True) if r.notes.genre]
    if not found:
        return None
    asked, given = [str(genre) for _, genre, _ in found], [one.value for _, _, one in found]
    present = [genre for genre in GENRES if genre in asked]
    pairs = Counter(zip(asked, given, strict=True))
    capped = Counter(genre for _, genre, one in found if one.value in CAPPED and one.p >= cap)

    def metrics(index: NDArray[np.intp]) -> dict[str, float | None]:
        true, said = [asked[i] for i in index], [given[i] for i in index]
        labels = [genre for genre in present if genre in true]
        return {"macro_f1": float(f1_score(true, said, labels=labels, average="macro", zero_division=0.0))}

    return GenreReport(
        n=len(found),
        macro_f1=bootstrap(metrics, [d.group for d, _, _ in found], resamples=resamples)["macro_f1"],
        confusion={genre: {other: pairs[genre, other] for other in GENRES if pairs[genre, other]} for genre in present},
        capped={genre: capped[genre] for genre in present},
    )
