"""Two baselines that any model must beat: the text's shape alone, and its words without order."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

Array = NDArray[np.float64]
BASELINES = ("shape", "tfidf")


def shape_features(text: str) -> list[float]:
    """Casing, punctuation and length: nothing that says what the text is about."""
    words = text.split()
    letters = sum(c.isalpha() for c in text)
    return [
        len(text),
        len(words),
        sum(map(len, words)) / max(len(words), 1),
        sum(c.isupper() for c in text) / max(letters, 1),
        sum(w.isupper() and len(w) > 1 for w in words),
        sum(w[:1].isupper() for w in words) / max(len(words), 1),
        sum(c.isdigit() for c in text),
        *(text.count(mark) for mark in "?!:;,.-()'\""),
        len(re.findall("[“”„«»]", text)),
        len(re.findall("[‘’]", text)),
        text.count("…") + text.count("..."),
        text.count("—") + text.count("–"),
        float(text.rstrip("\"'”’ ")[-1:] in "?!."),
        float(text[:1].isdigit()),
        float(text[:1] in "\"'“‘"),
    ]


def fit_predict(
    name: str, train_texts: Sequence[str], is_positive_N: NDArray[np.bool_], test_texts: Sequence[str]
) -> Array:
    """Probabilities on the test texts from a baseline fitted on the train texts.

    Raises:
        ValueError: on an unknown name.
    """
    if is_positive_N.all() or not is_positive_N.any():
        return np.full(len(test_texts), float(is_positive_N.mean()))
    if name == "shape":
        model = HistGradientBoostingClassifier(max_iter=100, max_depth=4, learning_rate=0.06, random_state=0)
        model.fit(np.array([shape_features(t) for t in train_texts]), is_positive_N)
        found: Array = model.predict_proba(np.array([shape_features(t) for t in test_texts]))[:, 1]
    elif name == "tfidf":
        pipeline = make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True), LogisticRegression(C=4.0, max_iter=1000)
        )
        pipeline.fit(train_texts, is_positive_N)
        found = pipeline.predict_proba(test_texts)[:, 1]
    else:
        raise ValueError(f"unknown baseline {name!r}; known: {', '.join(BASELINES)}")
    return found
