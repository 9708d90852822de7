"""Two bundles on the same items: `presscheck compare`, and what a promotion asks of a candidate.

Shapes: N items.
"""

import json
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

from presscheck.configs.schema import RunConfig
from presscheck.data.bootstrap import Estimate
from presscheck.data.build.documents import load_splits
from presscheck.data.schema import POSITIVE, SEGMENT_LABELS, Document
from presscheck.eval.calibration import calibrated_error, expected_calibration_error
from presscheck.eval.items import Array, Items, items_of
from presscheck.eval.paired import McNemar, Metric, difference, holm, mcnemar
from presscheck.eval.slices import parts_of_items
from presscheck.serve.bundle import Bundle
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.labelled import score_documents
from presscheck.serve.scorer import Scorer
from presscheck.train.tracking import log_to_run

_ROUNDS, _TIMED_SEGMENTS, _EXAMPLES = 5, 400, 5


def _ranking(metric: str) -> Metric:
    function = {"ROC AUC": roc_auc_score, "AP": average_precision_score}[metric]

    def measured(p_N: Array, y_N: Array) -> float | None:
        is_positive_N = y_N >= POSITIVE
        return float(function(is_positive_N, p_N)) if 0 < is_positive_N.sum() < len(is_positive_N) else None

    return measured


def _log_loss(p_N: Array, y_N: Array) -> float | None:
    """Cross-entropy against 0..1 targets: every item counts as a no and as a yes, each by its share."""
    answers = np.repeat([0, 1], len(p_N))
    return float(log_loss(answers, np.tile(p_N, 2), sample_weight=np.concatenate([1 - y_N, y_N]), labels=[0, 1]))


METRICS: Mapping[str, Metric] = {"ROC AUC": _ranking("ROC AUC"), "AP": _ranking("AP"), "log loss": _log_loss}


@dataclass(frozen=True, slots=True)
class Flip:
    """An item on which the two lie on different sides of 0.5."""

    document: str
    text: str
    target: float
    a: float
    b: float


@dataclass(frozen=True, slots=True)
class SliceChange:
    """Error rates on one slice, and the adjusted p-value of McNemar's test that they are the same (Holm, over the label's slices)."""

    facet: str
    value: str
    n: int
    a: float
    b: float
    p_value: float


@dataclass(frozen=True, slots=True)
class LabelComparison:
    """One label.

    Attributes:
        differences: metric to its values for a and b and the difference b - a with its paired interval.
        mended: items that only b gets right, those with the largest change first; `broken`: only a.
        ece: calibration error of a and of b, and what calibrated scores of this sample would show for b.
    """

    label: str
    n: int
    differences: Mapping[str, tuple[float | None, float | None, Estimate]]
    mcnemar: McNemar
    mended: tuple[Flip, ...]
    broken: tuple[Flip, ...]
    slices: tuple[SliceChange, ...]
    ece: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two bundles on the documents that are test for both.

    Attributes:
        slowdown: median over interleaved rounds of b's time over a's.
        megabytes: size of the two bundles on disk.
    """

    a: str
    b: str
    documents: int
    labels: tuple[LabelComparison, ...]
    slowdown: float
    slowdown_range: tuple[float, float]
    megabytes: tuple[float, float]

    def as_json(self) -> str:
        """The comparison as indented JSON."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    def flat(self) -> dict[str, float]:
        """Every difference under a flat name, for a tracker."""
        differences = {
            f"compare/{self.a}/{label.label}/{name}": found.value
            for label in self.labels
            for name, (_, _, found) in label.differences.items()
            if found.value is not None
        }
        return {**differences, f"compare/{self.a}/slowdown": self.slowdown}


def common_test(a: Bundle, b: Bundle) -> list[Document]:
    """The documents that lie in the test split of both bundles' data.

    Raises:
        ModelRefusedError: where there is none.
    """
    first, second = (load_splits(RunConfig.model_validate(bundle.manifest.config).data) for bundle in (a, b))
    known = {document.id for document in second["test"]}
    common = [document for document in first["test"] if document.id in known]
    if not common:
        raise ModelRefusedError(
            f"{a.path.name} and {b.path.name} have no test document in common; give both the same data with --data"
        )
    return common


def _flips(items: Items, a_N: Array, b_N: Array, *, chosen_N: NDArray[np.bool_]) -> tuple[Flip, ...]:
    order = sorted(np.flatnonzero(chosen_N), key=lambda i: -abs(a_N[i] - b_N[i]))[:_EXAMPLES]
    return tuple(
        Flip(items.places[i][0].id, items.places[i][1].text, float(items.targets_N[i]), float(a_N[i]), float(b_N[i]))
        for i in order
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
        mended=_flips(first, a_N, b_N, chosen_N=~right_a_N & right_b_N),
        broken=_flips(first, a_N, b_N, chosen_N=right_a_N & ~right_b_N),
        slices=tuple(_slice_changes(first, second)),
        ece=(expected_calibration_error(a_N, y_N), expected_calibration_error(b_N, y_N), calibrated_error(b_N, y_N)),
    )


def slowdown(
    a: Scorer, b: Scorer, documents: Sequence[Document], *, rounds: int = _ROUNDS
) -> tuple[float, float, float]:
    """B's time over a's for the same texts, in interleaved rounds: median, lowest and highest ratio. The first round warms both up."""
    texts = [[segment.text] for document in documents for segment in document.segments][:_TIMED_SEGMENTS]
    ratios = []
    for _ in range(rounds + 1):
        seconds = []
        for scorer in (a, b):
            start = time.perf_counter()
            scorer.segments(texts)
            seconds.append(time.perf_counter() - start)
        ratios.append(seconds[1] / seconds[0])
    return statistics.median(ratios[1:]), min(ratios[1:]), max(ratios[1:])


def _megabytes(bundle: Bundle) -> float:
    return sum(path.stat().st_size for path in bundle.path.rglob("*") if path.is_file()) / 1e6


def compare(a: Bundle, b: Bundle, *, documents: Sequence[Document] | None = None, resamples: int = 400) -> Comparison:
    """Compares two bundles on the labels that both were trained on; the differences are logged to the run that trained b.

    Args:
        documents: what to compare on; the test documents that both have in common where it is None.

    Raises:
        ModelRefusedError: see `common_test`.
    """
    documents = common_test(a, b) if documents is None else documents
    scorers = Scorer(a), Scorer(b)
    scored_a, scored_b = (score_documents(documents, scorer.segments) for scorer in scorers)
    both = set(a.manifest.trained_labels) & set(b.manifest.trained_labels)
    labels = []
    for label in SEGMENT_LABELS:
        first, second = items_of(scored_a, label), items_of(scored_b, label)
        if label in both and first.places:
            labels.append(_label(first, second, resamples=resamples))
    middle, low, high = slowdown(*scorers, documents)
    found = Comparison(
        a.manifest.version,
        b.manifest.version,
        documents=len(documents),
        labels=tuple(labels),
        slowdown=middle,
        slowdown_range=(low, high),
        megabytes=(_megabytes(a), _megabytes(b)),
    )
    tracking = RunConfig.model_validate(b.manifest.config).tracking
    if tracking.enabled:
        name = f"eval/compare-{found.a}.json"
        log_to_run(tracking.uri, tracking.experiment, found.b, found.flat(), {name: found.as_json()})
    return found
