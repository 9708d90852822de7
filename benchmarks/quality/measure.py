"""A bundle's figures on every target."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.corpora import corpus_documents
from benchmarks.quality.targets import TARGETS, Index, Statistic, Target, best_threshold, rater_noise, statistic
from presscheck.configs.sources import DataConfig
from presscheck.data.bootstrap import bootstrap
from presscheck.data.dataset.documents import load_splits
from presscheck.data.schema import POSITIVE, Document, SplitName
from presscheck.eval.bundle_config import part_of
from presscheck.eval.label_scores import Array, items_of
from presscheck.serve.bundle import Bundle
from presscheck.serve.scorer import Scorer
from presscheck.train.calibrate import tag_arrays
from presscheck.train.scored import Scored, score_documents

RESAMPLES = 1000
Row = dict[str, Any]
Arrays = tuple[Array, Array, list[str]]
Read = Callable[[Target, str, SplitName], Arrays]


class Reader:
    """Scores of every corpus' dev and test part, each made once."""

    def __init__(self, bundle: Bundle, corpora: Path) -> None:
        self._scorer = Scorer(bundle)
        self._corpora = corpora
        self._splits = load_splits(part_of(bundle, "data", DataConfig))
        self._known: dict[tuple[str, SplitName, bool], list[Scored]] = {}

    def _scored(self, corpus: str, split: SplitName, *, official: bool) -> list[Scored]:
        """Scored segments; official parts come from the publisher's files, with no label taken away."""
        key = (corpus, split, official)
        if key not in self._known:
            documents: Iterator[Document]
            if official:
                documents = (d for d in corpus_documents(corpus, self._corpora) if d.split == split)
            else:
                documents = (d for d in self._splits[split] if d.source == corpus)
            self._known[key] = score_documents(list(documents), self._scorer.parts, in_front=self._scorer.reads_headlines)
        return self._known[key]

    def __call__(self, target: Target, corpus: str, split: SplitName) -> Arrays:
        """Probabilities (N,), targets (N,) and the group of each item of the target's output."""
        scored = self._scored(corpus, split, official=target.official)
        kind, _, name = target.output.partition("/")
        if kind == "tag":
            probabilities_N, targets_N = tag_arrays(scored, name)
            return probabilities_N, targets_N, [d.group for d, s, p in scored if name in s.tags for _ in p.offsets]
        items = items_of(scored, name)
        return items.probabilities_N, items.targets_N, items.groups


def _figure(found: Statistic, probabilities_N: Array, targets_N: Array, index: Index) -> Mapping[str, float | None]:
    return {"value": found(probabilities_N, targets_N, index)}


def rows_of(read: Read, *, noise: float, split: SplitName, targets: Sequence[Target] = TARGETS) -> list[Row]:
    """One row per target that there are items for; a threshold is chosen on dev (of ClaimBuster where the corpus has none)."""
    rows = []
    for target in targets:
        probabilities_N, targets_N, groups = read(target, target.corpus, split)
        if not len(targets_N):
            continue
        threshold = 0.5
        if "F1" in target.measure:
            chooser = "claimbuster" if target.corpus == "checkthat24" else target.corpus
            dev_N, truth_N, _ = read(target, chooser, "dev")
            if (truth_N > POSITIVE).any():
                threshold = best_threshold(dev_N, truth_N > POSITIVE)
        measured = statistic(target.measure, threshold, noise=noise)
        figure = partial(_figure, measured, probabilities_N, targets_N)
        found = bootstrap(figure, groups, resamples=RESAMPLES)["value"]
        rows.append({"target": target.key, "n": len(targets_N), "threshold": round(threshold, 3), **asdict(found)})
        logging.info("%s: %s", target.key, found)
    return rows


def measure(bundle: Bundle, corpora: Path, *, split: SplitName = "test", only: Sequence[str] = ()) -> list[Row]:
    """The figures of a bundle on the targets of the labels that it was trained on.

    Args:
        split: "dev" to choose by; "test" to report.
        only: corpora to measure on; all where it is empty.
    """
    manifest = bundle.manifest
    learnt = {*(f"label/{name}" for name in manifest.trained_labels), *(f"tag/{name}" for name in manifest.trained_tags)}
    targets = [target for target in TARGETS if (not only or target.corpus in only) and target.output in learnt]
    return rows_of(Reader(bundle, corpora), noise=rater_noise(corpora), split=split, targets=targets)
