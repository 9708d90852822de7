"""Checks by the champion's scores: whether it agrees with the labels of each source, and whether scores have drifted from its reference."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from presscheck.configs.data_bounds import DataBounds
from presscheck.data.bootstrap import bootstrap
from presscheck.data.schema import Document, SplitName
from presscheck.eval.data_check.check_results import Check
from presscheck.eval.label_scores import Items, items_of
from presscheck.serve.batch.summary.drift import LIMIT, Comparison, Shift, compare
from presscheck.serve.bundle import Bundle
from presscheck.serve.profile import Profile
from presscheck.serve.reference import Reference
from presscheck.serve.scorer import Scorer
from presscheck.train.learnt import MIN_OF_EACH
from presscheck.train.scored import as_article, score_documents

_AT_ONCE = 32  # documents between two steps of the progress bar
_RESAMPLES = 200
Advance = Callable[[int], None]


def sample(documents: Sequence[Document], count: int) -> list[Document]:
    """So many of the documents, always the same ones, in their order."""
    if len(documents) <= count:
        return list(documents)
    chosen = sorted(range(len(documents)), key=lambda n: hashlib.sha256(documents[n].id.encode()).digest())[:count]
    return [documents[n] for n in sorted(chosen)]


def _parts(documents: Sequence[Document]) -> Iterator[Sequence[Document]]:
    return (documents[start : start + _AT_ONCE] for start in range(0, len(documents), _AT_ONCE))


@dataclass(frozen=True, slots=True)
class Drift:
    """The new dev split and the champion's, as the champion scores them."""

    now: Reference
    before: Reference
    comparison: Comparison


def measure_drift(dev: Sequence[Document], scorer: Scorer, champion: Bundle, advance: Advance) -> Drift | None:
    """How far the documents have drifted from the champion's reference; None if it has none."""
    before = champion.manifest.reference
    if before is None:
        return None
    profile = Profile()
    for some in _parts(dev):
        articles = [as_article(document) for document in some]
        for article, record in zip(articles, scorer.score(articles), strict=True):
            profile.add(article, record)
        advance(len(some))
    now = profile.reference()
    return Drift(now, before, compare(now, before, against=champion.manifest.version))


def drift_check(drift: Drift | None, champion: Bundle | None, bounds: DataBounds) -> Check:
    """Whether a quantity has drifted that must not."""
    name, allowed = "drift", f"index at most {LIMIT:g}, or no more than chance: {', '.join(bounds.drift) or 'nothing'}"
    if champion is None or drift is None:
        return Check(name, None, "no champion: not checked" if champion is None else "the champion has no reference: not checked", allowed)
    wrong = [shift for shift in drift.comparison.drifted() if shift.kind in bounds.drift]
    judged = sum(shift.why_not is None for shift in drift.comparison.shifts)
    return Check(
        name,
        not wrong,
        f"{len(wrong)} of {judged} quantities, {drift.now.articles:,} documents of dev",
        allowed,
        tuple(map(_describe, wrong)),
        "look at the page's histograms: other texts need labels of their own; if the change is wanted, take its kind out of `drift`",
    )


def _describe(shift: Shift) -> str:
    return f"{shift.title()}: index {shift.psi:.2f}, by chance {shift.by_chance:.2f} ({shift.items:,} and {shift.reference_items:,} items)"


def agreement_checks(
    splits: Mapping[SplitName, Sequence[Document]], scorer: Scorer | None, champion: Bundle | None, bounds: DataBounds, advance: Advance
) -> Iterator[Check]:
    """Whether the champion ranks the labels of each source right: if it ranks them the wrong way round, they are swapped."""
    if champion is None or scorer is None:
        yield Check("the champion agrees with the labels", None, "no champion: not checked", f"ROC AUC at least {bounds.champion_auc:g}")
        return
    by_source: dict[str, list[Document]] = {}
    for split in ("dev", "train"):
        for document in splits[split]:
            by_source.setdefault(document.source, []).append(document)
    for source, documents in by_source.items():
        scored = []
        for some in _parts(sample(documents, bounds.sample)):
            scored += score_documents(some, scorer.parts, in_front=scorer.reads_headlines)
            advance(len(some))
        yield agreement(source, [items_of(scored, label) for label in champion.manifest.trained_labels], bounds)


@dataclass(frozen=True, slots=True)
class _Agreed:
    label: str
    auc: float
    upper: float
    count: int


def _auc(items: Items) -> _Agreed | None:
    """The ROC AUC of a label and the upper end of its interval; None where there are too few of either kind."""
    truth_N = items.is_positive_N
    if min(int(truth_N.sum()), int((~truth_N).sum())) < MIN_OF_EACH:
        return None

    def statistic(index: NDArray[np.intp]) -> dict[str, float | None]:
        truth, scores = truth_N[index], items.probabilities_N[index]
        return {"auc": float(roc_auc_score(truth, scores)) if 0 < truth.sum() < len(truth) else None}

    found = bootstrap(statistic, items.groups, resamples=_RESAMPLES)["auc"]
    assert found.value is not None
    return _Agreed(items.label, found.value, found.value if found.upper is None else found.upper, len(truth_N))


def agreement(source: str, labels: Sequence[Items], bounds: DataBounds) -> Check:
    """Whether the champion's probabilities rank the labels of a source right."""
    found = [one for one in map(_auc, labels) if one is not None]
    name, allowed = f"the champion agrees with {source}", f"ROC AUC at least {bounds.champion_auc:g}, or that is in its 95 % interval"
    if not found:
        return Check(name, None, "no label of the champion has enough texts of both kinds: not checked", allowed)
    wrong = [one for one in found if one.upper < bounds.champion_auc]
    return Check(
        name,
        not wrong,
        ", ".join(f"{one.label} {one.auc:.2f}" for one in found),
        allowed,
        tuple(f"{one.label}: ROC AUC {one.auc:.2f} on {one.count:,} texts" for one in wrong),
        "below 0.5 the labels are probably swapped: look at `values` of the column; near 0.5 they mean something else, or nothing",
    )
