"""Fits the genre of an article from its named features.

Shapes: A articles, F features, G genres.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from presscheck.data.schema import GENRES, Genre
from presscheck.serve.genre import CAPPED, GENRE_FEATURES, standardised
from presscheck.serve.manifest import GenreModel, GenreWeight

Array = NDArray[np.float64]
_FOLDS = 5
_MIN_ARTICLES = _FOLDS  # of a genre, one for each fold
_TEMPERATURES = (0.2, 5.0)
_LOWEST_CAP = 0.5  # below it another genre is more likely


def _fit(values_AF: Array, genres_A: NDArray[np.int64], *, l2: float) -> tuple[Array, Array, Array, Array]:
    """Means and scales (F,), weights (F, G) and intercepts (G,); every genre weighs as much as every other."""
    mean_F, scale_F = values_AF.mean(axis=0), values_AF.std(axis=0)
    scale_F = np.where(scale_F > 1e-9, scale_F, 1.0)
    model = LogisticRegression(C=1.0 / l2, class_weight="balanced", max_iter=2000)
    model.fit(_standardised(values_AF, mean_F, scale_F), genres_A)
    coefficients_GF, intercepts_G = model.coef_, model.intercept_
    if len(coefficients_GF) == 1:  # with two genres the library keeps one row, their difference
        coefficients_GF = np.concatenate([-coefficients_GF, coefficients_GF]) / 2
        intercepts_G = np.concatenate([-intercepts_G, intercepts_G]) / 2
    return mean_F, scale_F, coefficients_GF.T, intercepts_G


def _standardised(values_AF: Array, mean_F: Array, scale_F: Array) -> Array:
    rows = [
        [standardised(value, mean=mean, scale=scale) for value, mean, scale in zip(row, mean_F, scale_F, strict=True)] for row in values_AF
    ]
    return np.array(rows)


def _held_out(values_AF: Array, genres_A: NDArray[np.int64], *, l2: float) -> Array:
    """Logits (A, G) of every article by a model that was fitted without it."""
    logits_AG = np.zeros((len(genres_A), int(genres_A.max()) + 1))
    for train, test in StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(values_AF, genres_A):
        mean_F, scale_F, weights_FG, intercepts_G = _fit(values_AF[train], genres_A[train], l2=l2)
        logits_AG[test] = _standardised(values_AF[test], mean_F, scale_F) @ weights_FG + intercepts_G
    return logits_AG


def _temperature(logits_AG: Array, genres_A: NDArray[np.int64]) -> float:
    """The divisor of the logits whose probabilities fit the held-out articles best (Guo et al. 2017, On calibration)."""
    rows = np.arange(len(genres_A))
    found = minimize_scalar(
        lambda temperature: -float(log_softmax(logits_AG / temperature, axis=1)[rows, genres_A].mean()),
        bounds=_TEMPERATURES,
        method="bounded",
    )
    return float(found.x)


def _cap(probabilities_AG: Array, genres: Sequence[Genre], is_news_A: NDArray[np.bool_], *, most: float) -> float:
    """The lowest probability of opinion or satire at which no more than `most` of the news would be capped."""
    likeliest_A = probabilities_AG.argmax(axis=1)
    is_capped_A = np.isin(likeliest_A, [index for index, name in enumerate(genres) if name in CAPPED])
    wrongly = np.sort(probabilities_AG.max(axis=1)[is_capped_A & is_news_A])[::-1]
    allowed = int(most * is_news_A.sum())
    lowest = float(np.nextafter(wrongly[allowed], 2.0)) if len(wrongly) > allowed else _LOWEST_CAP
    return min(max(lowest, _LOWEST_CAP), 1.0)


def fit_genre(rows: Sequence[Mapping[str, float]], genres: Sequence[Genre], *, l2: float, news_capped: float) -> GenreModel | None:
    """Fits the genre model on articles' features, scored by a model that was not trained on them.

    Args:
        news_capped: share of the news that may be predicted as opinion or satire with enough confidence to cap its level.

    Returns:
        None if fewer than two genres have enough articles (five), or news is not among them.
    """
    counts = Counter(genres)
    known = tuple(name for name in GENRES if counts[name] >= _MIN_ARTICLES)
    if len(known) < 2 or "news" not in known:
        return None
    kept = [(row, genre) for row, genre in zip(rows, genres, strict=True) if genre in known]
    values_AF = np.array([[row[name] for name in GENRE_FEATURES] for row, _ in kept])
    genres_A = np.array([known.index(genre) for _, genre in kept])
    logits_AG = _held_out(values_AF, genres_A, l2=l2)
    temperature = _temperature(logits_AG, genres_A)
    probabilities_AG = softmax(logits_AG / temperature, axis=1)
    found_A, is_news_A = probabilities_AG.argmax(axis=1), genres_A == known.index("news")
    cap = _cap(probabilities_AG, known, is_news_A, most=news_capped)
    is_capped_A = np.isin(found_A, [index for index, name in enumerate(known) if name in CAPPED])
    mean_F, scale_F, weights_FG, intercepts_G = _fit(values_AF, genres_A, l2=l2)
    return GenreModel(
        genres=known,
        intercepts=tuple((intercepts_G / temperature).tolist()),
        features={
            name: GenreWeight(mean=float(mean_F[i]), scale=float(scale_F[i]), weights=tuple((weights_FG[i] / temperature).tolist()))
            for i, name in enumerate(GENRE_FEATURES)
        },
        cap=cap,
        articles=len(kept),
        macro_f1=float(f1_score(genres_A, found_A, average="macro")),
        news_capped=float((is_capped_A & (probabilities_AG.max(axis=1) >= cap))[is_news_A].mean()),
    )
