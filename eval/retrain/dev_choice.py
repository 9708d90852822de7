"""Chooses the candidate among the seeds, on dev alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from presscheck.data.schema import SEGMENT_LABELS, Document
from presscheck.eval.compare.bundles import METRICS
from presscheck.eval.label_scores import items_of
from presscheck.serve.bundle import Bundle
from presscheck.serve.scorer import Scorer
from presscheck.train.scored import score_documents


@dataclass(frozen=True, slots=True)
class DevFigures:
    """A bundle on dev.

    Attributes:
        log_loss: mean over the labels of the log loss of calibrated probabilities; the lowest is chosen.
        auc: label to ROC AUC, for people; null where dev has one kind only.
    """

    log_loss: float
    auc: Mapping[str, float | None]


def dev_figures(bundle: Bundle, dev: Sequence[Document]) -> DevFigures:
    """Scores dev with the bundle's runtime model.

    Early stopping and calibration have seen dev too; that is so for every seed, so that the order of the seeds is fair, and the figures
    are a little too good.
    """
    scored = score_documents(dev, Scorer(bundle).parts)
    items = [items_of(scored, label) for label in SEGMENT_LABELS if label in bundle.manifest.trained_labels]
    found = {one.label: one for one in items if one.places}
    losses = [METRICS["log loss"](one.probabilities_N, one.targets_N) for one in found.values()]
    known = [loss for loss in losses if loss is not None]
    return DevFigures(
        sum(known) / len(known), {label: METRICS["ROC AUC"](one.probabilities_N, one.targets_N) for label, one in found.items()}
    )
