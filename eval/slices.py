"""Where a model errs more than elsewhere: error rates of parts of the data against the rest, with many comparisons reckoned with."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, fisher_exact

from presscheck.data.schema import Document, Segment
from presscheck.data.text.headline_form import headline_form
from presscheck.data.text.normalise import fold
from presscheck.eval.items import Items
from presscheck.eval.paired import holm

MIN_ITEMS = 20
_QUOTED = re.compile(r'"[^"]+"')


@dataclass(frozen=True, slots=True)
class Slice:
    """One part of a label's items.

    Attributes:
        facet: what the items share, "genre".
        value: its value, "wire".
        error_rate: share of items on the wrong side of 0.5, with its 95 % Wilson interval.
        gap: mean probability less mean target: above 0 the model says too much.
        p_value: of the error rate being that of the other items (Fisher's exact test), adjusted over all slices of the label (Holm).
    """

    facet: str
    value: str
    n: int
    positives: int
    error_rate: float
    lower: float
    upper: float
    gap: float
    p_value: float


def _length(_: Document, segment: Segment) -> str:
    words = len(segment.text.split())
    return (
        "up to 8 words"
        if words <= 8
        else "9 to 14 words"
        if words <= 14
        else "15 to 24 words"
        if words <= 24
        else "25 words and more"
    )


def _quotation(_: Document, segment: Segment) -> str:
    share = sum(len(m.group()) for m in _QUOTED.finditer(fold(segment.text))) / len(segment.text)
    return "no quotation" if share == 0 else "less than half quoted" if share < 0.5 else "half or more quoted"


FACETS: Mapping[str, Callable[[Document, Segment], str | None]] = {
    "genre": lambda document, _: document.genre,
    "topic": lambda document, _: document.topic,
    "region": lambda document, _: document.region,
    "outlet": lambda document, _: document.outlet,
    "source": lambda document, _: document.source,
    "length": _length,
    "headline form": lambda _, segment: headline_form(segment.text) if segment.kind == "headline" else None,
    "quotation": _quotation,
}


def parts_of_items(items: Items, *, least: int = MIN_ITEMS) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """Facet, value and membership (N,) of every slice of at least so many items."""
    for facet, value_of in FACETS.items():
        values = [value_of(document, segment) for document, segment in items.places]
        for value in sorted({v for v in values if v is not None}):
            inside_N = np.array([v == value for v in values])
            if inside_N.sum() >= least:
                yield facet, value, inside_N


def slices_of(items: Items, *, least: int = MIN_ITEMS) -> list[Slice]:
    """Every slice of at least so many items; a facet with one value only says nothing and is left out."""
    wrong_N = ~items.is_right_N
    found = []
    for facet, value, inside_N in parts_of_items(items, least=least):
        if inside_N.all():
            continue
        n, errors = int(inside_N.sum()), int(wrong_N[inside_N].sum())
        others = int(wrong_N.sum()) - errors
        table = np.array([[errors, n - errors], [others, len(inside_N) - n - others]])
        interval = binomtest(errors, n).proportion_ci(0.95, method="wilson")
        found.append(
            Slice(
                facet,
                value,
                n=n,
                positives=int(items.is_positive_N[inside_N].sum()),
                error_rate=errors / n,
                lower=float(interval.low),
                upper=float(interval.high),
                gap=float((items.probabilities_N - items.targets_N)[inside_N].mean()),
                p_value=float(fisher_exact(table).pvalue),
            )
        )
    adjusted = holm([s.p_value for s in found])
    return [replace(one, p_value=p_value) for one, p_value in zip(found, adjusted, strict=True)]
