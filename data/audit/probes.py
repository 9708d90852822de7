"""Artefact probes: classifiers that see too little to solve the task. Their scores show how much the form of the texts gives away.

`shape` sees casing, punctuation and length, `length` the length alone, `tfidf` words without order. The evaluation takes the
same classifiers as baselines that any model must beat.
"""

import re
from collections.abc import Callable, Sequence
from operator import methodcaller

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

Array = NDArray[np.float64]
PROBES = ("shape", "length", "tfidf")
SHAPE_FEATURES: dict[str, Callable[[str], float]] = {
    "characters": len,
    "words": lambda text: len(text.split()),
    "mean word length": lambda text: sum(map(len, text.split())) / max(len(text.split()), 1),
    "upper-case letters": lambda text: sum(c.isupper() for c in text) / max(sum(c.isalpha() for c in text), 1),
    "words in capitals": lambda text: sum(w.isupper() and len(w) > 1 for w in text.split()),
    "capitalised words": lambda text: sum(w[:1].isupper() for w in text.split()) / max(len(text.split()), 1),
    "digits": lambda text: sum(c.isdigit() for c in text),
    **{f"count of {mark}": methodcaller("count", mark) for mark in "?!:;,.-()'\""},
    "curly double quotes": lambda text: len(re.findall("[“”„«»]", text)),
    "curly single quotes": lambda text: len(re.findall("[‘’]", text)),
    "ellipses": lambda text: text.count("…") + text.count("..."),
    "long dashes": lambda text: text.count("—") + text.count("–"),
    "ends with a mark": lambda text: text.rstrip("\"'”’ ")[-1:] in "?!.",
    "opens with a digit": lambda text: text[:1].isdigit(),
    "opens with a quote": lambda text: text[:1] in "\"'“‘",
}


def shape_features(text: str) -> list[float]:
    """The values of SHAPE_FEATURES: nothing that says what the text is about."""
    return [float(feature(text)) for feature in SHAPE_FEATURES.values()]


def _shapes(texts: Sequence[str]) -> Array:
    return np.array([shape_features(text) for text in texts])


def _lengths(texts: Sequence[str]) -> Array:
    return np.log1p([[len(text), len(text.split())] for text in texts])


def probe(name: str) -> Pipeline:
    """An unfitted classifier over texts.

    Raises:
        ValueError: on an unknown name.
    """
    if name == "shape":
        boosting = HistGradientBoostingClassifier(max_iter=100, max_depth=4, learning_rate=0.06, random_state=0)
        return make_pipeline(FunctionTransformer(_shapes), boosting)
    if name == "length":
        return make_pipeline(FunctionTransformer(_lengths), StandardScaler(), LogisticRegression())
    if name == "tfidf":
        words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        return make_pipeline(words, LogisticRegression(C=4.0, max_iter=1000))
    raise ValueError(f"unknown probe {name!r}; known: {', '.join(PROBES)}")


def fit_predict(name: str, train_texts: Sequence[str], is_positive_N: NDArray[np.bool_], test_texts: Sequence[str]) -> Array:
    """Probabilities on the test texts from a probe fitted on the train texts.

    Raises:
        ValueError: on an unknown name.
    """
    if is_positive_N.all() or not is_positive_N.any():
        return np.full(len(test_texts), float(is_positive_N.mean()))
    found: Array = probe(name).fit(train_texts, is_positive_N).predict_proba(test_texts)[:, 1]
    return found


def cross_validated(name: str, texts: Sequence[str], is_positive_N: NDArray[np.bool_], groups: Sequence[str], *, folds: int = 5) -> Array:
    """Out-of-fold probabilities of every text; a story group is never on both sides of a fold."""
    found: Array = cross_val_predict(probe(name), texts, is_positive_N, groups=groups, cv=GroupKFold(folds), method="predict_proba")[:, 1]
    return found
