"""Measures the agreement of two labelling passes over the same texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score

from presscheck.data.bootstrap import Estimate, bootstrap
from presscheck.data.schema import SEGMENT_LABELS, TOKEN_TAGS, Document, Segment
from presscheck.data.text.normalise import plain

_NOTES = ("speculation",)
Pair = tuple[str, Segment, Segment]


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement of two passes.

    Attributes:
        kappa: Cohen's kappa (Cohen 1960) per label and note, and "review" per article; `sensational` is cut at 0.5.
        strength_kappa: kappa of the strength of sensational framing in four steps with quadratic weights (Cohen 1968).
        span_f1: F1 of the characters that both passes tag, per tag; the second pass is scored against the first.
        counts: items behind each figure.
        missing: items that are missing from the second pass, as "id: text".
    """

    kappa: Mapping[str, Estimate]
    strength_kappa: Estimate
    span_f1: Mapping[str, Estimate]
    counts: Mapping[str, int]
    missing: tuple[str, ...]


def _texts(document: Document) -> list[tuple[tuple[str, str, str], Segment]]:
    """Every labelled text with its key: story, what it is, words."""
    kinds = [segment.kind for segment in document.segments] + ["judged headline"] * len(document.judged_headlines)
    return [
        ((document.group, kind, " ".join(plain(segment.text).split())), segment)
        for kind, segment in zip(kinds, document.labelled_texts, strict=True)
    ]


def matched(first: Sequence[Document], second: Sequence[Document]) -> tuple[list[Pair], list[tuple[Document, Segment]]]:
    """Pairs of a text's two labellings, as (group, first, second), and the texts that are missing from the second pass."""
    votes: dict[tuple[str, str, str], list[Segment]] = {}
    for document in second:
        for key, segment in _texts(document):
            votes.setdefault(key, []).append(segment)
    pairs, missing = [], []
    for document in first:
        for key, segment in _texts(document):
            found = votes.get(key)
            if found:
                pairs.append((document.group, segment, found.pop(0)))
            else:
                missing.append((document, segment))
    return pairs, missing


def _kappa(one_N: NDArray[np.generic], two_N: NDArray[np.generic], groups: Sequence[str], *, weights: str | None = None) -> Estimate:
    def statistic(index: NDArray[np.intp]) -> dict[str, float | None]:
        if len(set(one_N[index]) | set(two_N[index])) < 2:
            return {"kappa": None}
        return {"kappa": float(cohen_kappa_score(one_N[index], two_N[index], weights=weights))}

    return bootstrap(statistic, groups, resamples=200)["kappa"] if len(groups) else Estimate(None, None, None)


def _characters(segment: Segment, tag: str) -> NDArray[np.bool_]:
    covered = np.zeros(len(segment.text), dtype=bool)
    for span in segment.spans:
        if span.tag == tag:
            covered[span.start : span.end] = True
    return covered


def _span_f1(pairs: Sequence[Pair], tag: str) -> Estimate:
    asked = [
        (g, _characters(a, tag), _characters(b, tag)) for g, a, b in pairs if tag in a.tags and tag in b.tags and len(a.text) == len(b.text)
    ]
    if not asked:
        return Estimate(None, None, None)
    counts = np.array([[(a & b).sum(), a.sum(), b.sum()] for _, a, b in asked], dtype=np.float64)

    def statistic(index: NDArray[np.intp]) -> dict[str, float | None]:
        both, one, two = counts[index].sum(axis=0)
        return {"f1": float(2 * both / (one + two)) if one + two else None}

    return bootstrap(statistic, [g for g, _, _ in asked], resamples=200)["f1"]


def agreement(first: Sequence[Document], second: Sequence[Document]) -> Agreement:
    """Compares two passes; segments are matched by story group, kind and text, articles by their id."""
    pairs, missing = matched(first, second)
    kappa: dict[str, Estimate] = {}
    counts: dict[str, int] = {}
    for label in SEGMENT_LABELS:
        asked = [(g, a, b) for g, a, b in pairs if label in a.labels and label in b.labels]
        if not asked:
            continue
        one_N = np.array([a.is_positive(label) for _, a, _ in asked])
        two_N = np.array([b.is_positive(label) for _, _, b in asked])
        kappa[label], counts[label] = _kappa(one_N, two_N, [g for g, _, _ in asked]), len(asked)
    claims = [(g, a, b) for g, a, b in pairs if a.labels.get("claim") and b.labels.get("claim")]
    for note in _NOTES:
        one_N = np.array([note in a.notes for _, a, _ in claims])
        two_N = np.array([note in b.notes for _, _, b in claims])
        kappa[note], counts[note] = _kappa(one_N, two_N, [g for g, _, _ in claims]), len(claims)
    reviews = {d.id: d.review for d in second if d.review is not None}
    reviewed = [d for d in first if d.review is not None and d.id in reviews]
    one_N = np.array([d.review == 1 for d in reviewed])
    two_N = np.array([reviews[d.id] == 1 for d in reviewed])
    kappa["review"], counts["review"] = _kappa(one_N, two_N, [d.group for d in reviewed]), len(reviewed)
    headlines = [(g, a, b) for g, a, b in pairs if "sensational" in a.labels and "sensational" in b.labels]
    one_N = np.array([round(3 * a.labels["sensational"]) for _, a, _ in headlines])
    two_N = np.array([round(3 * b.labels["sensational"]) for _, _, b in headlines])
    strength = _kappa(one_N, two_N, [g for g, _, _ in headlines], weights="quadratic")
    spans = {tag: _span_f1(pairs, tag) for tag in TOKEN_TAGS}
    return Agreement(kappa, strength, spans, counts, tuple(f"{d.id}: {s.text}" for d, s in missing))
