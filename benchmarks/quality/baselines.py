"""What the figures stand beside: classifiers that see too little, and people."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score

from benchmarks.quality.measure import Arrays, Row, rows_of
from benchmarks.quality.targets import TARGETS, Target, rater_noise
from benchmarks.record import corpus_documents
from presscheck.data.audit.probes import fit_predict
from presscheck.data.corpora.registry import folder_of
from presscheck.data.rows.tables import table_rows
from presscheck.data.schema import POSITIVE, Document, SplitName

Splits = Mapping[SplitName, Sequence[Document]]
TRAINED_ON = {"checkthat24": "claimbuster"}  # the corpus has no train part; these are its publisher's


def probe_rows(name: str, splits: Splits, corpora: Path) -> list[Row]:
    """A probe of `data audit` on every label target, fitted on the train part of the target's corpus alone."""

    def read(target: Target, corpus: str, split: SplitName) -> Arrays:
        label = target.output.removeprefix("label/")
        official = corpus_documents(corpus, corpora) if target.official else ()
        held = [d for d in official if d.split == split] if target.official else splits[split]
        source = TRAINED_ON.get(target.corpus, target.corpus)
        known = _texts((d for d in splits["train"] if d.source == source), label)
        asked = _texts((d for d in held if d.source == corpus), label)
        if not known or not asked:
            return np.empty(0), np.empty(0), []
        is_positive_N = np.array([value > POSITIVE for _, value, _ in known])
        found_N = fit_predict(name, [t for t, _, _ in known], is_positive_N, [t for t, _, _ in asked])
        return found_N, np.array([value for _, value, _ in asked]), [group for _, _, group in asked]

    labels = [target for target in TARGETS if target.output.startswith("label/")]
    return rows_of(read, noise=rater_noise(corpora), split="test", targets=labels)


def _texts(documents: Iterable[Document], label: str) -> list[tuple[str, float, str]]:
    return [(s.text, s.labels[label], d.group) for d in documents for s in d.segments if label in s.labels]


def rater_figures(corpora: Path) -> dict[str, float]:
    """Webis: each rater against the mean of the other four, over all texts, and the noise of the five raters' mean."""
    votes_NR = np.array([row["truthJudgments"] for _, row in table_rows(folder_of("webis", corpora) / "truth.jsonl")])
    raters = range(votes_NR.shape[1])
    others = [np.delete(votes_NR, r, axis=1).mean(axis=1) for r in raters]
    return {
        "mean squared error": statistics.fmean(float(((votes_NR[:, r] - others[r]) ** 2).mean()) for r in raters),
        "F1": statistics.fmean(float(f1_score(others[r] > POSITIVE, votes_NR[:, r] > POSITIVE)) for r in raters),
        "noise of the mean": rater_noise(corpora),
    }
