"""Measures the thresholds of a bundle's policies on held-out documents, those on risk included.

Shapes: N items.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from presscheck.data.intervals import wilson
from presscheck.data.schema import Document
from presscheck.eval.label_scores import Array, Items
from presscheck.serve.bundle import Bundle
from presscheck.serve.manifest import Threshold
from presscheck.serve.record import Record
from presscheck.train.calibrate import flag_arrays, measured
from presscheck.train.scored import Scored

RISK = "risk"
_SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class PolicyFlag:
    """A policy's threshold: its results on dev and on this split.

    Attributes:
        flag: the flag, or "risk elevated" and "risk high": the bands of articles to review and to escalate.
        promised: the precision reached on dev, and the lower end of its 95 % interval.
        flagged: items at or above the threshold, of `n`.
        holds: whether the precision here is not below that lower end by more than chance (binomial test, one-sided, 5 %).
        baselines: system to its precision among as many items of its own highest probability.
    """

    policy: str
    flag: str
    threshold: float
    promised: float
    promised_lower: float
    n: int
    flagged: int
    precision: float | None
    lower: float | None
    upper: float | None
    recall: float
    holds: bool
    baselines: Mapping[str, float]


def policy_flag(
    policy: str,
    flag: str,
    fitted: Threshold,
    p_N: Array,
    truth_N: NDArray[np.bool_],
    *,
    baselines: Mapping[str, Items] | None = None,
) -> PolicyFlag:
    """Measures a fitted threshold on these items: probabilities and outcomes, (N,)."""
    here = measured(p_N, truth_N, fitted.threshold, target=fitted.target_precision, prevalence=None, reached=True)
    correct = round(here.precision * here.flagged)
    reached = wilson(correct, here.flagged)
    falls_short = here.flagged > 0 and binomtest(correct, here.flagged, fitted.precision_lower, alternative="less").pvalue < _SIGNIFICANT
    return PolicyFlag(
        policy,
        flag,
        threshold=fitted.threshold,
        promised=fitted.precision,
        promised_lower=fitted.precision_lower,
        n=len(p_N),
        flagged=here.flagged,
        precision=reached.value,
        lower=reached.lower,
        upper=reached.upper,
        recall=here.recall,
        holds=not falls_short,
        baselines={
            name: float(items.is_positive_N[np.argsort(-items.probabilities_N, kind="stable")[: here.flagged]].mean())
            for name, items in (baselines or {}).items()
            if here.flagged
        },
    )


def risk_items(articles: Sequence[tuple[Document, Record]]) -> Items:
    """Risk and review label of every reviewed article that has a risk; its headline is its segment."""
    found = [((d, d.headline), r.risk.p) for d, r in articles if d.review is not None and d.headline and r.risk.p is not None]
    return Items(
        RISK,
        tuple(place for place, _ in found),
        np.array([p for _, p in found]),
        np.array([document.review or 0.0 for (document, _), _ in found]),
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """A fitted threshold with the probabilities and outcomes (N,) of its items."""

    fitted: Threshold
    p_N: Array  # noqa: N815 - the shape suffix
    truth_N: NDArray[np.bool_]  # noqa: N815 - as above

    @property
    def is_flagged_N(self) -> NDArray[np.bool_]:  # noqa: N802 - as above
        """Whether each item is at or above the threshold."""
        return self.p_N >= self.fitted.threshold


def thresholds_of(bundle: Bundle, scored: Sequence[Scored], risk: Items) -> dict[tuple[str, str], Judged]:
    """Every threshold of a bundle by policy and flag; the bands are "risk elevated" and "risk high"."""
    span_threshold = bundle.manifest.span_threshold("source")
    found = {}
    for name, policy in bundle.manifest.policies.items():
        for flag, fitted in policy.thresholds.items():
            found[name, str(flag)] = Judged(fitted, *flag_arrays(scored, flag, span_threshold=span_threshold))
        for band, fitted in policy.bands.items():
            found[name, f"risk {band}"] = Judged(fitted, risk.probabilities_N, risk.is_positive_N)
    return found


def policy_flags(bundle: Bundle, scored: Sequence[Scored], risk: Items, baselines: Mapping[str, Mapping[str, Items]]) -> list[PolicyFlag]:
    """Every threshold of every policy.

    Args:
        baselines: label to system to its items; the flags of these labels are compared with them.
    """
    return [
        policy_flag(name, flag, one.fitted, one.p_N, one.truth_N, baselines=baselines.get(flag))
        for (name, flag), one in thresholds_of(bundle, scored, risk).items()
    ]
