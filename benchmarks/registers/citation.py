"""needs_source against what editors of Wikipedia cite (Redi et al. 2019, Citation needed), body sections only."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from presscheck.data.bootstrap import bootstrap
from presscheck.data.corpora.citation_needed import Passage, passages
from presscheck.data.corpora.registry import folder_of
from presscheck.serve.scorer import Scorer

RESAMPLES = 1000
_PARTS = {"biographies": "biographies, outside the lead", "featured": "featured articles, no plots"}


def _first(passages: Sequence[Passage], count: int) -> list[Passage]:
    return sorted(passages, key=lambda p: hashlib.sha256("\n".join(p.sentences).encode()).digest())[:count]


def _auc(truth_N: NDArray[np.bool_], values_N: NDArray[np.float64]) -> Callable[[NDArray[np.intp]], dict[str, Any]]:
    def statistic(index: NDArray[np.intp]) -> dict[str, Any]:
        both = 0 < truth_N[index].sum() < len(index)
        return {"auc": float(roc_auc_score(truth_N[index], values_N[index])) if both else None}

    return statistic


def measure_citations(scorer: Scorer, corpora: Path, *, count: int, held_out: bool) -> list[dict[str, Any]]:
    """One row per part: ROC AUC of the highest needs_source of a passage's sentences, and of its length in words alone.

    Args:
        held_out: only pages that no training reads, for a model that was trained on the corpus.
    """
    rows = []
    every = [p for p in passages(folder_of("citation-needed", corpora)) if p.is_held_out or not held_out]
    for part, name in _PARTS.items():
        chosen = _first([p for p in every if p.part == part], count)
        scored = scorer.segments([p.sentences for p in chosen])
        truth_N = np.array([p.is_cited for p in chosen])
        values = {
            "needs_source": [max(s.labels["needs_source"] for s in found[p.asked]) for p, found in zip(chosen, scored, strict=True)],
            "words": [sum(len(s.split()) for s in p.sentences[p.asked]) for p in chosen],
        }
        groups = [p.title for p in chosen]
        rows.append(
            {"part": name, "n": len(chosen), "cited": int(truth_N.sum())}
            | {
                key: asdict(bootstrap(_auc(truth_N, np.array(one, float)), groups, resamples=RESAMPLES)["auc"])
                for key, one in values.items()
            }
        )
    return rows
