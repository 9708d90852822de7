"""Evaluates P(supported), the verdict and the missing words of headlines that people held against their bodies."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from presscheck.data.article import Article
from presscheck.data.bootstrap import Estimate, bootstrap
from presscheck.data.schema import Document, Segment
from presscheck.serve.record import Support
from presscheck.serve.scorer import Scorer


@dataclass(frozen=True, slots=True)
class Found:
    """Words of a kind that bodies lack: how many people marked, how many the rules name, and how many of these overlap a marked one."""

    marked: int
    named: int
    right: int


@dataclass(frozen=True, slots=True)
class SupportReport:
    """Results on the judged headlines of the test split, scored with their bodies as articles are.

    Attributes:
        auc: ROC AUC of P(supported).
        precision, recall: of calling a headline overstated or not reported.
        kinds: kind of missing words to what was found of it.
    """

    n: int
    supported: int
    auc: Estimate
    precision: Estimate
    recall: Estimate
    kinds: Mapping[str, Found]


def measure_support(scorer: Scorer, documents: Sequence[Document], *, resamples: int) -> SupportReport | None:
    """Scores every judged headline in front of its body; None if the bundle holds none against its body, or none was judged."""
    if scorer.policy.support is None:
        return None
    judged = [(d, h, Article(d.id, h.text, d.body_text()[0])) for d in documents if d.sentences for h in d.judged_headlines]
    records = scorer.score(article for _, _, article in judged)
    found = [(d, h, r.headline.support) for (d, h, _), r in zip(judged, records, strict=True) if r.headline and r.headline.support]
    if not found:
        return None
    is_supported_N = np.array([headline.is_positive("supported") for _, headline, _ in found])
    p_N = np.array([support.p for *_, support in found])
    is_called_N = np.array([support.verdict != "supported" for *_, support in found])

    def metrics(index: NDArray[np.intp]) -> dict[str, float | None]:
        supported_N, called_N = is_supported_N[index], is_called_N[index]
        hits = int((called_N & ~supported_N).sum())
        return {
            "auc": float(roc_auc_score(supported_N, p_N[index])) if 0 < supported_N.sum() < len(index) else None,
            "precision": hits / int(called_N.sum()) if called_N.any() else None,
            "recall": hits / int((~supported_N).sum()) if not supported_N.all() else None,
        }

    estimates = bootstrap(metrics, [document.group for document, _, _ in found], resamples=resamples)
    return SupportReport(
        n=len(found),
        supported=int(is_supported_N.sum()),
        auc=estimates["auc"],
        precision=estimates["precision"],
        recall=estimates["recall"],
        kinds=_kinds([(headline, support) for _, headline, support in found]),
    )


def _kinds(found: Sequence[tuple[Segment, Support]]) -> dict[str, Found]:
    marked = Counter(span.type or "" for headline, _ in found for span in headline.spans if span.tag == "missing")
    named = Counter[str](missing.kind for _, support in found for missing in support.missing)
    right = Counter(kind for headline, support in found for kind in _right(headline, support))
    return {kind: Found(marked[kind], named[kind], right[kind]) for kind in sorted({*marked, *named})}


def _right(headline: Segment, support: Support) -> Iterator[str]:
    """The kinds of the named words that overlap a marked stretch."""
    for missing in support.missing:
        if any(span.start < missing.end and missing.start < span.end for span in headline.spans if span.tag == "missing"):
            yield missing.kind
