"""Compares two bundles on the same items: for `presscheck compare` and for a promotion.

Shapes: N items.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

from presscheck.configs.schema import TrackingConfig
from presscheck.configs.sources import DataConfig
from presscheck.data.dataset.documents import load_splits
from presscheck.data.schema import POSITIVE, SEGMENT_LABELS, Document
from presscheck.eval.bundle_config import part_of
from presscheck.eval.calibration import calibrated_error, expected_calibration_error
from presscheck.eval.compare.findings import Comparison, Flip, LabelComparison, PolicyComparison, SliceChange
from presscheck.eval.compare.paired import Metric, difference, holm, mcnemar
from presscheck.eval.label_scores import Array, Items, items_of
from presscheck.eval.policies import policy_flag, risk_items, thresholds_of
from presscheck.eval.slices import parts_of_items
from presscheck.eval.speed import slowdown, speed_of, timed
from presscheck.eval.test_split import HeldOut
from presscheck.serve.bundle import Bundle
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.scorer import Scorer
from presscheck.train.scored import Scored, score_articles, score_documents
from presscheck.train.tracked_runs import log_to_run

_EXAMPLES = 5


def _ranking(metric: str) -> Metric:
    function = {"ROC AUC": roc_auc_score, "AP": average_precision_score}[metric]

    def measured(p_N: Array, y_N: Array) -> float | None:
        is_positive_N = y_N >= POSITIVE
        return float(function(is_positive_N, p_N)) if 0 < is_positive_N.sum() < len(is_positive_N) else None

    return measured


def _log_loss(p_N: Array, y_N: Array) -> float | None:
    """Cross-entropy against 0..1 targets: every item counts as a positive and a negative, by its shares."""
    answers = np.repeat([0, 1], len(p_N))
    return float(log_loss(answers, np.tile(p_N, 2), sample_weight=np.concatenate([1 - y_N, y_N]), labels=[0, 1]))


METRICS: Mapping[str, Metric] = {"ROC AUC": _ranking("ROC AUC"), "AP": _ranking("AP"), "log loss": _log_loss}


def common_test(a: Bundle, b: Bundle, *, known: HeldOut | None = None) -> list[Document]:
    """The documents in the test split of both bundles' data.

    Args:
        known: b's held-out documents, if already read.

    Raises:
        ModelRefusedError: if there is none.
    """
    first = _test_of(a)
    ids = {document.id for document in (known.test if known else _test_of(b))}
    common = [document for document in first if document.id in ids]
    if not common:
        raise ModelRefusedError(f"{a.path.name} and {b.path.name} have no test document in common; give both the same data with --data")
    return common


def _test_of(bundle: Bundle) -> Sequence[Document]:
    return load_splits(part_of(bundle, "data", DataConfig))["test"]


def _scored_again(documents: Sequence[Document], scorer: Scorer, known: HeldOut | None) -> list[Scored]:
    """Scores of the documents in their order; known scores of the same document are not computed again."""
    kept: dict[str, list[Scored]] = {}
    for one in known.scored if known else ():
        kept.setdefault(one[0].id, []).append(one)
    missing = [d for d in documents if d.id not in kept or kept[d.id][0][0] != d]
    for one in score_documents(missing, scorer.parts, in_front=scorer.reads_headlines):
        if kept.get(one[0].id, [one])[0][0] != one[0]:
            del kept[one[0].id]
        kept.setdefault(one[0].id, []).append(one)
    return [one for document in documents for one in kept[document.id]]


def _flips(items: Items, a_N: Array, b_N: Array, *, chosen_N: NDArray[np.bool_]) -> tuple[Flip, ...]:
    order = sorted(np.flatnonzero(chosen_N), key=lambda i: -abs(a_N[i] - b_N[i]))[:_EXAMPLES]
    return tuple(
        Flip(items.places[i][0].id, items.places[i][1].text, float(items.targets_N[i]), float(a_N[i]), float(b_N[i])) for i in order
    )


def _slice_changes(first: Items, second: Items) -> list[SliceChange]:
    found = []
    for facet, value, inside_N in parts_of_items(first):
        right_a_N, right_b_N = first.is_right_N[inside_N], second.is_right_N[inside_N]
        rates = float(1 - right_a_N.mean()), float(1 - right_b_N.mean())
        found.append(SliceChange(facet, value, len(right_a_N), *rates, mcnemar(right_a_N, right_b_N).p_value))
    adjusted = holm([one.p_value for one in found])
    return [replace(one, p_value=p_value) for one, p_value in zip(found, adjusted, strict=True)]


def _label(first: Items, second: Items, *, resamples: int) -> LabelComparison:
    a_N, b_N, y_N = first.probabilities_N, second.probabilities_N, first.targets_N
    right_a_N, right_b_N = first.is_right_N, second.is_right_N
    return LabelComparison(
        first.label,
        n=len(y_N),
        differences={
            name: (
                metric(a_N, y_N),
                metric(b_N, y_N),
                difference(metric, a_N, b_N, y_N, first.groups, resamples=resamples),
            )
            for name, metric in METRICS.items()
        },
        mcnemar=mcnemar(right_a_N, right_b_N),
        fixed=_flips(first, a_N, b_N, chosen_N=~right_a_N & right_b_N),
        regressed=_flips(first, a_N, b_N, chosen_N=right_a_N & ~right_b_N),
        slices=tuple(_slice_changes(first, second)),
        ece=(expected_calibration_error(a_N, y_N), expected_calibration_error(b_N, y_N), calibrated_error(b_N, y_N)),
    )


def _policies(a: Bundle, b: Bundle, scored: tuple[list[Scored], list[Scored]], risk: tuple[Items, Items]) -> list[PolicyComparison]:
    """Compares every threshold that both bundles have, each at its own value."""
    first, second = (thresholds_of(bundle, found, items) for bundle, found, items in zip((a, b), scored, risk, strict=True))
    found = []
    for policy, flag in (key for key in first if key in second):
        one, two = first[policy, flag], second[policy, flag]
        if len(one.is_flagged_N) != len(two.is_flagged_N) or not len(one.is_flagged_N):
            continue  # one of them has no risk model
        found.append(
            PolicyComparison(
                policy,
                flag,
                policy_flag(policy, flag, one.fitted, one.p_N, one.truth_N),
                policy_flag(policy, flag, two.fitted, two.p_N, two.truth_N),
                only_a=int((one.is_flagged_N & ~two.is_flagged_N).sum()),
                only_b=int((two.is_flagged_N & ~one.is_flagged_N).sum()),
            )
        )
    return found


def _size_bytes(bundle: Bundle) -> int:
    return sum(path.stat().st_size for path in bundle.path.rglob("*") if path.is_file())


def compare(
    a: Bundle,
    b: Bundle,
    *,
    documents: Sequence[Document] | None = None,
    resamples: int = 400,
    known: HeldOut | None = None,
) -> Comparison:
    """Compares two bundles on the labels that both were trained on; the differences are logged to the run that trained b.

    Args:
        documents: the documents to compare on; None takes the test documents in common.
        known: b's held-out documents, if already scored: they are not scored again.

    Raises:
        ModelRefusedError: see `common_test`; and if this version cannot read a bundle.
    """
    tracking = part_of(b, "tracking", TrackingConfig)
    documents = common_test(a, b, known=known) if documents is None else documents
    scorers = Scorer(a), known.scorer if known else Scorer(b)
    scored = _scored_again(documents, scorers[0], None), _scored_again(documents, scorers[1], known)
    both = set(a.manifest.trained_labels) & set(b.manifest.trained_labels)
    labels = []
    for label in SEGMENT_LABELS:
        first, second = items_of(scored[0], label), items_of(scored[1], label)
        if label in both and first.places:
            labels.append(_label(first, second, resamples=resamples))
    risk = risk_items(score_articles(documents, scorers[0])), risk_items(score_articles(documents, scorers[1]))
    count, seconds = timed(scorers, documents)
    middle, low, high = slowdown(seconds)
    found = Comparison(
        a.manifest.version,
        b.manifest.version,
        documents=len(documents),
        labels=tuple(labels),
        policies=tuple(_policies(a, b, scored, risk)),
        slowdown=middle,
        slowdown_range=(low, high),
        speed=(
            speed_of(scorers[0], count, [row[0] for row in seconds]),
            speed_of(scorers[1], count, [row[1] for row in seconds]),
        ),
        size_bytes=(_size_bytes(a), _size_bytes(b)),
    )
    if tracking.enabled:
        name = f"eval/compare-{found.a}.json"
        log_to_run(tracking.uri, tracking.experiment, found.b, found.flat(), {name: found.as_json()})
    return found
