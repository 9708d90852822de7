"""Compares the error rate of each slice of the data with the rest, adjusted for multiple comparisons."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import fisher_exact

from presscheck.data.bootstrap import Estimate
from presscheck.data.intervals import wilson
from presscheck.eval.compare.paired import holm
from presscheck.eval.label_scores import Items
from presscheck.eval.slice_keys import FACETS

MIN_ITEMS = 20


@dataclass(frozen=True, slots=True)
class Slice:
    """One part of a label's items.

    Attributes:
        facet: what the items share, "genre".
        value: its value, "wire".
        error_rate: share of items on the wrong side of 0.5, with its 95 % Wilson interval.
        false_positives: share of the negative items at or above 0.5, with its interval; undefined if there are no negatives.
        gap: mean probability less mean target: above 0 the model overestimates.
        p_value: of the error rate being that of the other items (Fisher's exact test), adjusted over all slices of the label (Holm).
        baselines: system to its error rate on the same items.
    """

    facet: str
    value: str
    n: int
    positives: int
    error_rate: float
    lower: float
    upper: float
    false_positives: Estimate
    gap: float
    p_value: float
    baselines: Mapping[str, float]


def parts_of_items(items: Items, *, least: int = MIN_ITEMS) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """Facet, value and membership (N,) of every slice of at least so many items."""
    for facet, value_of in FACETS:
        values = [value_of(document, segment) for document, segment in items.places]
        for value in sorted({v for v in values if v is not None}):
            inside_N = np.array([v == value for v in values])
            if inside_N.sum() >= least:
                yield facet, value, inside_N


def too_small(items: Items, *, least: int = MIN_ITEMS) -> dict[str, int]:
    """Slices that are left out because they have fewer items, with their number."""
    found: dict[str, int] = {}
    for facet, value_of in FACETS:
        counts = Counter(value_of(document, segment) for document, segment in items.places)
        found |= {f"{facet} {value}": n for value, n in sorted(counts.items(), key=str) if value is not None and n < least}
    return found


def slices_of(items: Items, *, least: int = MIN_ITEMS, baselines: Mapping[str, Items] | None = None) -> list[Slice]:
    """Every slice of at least so many items; a facet with a single value is left out.

    Args:
        baselines: system to the same items as it scores them.
    """
    wrong_N, flagged_N, negative_N = ~items.is_right_N, items.is_flagged_N, ~items.is_positive_N
    found = []
    for facet, value, inside_N in parts_of_items(items, least=least):
        if inside_N.all():
            continue
        n, errors = int(inside_N.sum()), int(wrong_N[inside_N].sum())
        others = int(wrong_N.sum()) - errors
        table = np.array([[errors, n - errors], [others, len(inside_N) - n - others]])
        share = wilson(errors, n)
        assert share.value is not None
        assert share.lower is not None
        assert share.upper is not None
        found.append(
            Slice(
                facet,
                value,
                n=n,
                positives=int(items.is_positive_N[inside_N].sum()),
                error_rate=share.value,
                lower=share.lower,
                upper=share.upper,
                false_positives=wilson(int((flagged_N & negative_N & inside_N).sum()), int((negative_N & inside_N).sum())),
                gap=float((items.probabilities_N - items.targets_N)[inside_N].mean()),
                p_value=float(fisher_exact(table).pvalue),
                baselines={name: float(1 - other.is_right_N[inside_N].mean()) for name, other in (baselines or {}).items()},
            )
        )
    adjusted = holm([s.p_value for s in found])
    return [replace(one, p_value=p_value) for one, p_value in zip(found, adjusted, strict=True)]
