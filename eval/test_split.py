"""Scores a bundle's held-out documents once, for an evaluation, a comparison and a promotion."""

from collections.abc import Sequence
from dataclasses import dataclass

from presscheck.configs.schema import CalibrationConfig, TrackingConfig
from presscheck.configs.sources import DataConfig
from presscheck.data.dataset.documents import load_splits
from presscheck.data.dataset.splits import fingerprint
from presscheck.data.schema import Document
from presscheck.eval.bundle_config import part_of
from presscheck.serve.bundle import Bundle
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.scorer import Scorer
from presscheck.train.scored import Scored, score_documents


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The test split of a bundle's data, or of other data, as the bundle scores it.

    Attributes:
        data: where the documents come from.
        resamples: of every interval, by the bundle's config.
        train: the train split of the same data, which baselines learn from.
        is_own: whether it is the data that the bundle was trained from.
    """

    bundle: Bundle
    data: DataConfig
    resamples: int
    tracking: TrackingConfig
    scorer: Scorer
    test: Sequence[Document]
    train: Sequence[Document]
    scored: Sequence[Scored]
    is_own: bool


def hold_out(bundle: Bundle, *, data: DataConfig | None = None) -> HeldOut:
    """Reads the held-out documents and scores them.

    Args:
        data: other data than the bundle's own; the caller vouches that the bundle never saw its test split.

    Raises:
        ModelRefusedError: if the test split may have been trained on, or is empty, or this version cannot read the bundle.
    """
    own = part_of(bundle, "data", DataConfig) if data is None else data
    splits = load_splits(own)
    if data is None and fingerprint(d for part in splits.values() for d in part) != bundle.manifest.data_sha256:
        raise ModelRefusedError(
            f"{bundle.path.name} was trained on other data than its config reads now: its test split may have been trained on; train again"
        )
    if not splits["test"]:
        raise ModelRefusedError(
            f"{bundle.path.name} was trained with data.split.test=0: there is nothing to evaluate on"
            if data is None
            else "the data has no test split: nothing to evaluate on"
        )
    scorer = Scorer(bundle)
    return HeldOut(
        bundle,
        own,
        part_of(bundle, "calibration", CalibrationConfig).bootstrap,
        part_of(bundle, "tracking", TrackingConfig),
        scorer,
        test=splits["test"],
        train=splits["train"],
        scored=score_documents(splits["test"], scorer.parts, in_front=scorer.reads_headlines),
        is_own=data is None,
    )
