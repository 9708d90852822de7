"""How uncertain a model is of an article: the entropy of its probabilities, flag by flag and for the risk."""

from collections.abc import Iterable, Mapping
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from presscheck.serve.record import Record

Array = NDArray[np.float64]


def entropy(probabilities: Array) -> Array:
    """The entropy of each yes-or-no answer in bits: 0 where it is sure, 1 at a half."""
    sure = np.clip(probabilities, 1e-9, 1 - 1e-9)
    found: Array = -sure * np.log2(sure) - (1 - sure) * np.log2(1 - sure)
    return found


def _mean(probabilities: Iterable[float | None]) -> float | None:
    """The mean entropy; None if nothing was judged. A mean, so that a long article is not uncertain by its length."""
    judged = np.array([p for p in probabilities if p is not None])
    return float(entropy(judged).mean()) if len(judged) else None


def uncertainties(record: Record) -> dict[str, float]:
    """The entropy of each flag (the mean over the texts that it was asked of) and of the risk, 0..1; what was not judged is left out."""
    headline, segments = record.headline, record.segments
    found = {
        "sensational": _mean([headline.sensational] if headline else []),
        "loaded": _mean([*([headline.loaded] if headline else []), *(segment.loaded for segment in segments)]),
        "unsourced": _mean(segment.unsourced for segment in segments),
        "risk": _mean([record.risk.p]),
    }
    return {name: value for name, value in found.items() if value is not None}


def overall(by_part: Mapping[str, float]) -> float:
    """One number for an article: the mean over its flags and risk."""
    return fmean(by_part.values())
