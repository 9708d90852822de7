"""Metrics of every output, with the baselines and a second person's labels beside them."""

from collections.abc import Sequence

import numpy as np

from presscheck.configs.schema import RunConfig
from presscheck.data.audit.agreement import matched
from presscheck.data.audit.probes import fit_predict
from presscheck.data.schema import POSITIVE, SEGMENT_LABELS, TOKEN_TAGS, Document
from presscheck.data.starter import read_second_pass
from presscheck.eval.items import Items, items_of
from presscheck.eval.metrics import estimate
from presscheck.eval.report import Row
from presscheck.serve.labelled import Scored, as_article
from presscheck.serve.scorer import Scorer
from presscheck.train.calibrate import tag_arrays

_BASELINES = ("shape", "tfidf")
SECOND = "second labels"


def _row(
    output: str,
    system: str,
    probabilities: Sequence[float],
    targets: Sequence[float],
    groups: Sequence[str],
    *,
    resamples: int,
) -> Row:
    targets_N = np.array(targets, dtype=np.float64)
    metrics = estimate(np.array(probabilities, dtype=np.float64), targets_N, groups, resamples=resamples)
    return Row(output, system, len(targets_N), int((targets_N >= POSITIVE).sum()), metrics)


def _baseline_rows(items: Items, train: Sequence[Document], *, resamples: int) -> list[Row]:
    known = [(s.text, s.is_positive(items.label)) for d in train for s in d.segments if items.label in s.labels]
    if not known:
        return []
    texts, is_positive_N = [text for text, _ in known], np.array([y for _, y in known])
    asked = [segment.text for _, segment in items.places]
    return [
        _row(
            f"label/{items.label}",
            name,
            list(fit_predict(name, texts, is_positive_N, asked)),
            list(items.targets_N),
            items.groups,
            resamples=resamples,
        )
        for name in _BASELINES
    ]


def _second_row(label: str, documents: Sequence[Document], second: Sequence[Document], *, resamples: int) -> list[Row]:
    pairs = [
        (group, one, two)
        for group, one, two in matched(documents, second)[0]
        if label in one.labels and label in two.labels
    ]
    if not pairs:
        return []
    said, truth = [two.labels[label] for _, _, two in pairs], [one.labels[label] for _, one, _ in pairs]
    return [_row(f"label/{label}", SECOND, said, truth, [group for group, _, _ in pairs], resamples=resamples)]


def _tag_rows(tag: str, scored: Sequence[Scored], *, resamples: int) -> list[Row]:
    probabilities_N, targets_N = tag_arrays(scored, tag)
    groups = [document.group for document, segment, scores in scored if tag in segment.tags for _ in scores.offsets]
    if not len(targets_N):
        return []
    return [_row(f"tag/{tag}", "model", list(probabilities_N), list(targets_N), groups, resamples=resamples)]


def risk_items(scorer: Scorer, documents: Sequence[Document]) -> tuple[list[float], list[float], list[str]]:
    """Risk, review label and group of every reviewed article that has a risk."""
    reviewed = [d for d in documents if d.review is not None and d.headline and d.sentences]
    records = scorer.score(as_article(d) for d in reviewed)
    items = [
        (r.risk.p, d.review or 0.0, d.group) for d, r in zip(reviewed, records, strict=True) if r.risk.p is not None
    ]
    return [p for p, _, _ in items], [y for _, y, _ in items], [group for _, _, group in items]


def _risk_rows(scorer: Scorer, documents: Sequence[Document], *, resamples: int) -> list[Row]:
    items = risk_items(scorer, documents)
    return [_row("risk", "model", *items, resamples=resamples)] if items[0] else []


def rows_of(
    scorer: Scorer,
    scored: Sequence[Scored],
    documents: Sequence[Document],
    train: Sequence[Document],
    *,
    config: RunConfig,
) -> list[Row]:
    """Rows of every label, tag and the risk.

    Args:
        documents: what was scored.
        train: what the baselines are fitted on.
    """
    resamples = config.calibration.bootstrap
    second = [d for source in config.data.sources if source.kind == "starter" for d in read_second_pass(source.path)]
    rows: list[Row] = []
    for label in SEGMENT_LABELS:
        items = items_of(scored, label)
        if items.places:
            model = list(items.probabilities_N), list(items.targets_N)
            rows.append(_row(f"label/{label}", "model", *model, items.groups, resamples=resamples))
            rows += _baseline_rows(items, train, resamples=resamples)
            rows += _second_row(label, documents, second, resamples=resamples)
    for tag in TOKEN_TAGS:
        rows += _tag_rows(tag, scored, resamples=resamples)
    return rows + _risk_rows(scorer, documents, resamples=resamples)
