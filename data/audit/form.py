"""Measures how well labels can be predicted from the form of the texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

from presscheck.data.audit.probes import PROBES, SHAPE_FEATURES, cross_validated, fit_predict, shape_features
from presscheck.data.bootstrap import Estimate, bootstrap
from presscheck.data.schema import SEGMENT_LABELS, Document, Segment, SplitName
from presscheck.data.text.support import content_stems_of

_MIN_POSITIVES = 20


@dataclass(frozen=True, slots=True)
class ProbeFigure:
    """The ROC AUC of a probe over five folds of train and dev, and on the test split."""

    label: str
    probe: str
    cross_validated: Estimate
    test: Estimate


def _asked(documents: Sequence[Document], label: str) -> list[tuple[str, Segment, bool]]:
    return [
        (d.group, s, s.is_positive(label)) for d in documents for s in d.labelled_texts if label in s.labels and "repeat" not in s.notes
    ]


def _auc(probabilities_N: np.ndarray, is_positive_N: np.ndarray, groups: Sequence[str]) -> Estimate:
    def statistic(index: np.ndarray) -> dict[str, float | None]:
        one_class = len(set(is_positive_N[index])) < 2
        return {"auc": None if one_class else float(roc_auc_score(is_positive_N[index], probabilities_N[index]))}

    return bootstrap(statistic, groups, resamples=200)["auc"]


def probe_figures(splits: Mapping[SplitName, Sequence[Document]]) -> list[ProbeFigure]:
    """Runs every probe on every label with enough positives and negatives."""
    found = []
    for label in SEGMENT_LABELS:
        known, held_out = _asked([*splits["train"], *splits["dev"]], label), _asked(splits["test"], label)
        is_positive_N = np.array([y for _, _, y in known], dtype=bool)
        if min(is_positive_N.sum(), (~is_positive_N).sum(), len(held_out)) < _MIN_POSITIVES:
            continue
        texts, groups = [s.text for _, s, _ in known], [g for g, _, _ in known]
        for name in PROBES:
            inside = _auc(cross_validated(name, texts, is_positive_N, groups), is_positive_N, groups)
            outside = fit_predict(name, texts, is_positive_N, [s.text for _, s, _ in held_out])
            test = _auc(outside, np.array([y for _, _, y in held_out]), [g for g, _, _ in held_out])
            found.append(ProbeFigure(label, name, inside, test))
    return found


def overlap_auc(documents: Sequence[Document]) -> Estimate:
    """The ROC AUC of a judged headline's share of words that its body holds, for the label `supported`."""
    items = [(d.group, s, content_stems_of(d.body_text()[0])) for d in documents for s in d.judged_headlines]
    words = [content_stems_of(s.text) for _, s, _ in items]
    held_N = np.array([len(own & body) / max(len(own), 1) for own, (*_, body) in zip(words, items, strict=True)])
    is_positive_N = np.array([s.is_positive("supported") for _, s, _ in items], dtype=bool)
    return _auc(held_N, is_positive_N, [group for group, *_ in items]) if items else Estimate(None, None, None)


def feature_auc(documents: Sequence[Document]) -> dict[str, dict[str, float]]:
    """Label to shape feature to the ROC AUC of that feature alone."""
    table: dict[str, dict[str, float]] = {}
    for label in SEGMENT_LABELS:
        items = _asked(documents, label)
        is_positive_N = np.array([y for _, _, y in items], dtype=bool)
        if is_positive_N.any() and not is_positive_N.all():
            features_NF = np.array([shape_features(s.text) for _, s, _ in items])
            table[label] = {name: float(roc_auc_score(is_positive_N, features_NF[:, column])) for column, name in enumerate(SHAPE_FEATURES)}
    return table
