"""What the project aims at on each corpus, and each measure as a function of items.

Shapes: N items (segments or tokens).
"""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, f1_score, mean_squared_error, precision_recall_curve

from presscheck.data.corpora.registry import folder_of
from presscheck.data.rows.tables import table_rows
from presscheck.data.schema import POSITIVE
from presscheck.eval.metrics import Array

Index = NDArray[np.intp]
Statistic = Callable[[Array, Array, Index], float | None]


@dataclass(frozen=True, slots=True)
class Target:
    """One figure that the project aims at.

    Attributes:
        output: "label/NAME" or "tag/NAME".
        aim: None where the figure is only reported.
        official: the corpus' own test part, read from the publisher's files; else the test split of the training data.
        higher: whether more is better.
    """

    corpus: str
    output: str
    measure: str
    aim: float | None
    official: bool = True
    higher: bool = True

    @property
    def key(self) -> str:
        """Its row in the tables, and its metric in MLflow."""
        return f"{self.corpus} {self.output} {self.measure}"


TARGETS = (
    Target("webis", "label/clickbait", "explainable variance", 0.82, official=False),
    Target("webis", "label/clickbait", "mean squared error", 0.026, official=False, higher=False),
    Target("webis", "label/clickbait", "F1", 0.71, official=False),
    Target("polnear", "label/attributed", "F1", 0.945),
    Target("polnear", "label/attributed", "macro-F1", 0.925),
    Target("polnear", "tag/source", "token F1", 0.82),
    Target("polnear", "tag/cue", "token F1", 0.70),
    Target("polnear", "tag/content", "token F1", 0.905),
    Target("gum-news", "label/attributed", "F1", None),
    Target("gum-news", "label/attributed", "AP", None),
    Target("ptc", "tag/loaded", "token F1", None, official=False),
    Target("ptc", "label/loaded", "AP", None, official=False),
    Target("babe", "label/loaded", "macro-F1", 0.80, official=False),
    Target("claimbuster", "label/claim", "F1", 0.945),
    Target("claimbuster", "label/claim", "AP", 0.98),
    Target("checkthat24", "label/checkworthy", "F1", 0.78),
    Target("checkthat-subj", "label/subjective", "macro-F1", 0.78),
    Target("starter", "label/sensational", "AP", None, official=False),
    Target("starter", "label/loaded", "AP", None, official=False),
    Target("starter", "label/claim", "AP", None, official=False),
    Target("starter", "label/attributed", "AP", None, official=False),
)


def best_threshold(probabilities_N: Array, is_positive_N: NDArray[np.bool_]) -> float:
    """The threshold of the best F1."""
    precision, recall, thresholds = precision_recall_curve(is_positive_N, probabilities_N)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return float(thresholds[int(np.argmax(f1[:-1]))]) if len(thresholds) else 0.5


def rater_noise(corpora: Path) -> float:
    """Variance of the mean of Webis' five raters around the strength that many raters would give: their unbiased variance over five."""
    rows = table_rows(folder_of("webis", corpora) / "truth.jsonl")
    return statistics.fmean(statistics.variance(row["truthJudgments"]) / 5 for _, row in rows)


def statistic(measure: str, threshold: float, *, noise: float) -> Statistic:
    """A measure as a function of probabilities, targets and the items that are asked.

    The share of explainable variance leaves the raters' noise out of both the error and the variance: 1 is a model that errs by no more
    than the noise.
    """

    def variance_share(p: Array, y: Array, i: Index) -> float | None:
        explainable = float(np.var(y[i])) - noise
        return 1 - (float(mean_squared_error(y[i], p[i])) - noise) / explainable if explainable > 0 else None

    def f1(p: Array, y: Array, i: Index) -> float | None:
        return float(f1_score(y[i] > POSITIVE, p[i] >= threshold, zero_division=0.0))

    known: Mapping[str, Statistic] = {
        "explainable variance": variance_share,
        "mean squared error": lambda p, y, i: float(mean_squared_error(y[i], p[i])),
        "F1": f1,
        "token F1": f1,
        "macro-F1": lambda p, y, i: float(f1_score(y[i] > POSITIVE, p[i] >= threshold, average="macro")),
        "AP": lambda p, y, i: float(average_precision_score(y[i] > POSITIVE, p[i])) if (y[i] > POSITIVE).any() else None,
    }
    return known[measure]
