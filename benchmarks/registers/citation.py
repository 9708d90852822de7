"""needs_source against what editors of Wikipedia cite (Redi et al. 2019, Citation needed), body sections only."""

import csv
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from presscheck.data.bootstrap import bootstrap
from presscheck.data.files import read_text
from presscheck.data.text.sentences import split_sentences
from presscheck.serve.scorer import Scorer

RESAMPLES = 1000
_PLOTS = ("plot", "synopsis", "summary", "story", "premise", "setting", "characters", "episodes", "gameplay")


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive sentences that are read together, and those of them that are asked.

    Attributes:
        group: the page's title; a page is not two independent samples.
    """

    group: str
    sentences: tuple[str, ...]
    asked: slice
    is_cited: bool


def _first(passages: Sequence[Passage], count: int) -> list[Passage]:
    return sorted(passages, key=lambda p: hashlib.sha256("\n".join(p.sentences).encode()).digest())[:count]


def biographies(corpora: Path) -> list[Passage]:
    """Passages outside the lead, which by house style cites nothing."""
    text = read_text(corpora / "citation-needed" / "redi" / "english_short.tsv")
    rows = csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [
        Passage(row[3], tuple(row[7][a:b] for a, b in split_sentences(row[7])), slice(None), row[8] == "1")
        for row in rows
        if row[4] != "MAIN_SECTION"
    ]


def featured(corpora: Path) -> list[Passage]:
    """Sentences of featured articles between their neighbours, plots left out: a plot cites its work by house style."""
    text = read_text(corpora / "citation-needed" / "wcd" / "no.jsonl")
    passages = []
    for row in map(json.loads, text.splitlines()):
        if any(word in row["section"].lower() for word in _PLOTS):
            continue
        before = [row["previous_sentence"]] if (row["previous_sentence"] or "").strip() else []
        after = [row["subsequent_sentence"]] if (row["subsequent_sentence"] or "").strip() else []
        place = slice(len(before), len(before) + 1)
        passages.append(Passage(row["title"], (*before, row["claim"], *after), place, row["label"] == 1))
    return passages


def _auc(truth_N: NDArray[np.bool_], values_N: NDArray[np.float64]) -> Callable[[NDArray[np.intp]], dict[str, Any]]:
    def statistic(index: NDArray[np.intp]) -> dict[str, Any]:
        both = 0 < truth_N[index].sum() < len(index)
        return {"auc": float(roc_auc_score(truth_N[index], values_N[index])) if both else None}

    return statistic


def measure_citations(scorer: Scorer, corpora: Path, *, count: int) -> list[dict[str, Any]]:
    """One row per part: ROC AUC of the highest needs_source of a passage's sentences, and of its length in words alone."""
    rows = []
    for name, read in (("biographies, outside the lead", biographies), ("featured articles, no plots", featured)):
        passages = _first([p for p in read(corpora) if p.sentences], count)
        scored = scorer.segments([p.sentences for p in passages])
        truth_N = np.array([p.is_cited for p in passages])
        values = {
            "needs_source": [max(s.labels["needs_source"] for s in found[p.asked]) for p, found in zip(passages, scored, strict=True)],
            "words": [sum(len(s.split()) for s in p.sentences[p.asked]) for p in passages],
        }
        groups = [p.group for p in passages]
        rows.append(
            {"part": name, "n": len(passages), "cited": int(truth_N.sum())}
            | {
                key: asdict(bootstrap(_auc(truth_N, np.array(one, float)), groups, resamples=RESAMPLES)["auc"])
                for key, one in values.items()
            }
        )
    return rows
