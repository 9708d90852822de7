"""Evaluates the predicted genre of articles whose genre is known."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from presscheck.data.bootstrap import Estimate, bootstrap
from presscheck.data.schema import GENRES, Document
from presscheck.serve.genre import CAPPED
from presscheck.serve.record import Record


@dataclass(frozen=True, slots=True)
class GenreReport:
    """Results on the articles that have a genre label and are long enough for a prediction.

    Attributes:
        macro_f1: mean F1 over the genres among them.
        confusion: true genre to predicted genre to number of articles.
        capped: true genre to how many would have their level capped.
    """

    n: int
    macro_f1: Estimate
    confusion: Mapping[str, Mapping[str, int]]
    capped: Mapping[str, int]

    def recall(self, genre: str) -> float:
        """Share of a genre's articles that are predicted as it."""
        row = self.confusion[genre]
        return row.get(genre, 0) / sum(row.values())


def measure_genre(articles: Sequence[tuple[Document, Record]], *, cap: float, resamples: int) -> GenreReport | None:
    """Evaluates records of documents whose genre is known; None if none was judged."""
    found = [(d, d.article_genre, r.notes.genre) for d, r in articles if d.article_genre and r.notes.genre]
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
