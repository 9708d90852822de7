"""Computes metrics of every output, for the model, the baselines and a second annotator's labels."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from presscheck.configs.sources import DataConfig
from presscheck.data.audit.agreement import matched
from presscheck.data.audit.probes import fit_predict
from presscheck.data.schema import POSITIVE, Document
from presscheck.data.starter import read_second_pass
from presscheck.eval.label_scores import Items
from presscheck.eval.metrics import estimate
from presscheck.eval.report import Row
from presscheck.train.calibrate import tag_arrays
from presscheck.train.scored import Scored

_BASELINES = ("shape", "tfidf")
MODEL, SECOND = "model", "second labels"


def _row(output: str, system: str, items: Items, *, resamples: int) -> Row:
    p_N, y_N = items.probabilities_N, items.targets_N
    metrics = estimate(p_N, y_N, items.groups, resamples=resamples)
    return Row(output, system, len(y_N), int(items.is_positive_N.sum()), metrics)


def baselines_of(items: Items, train: Sequence[Document]) -> dict[str, Items]:
    """Scores the same items with baseline classifiers that see too little to solve the task; none if the train split has no labels."""
    known = [(s.text, s.is_positive(items.label)) for d in train for s in d.segments if items.label in s.labels]
    if not known:
        return {}
    texts, is_positive_N = [text for text, _ in known], np.array([y for _, y in known])
    asked = [segment.text for _, segment in items.places]
    return {name: replace(items, probabilities_N=fit_predict(name, texts, is_positive_N, asked)) for name in _BASELINES}


def _second_items(label: str, documents: Sequence[Document], second: Sequence[Document]) -> Items | None:
    """A second annotator's labels of the same texts, as if they were a model's probabilities."""
    pairs = [(group, one, two) for group, one, two in matched(documents, second)[0] if label in one.labels and label in two.labels]
    by_group = {document.group: document for document in documents}
    return (
        Items(
            label,
            tuple((by_group[group], one) for group, one, _ in pairs),
            np.array([two.labels[label] for _, _, two in pairs]),
            np.array([one.labels[label] for _, one, _ in pairs]),
        )
        if pairs
        else None
    )


def _tag_row(tag: str, scored: Sequence[Scored], *, resamples: int) -> Row | None:
    probabilities_N, targets_N = tag_arrays(scored, tag)
    groups = [document.group for document, segment, scores in scored if tag in segment.tags for _ in scores.offsets]
    if not len(targets_N):
        return None
    metrics = estimate(probabilities_N, targets_N, groups, resamples=resamples)
    return Row(f"tag/{tag}", MODEL, len(targets_N), int((targets_N >= POSITIVE).sum()), metrics)


def rows_of(
    labels: Sequence[Items],
    baselines: Mapping[str, Mapping[str, Items]],
    risk: Items,
    scored: Sequence[Scored],
    documents: Sequence[Document],
    *,
    tags: Sequence[str],
    data: DataConfig,
    resamples: int,
) -> list[Row]:
    """Rows of every label, tag and the risk.

    Args:
        baselines: label to system to its items.
        documents: the scored documents.
        tags: those that the bundle learnt.
    """
    row = partial(_row, resamples=resamples)
    second = [d for source in data.sources if source.kind == "starter" for d in read_second_pass(source.path)]
    rows: list[Row] = []
    for items in labels:
        output = f"label/{items.label}"
        systems = {MODEL: items, **baselines[items.label], SECOND: _second_items(items.label, documents, second)}
        rows += [row(output, system, found) for system, found in systems.items() if found is not None]
    for tag in tags:
        found = _tag_row(tag, scored, resamples=resamples)
        rows += [found] if found else []
    return rows + ([row(risk.label, MODEL, risk)] if risk.places else [])
