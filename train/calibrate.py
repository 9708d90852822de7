"""Fits calibration of every output, and thresholds on cross-fitted scores.

Shapes: N items (segments or tokens).
"""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.metrics import precision_recall_curve

from presscheck.configs.policies import BandConfig
from presscheck.configs.section import PrevalenceName
from presscheck.data.intervals import wilson
from presscheck.data.schema import POSITIVE, SEGMENT_LABELS, TOKEN_TAGS, FlagName, Segment
from presscheck.serve.manifest import Calibration, Threshold
from presscheck.serve.verdict import Sentence, judge
from presscheck.train.scored import Scored

Array = NDArray[np.float64]
_MIN_FLAGGED = 10
_EQUAL_F1 = 0.02  # less than the standard error of an F1 on the sentences of dev
_MIN_SLOPE = 1e-3
_BETA_OF_FRAMING = 0.7


def fit_platt(logits_N: Array, targets_N: Array) -> Calibration:
    """Platt scaling (Platt 1999) on soft targets, by maximum likelihood with weak regularisation towards the identity.

    The slope stays positive, so that calibration never inverts a ranking. Without targets it is the identity.
    """
    if len(targets_N) == 0:
        return Calibration(slope=1.0, intercept=0.0)

    def loss(parameters: Array) -> tuple[float, Array]:
        slope, intercept = parameters
        z_N = slope * logits_N + intercept
        residual_N = expit(z_N) - targets_N
        value = float(np.sum(np.logaddexp(0.0, z_N) - targets_N * z_N)) + 0.5 * (slope - 1.0) ** 2 + 0.05 * intercept**2
        return value, np.array([float(residual_N @ logits_N) + (slope - 1.0), float(residual_N.sum()) + 0.1 * intercept])

    found = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(_MIN_SLOPE, None), (None, None)])
    return Calibration(slope=float(found.x[0]), intercept=float(found.x[1]))


def label_arrays(scored: Sequence[Scored], label: str) -> tuple[Array, Array]:
    """Scores and targets of a segment label, over the segments that carry it."""
    pairs = [(scores.labels[label], segment.labels[label]) for _, segment, scores in scored if label in segment.labels]
    return np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])


def tag_arrays(scored: Sequence[Scored], tag: str) -> tuple[Array, Array]:
    """Scores and targets of a token tag, over the tokens of the segments that were annotated for it."""
    column = TOKEN_TAGS.index(tag)
    values: list[Array] = [np.empty(0)]
    targets: list[float] = []
    for _, segment, scores in scored:
        if tag not in segment.tags:
            continue
        values.append(scores.tags_TK[:, column])
        spans = [s for s in segment.spans if s.tag == tag]
        targets += [float(any(s.start < end and start < s.end for s in spans)) for start, end in scores.offsets]
    return np.concatenate(values), np.array(targets)


def fit_calibration(scored: Sequence[Scored]) -> dict[str, Calibration]:
    """One calibration per output, from logits."""
    fitted = {f"label/{label}": fit_platt(*label_arrays(scored, label)) for label in SEGMENT_LABELS}
    return fitted | {f"tag/{tag}": fit_platt(*tag_arrays(scored, tag)) for tag in TOKEN_TAGS}


def measured(
    probabilities_N: Array,
    is_positive_N: NDArray[np.bool_],
    threshold: float,
    *,
    target: float,
    prevalence: float | None,
    reached: bool,
) -> Threshold:
    """Measures a threshold on these items.

    Args:
        prevalence: the share of positives to expect; precision is re-weighted from the data's own share to it. The lower bound is that of
            the plain count.
        reached: whether the threshold meets the target.
    """
    n, positives = len(is_positive_N), int(is_positive_N.sum())
    own = positives / n if n else 0.0
    share = own if prevalence is None else prevalence
    flagged_N = probabilities_N >= threshold
    flagged, hits = int(flagged_N.sum()), int((flagged_N & is_positive_N).sum())
    true = hits * share / own if positives else 0.0
    false = (flagged - hits) * (1 - share) / (1 - own) if positives < n else 0.0
    return Threshold(
        threshold=threshold,
        target_precision=target,
        precision=true / (true + false) if true + false else 0.0,
        precision_lower=wilson(hits, flagged).lower or 0.0,
        recall=hits / positives if positives else 0.0,
        flagged=flagged,
        prevalence=share,
        base=own,
        reached=reached,
    )


def fit_threshold(probabilities_N: Array, is_positive_N: NDArray[np.bool_], *, target: float, prevalence: float | None) -> Threshold:
    """The lowest threshold of nearly the best F1 among those whose precision reaches the target with at least 10 items flagged.

    If scores are confident, F1 is flat over a wide range and its exact maximum is chance: among equals, recall decides.

    If the target is out of reach, the threshold of the best precision (with 10 flagged, if there are so many) is taken and marked.

    Args:
        prevalence: see `measured`.
    """
    n, positives = len(is_positive_N), int(is_positive_N.sum())
    found = partial(measured, probabilities_N, is_positive_N, target=target, prevalence=prevalence)
    if positives in (0, n):
        return found(0.5, reached=False)
    own = positives / n
    share = own if prevalence is None else prevalence
    weights_N = np.where(is_positive_N, share / own, (1 - share) / (1 - own))
    precision, recall, thresholds = precision_recall_curve(is_positive_N, probabilities_N, sample_weight=weights_N)
    flagged = n - np.searchsorted(np.sort(probabilities_N), thresholds)
    enough = flagged >= min(_MIN_FLAGGED, positives)
    good = np.flatnonzero(enough & (precision[:-1] >= target))
    f1 = 2 * precision[:-1] * recall[:-1] / np.maximum(precision[:-1] + recall[:-1], 1e-12)
    equal = good[f1[good] >= f1[good].max() - _EQUAL_F1] if len(good) else good
    index = int(equal[0]) if len(good) else int(np.argmax(np.where(enough, precision[:-1], -1.0)))
    return found(float(thresholds[index]), reached=bool(len(good)))


def fit_band(
    probabilities_A: Array,
    is_positive_A: NDArray[np.bool_],
    *,
    wanted: float | BandConfig,
    prevalence: float | None = None,
) -> Threshold:
    """A threshold on the risk: as given, or for a target precision, or for a team's review capacity.

    Args:
        probabilities_A: risk of articles that its model did not see.
        wanted: the threshold itself, or its target.
        prevalence: see `measured`.
    """
    if isinstance(wanted, BandConfig) and wanted.precision is not None:
        return fit_threshold(probabilities_A, is_positive_A, target=wanted.precision, prevalence=prevalence)
    if isinstance(wanted, BandConfig):
        assert wanted.capacity is not None
        kept = max(1, int(wanted.capacity * len(probabilities_A)))
        threshold = float(np.sort(probabilities_A)[-kept])
    else:
        threshold = wanted
    return measured(probabilities_A, is_positive_A, threshold, target=0.0, prevalence=prevalence, reached=True)


def _is_unsourced(segment: Segment) -> bool | None:
    """The truth behind the flag: a claim that needs a source and has none, or only a vague source or a platform.

    None if no annotator was asked whether the claim needs one.
    """
    kinds = {span.type for span in segment.spans if span.tag == "source" and span.type}
    has_source = segment.is_positive("attributed") and not (kinds and kinds <= {"vague", "platform"})
    if has_source or not segment.is_positive("claim"):
        return False
    return segment.is_positive("needs_source") if "needs_source" in segment.labels else None


def _unsourced_arrays(scored: Sequence[Scored], *, span_threshold: float) -> tuple[Array, NDArray[np.bool_]]:
    """The scorer's `unsourced` where its verdict can be flagged (0 elsewhere), and the truth."""
    probabilities: list[float] = []
    truth: list[bool] = []
    for _, group in groupby(scored, key=lambda item: item[0].id):
        segments = [(segment, scores) for _, segment, scores in group if segment.kind == "sentence"]
        kept = [(segment, scores) for segment, scores in segments if {"claim", "attributed"} <= set(segment.labels)]
        sentences = [Sentence(0, len(segment.text), segment.text, scores) for segment, scores in kept]
        judged = judge(sentences, threshold=0.0, span_threshold=span_threshold)
        for found, (segment, _) in zip(judged, kept, strict=True):
            is_unsourced = _is_unsourced(segment)
            if is_unsourced is not None:
                probabilities.append((found.unsourced or 0.0) if found.flagged else 0.0)
                truth.append(is_unsourced)
    return np.array(probabilities), np.array(truth, dtype=bool)


def flag_arrays(scored: Sequence[Scored], flag: FlagName, *, span_threshold: float) -> tuple[Array, NDArray[np.bool_]]:
    """Probability and truth of a flag, as the scorer raises it."""
    if flag == "unsourced":
        return _unsourced_arrays(scored, span_threshold=span_threshold)
    probabilities_N, targets_N = label_arrays(scored, flag)
    return probabilities_N, targets_N >= POSITIVE


def fit_tag_thresholds(scored: Sequence[Scored]) -> dict[str, float]:
    """The threshold of the best token F-beta per tag, from calibrated probabilities; 0.5 where a tag has no positive token.

    Beta is 1, and `_BETA_OF_FRAMING` for the words that are shown as the reason of a flag: a wrong one costs more than one too few.
    """
    thresholds = {}
    for tag in TOKEN_TAGS:
        probabilities_N, targets_N = tag_arrays(scored, tag)
        thresholds[tag] = 0.5
        if targets_N.any():
            precision, recall, found = precision_recall_curve(targets_N >= POSITIVE, probabilities_N)
            beta = _BETA_OF_FRAMING if tag == "framing" else 1.0
            f_beta = (1 + beta**2) * precision * recall / np.maximum(beta**2 * precision + recall, 1e-12)
            thresholds[tag] = float(np.clip(found[int(np.argmax(f_beta[:-1]))], 0.05, 0.5))
    return thresholds


def fit_thresholds(
    scored: Sequence[Scored],
    *,
    flags: Sequence[FlagName],
    targets: Mapping[FlagName, float],
    prevalence: Mapping[PrevalenceName, float],
    span_threshold: float,
) -> dict[FlagName, Threshold]:
    """A threshold for each of the flags, from calibrated probabilities."""
    return {
        flag: fit_threshold(
            *flag_arrays(scored, flag, span_threshold=span_threshold),
            target=targets[flag],
            prevalence=prevalence.get(flag),
        )
        for flag in flags
    }
