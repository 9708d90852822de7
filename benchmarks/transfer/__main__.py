"""How well a model that never saw them does on public research corpora.

    python -m benchmarks.transfer BUNDLE [--corpora DIR]              a table
    python -m benchmarks.transfer BUNDLE --record NAME                also into results.json and README.md, under this name

DIR holds one folder per corpus (docs/corpora.md); a corpus that is not there is left out and named. Nothing is fitted on these corpora.
Parts marked `choose` may steer what is written next and which setting is taken; parts marked `test` are only looked at at the end.
"""

import argparse
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.metrics import f1_score, roc_auc_score

from benchmarks.corpora import corpus_documents
from benchmarks.report import Results, record, results_of, table
from presscheck.data.bootstrap import Estimate, bootstrap
from presscheck.data.dataset.splits import split_of
from presscheck.data.errors import DataError
from presscheck.data.schema import Document, LabelName, Segment, SegmentKind
from presscheck.eval.metrics import Array
from presscheck.serve.bundle import read_bundle
from presscheck.serve.scorer import Scorer
from presscheck.train.scored import score_documents

FOLDER = Path(__file__).parent
RESAMPLES = 1000
Part = Literal["choose", "test"]


def _half(document: Document) -> Part:
    """Corpora without a held-out part of their own: 60 % of the groups to choose by, 40 % to report on."""
    return "test" if split_of(document.group, dev=0.0, test=0.4, salt="transfer") == "test" else "choose"


@dataclass(frozen=True, slots=True)
class Trial:
    """One label on one part of one corpus.

    Attributes:
        name: what the part is called in the tables.
        takes: which documents belong to it.
        aims: metric to the lowest figure that the project aims at there.
        sample: the first so many by a hash of their id; None takes all.
        kind: the segments that are asked.
        truth: the corpus' own label where it has another name; with "not " before it, its opposite.
    """

    name: str
    corpus: str
    part: Part
    label: LabelName
    takes: Callable[[Document], bool]
    aims: Mapping[str, float] = field(default_factory=dict)
    sample: int | None = None
    kind: SegmentKind = "sentence"
    truth: str | None = None

    def value(self, segment: Segment) -> float | None:
        """The segment's value of the label, 0..1; None where nobody was asked."""
        name = (self.truth or self.label).removeprefix("not ")
        if name not in segment.labels:
            return None
        return 1 - segment.labels[name] if (self.truth or "").startswith("not ") else segment.labels[name]

    def read(self, corpora: Path) -> list[Document]:
        """Its documents.

        Raises:
            DataError: where the corpus is not there or broken.
        """
        found = [d for d in corpus_documents(self.corpus, corpora) if self.takes(d)]
        if self.sample is None:
            return found
        return sorted(found, key=lambda d: hashlib.sha256(d.id.encode()).digest())[: self.sample]


TRIALS = (
    Trial("polnear dev", "polnear", "choose", "attributed", lambda d: d.split == "dev"),
    Trial("polnear test", "polnear", "test", "attributed", lambda d: d.split == "test", {"roc_auc": 0.88, "macro_f1": 0.76}),
    Trial("subj train", "checkthat-subj", "choose", "claim", lambda d: d.split == "train", truth="not subjective"),
    Trial("subj dev-test", "checkthat-subj", "test", "claim", lambda d: d.split == "test", {"roc_auc": 0.80}, truth="not subjective"),
    Trial("claimbuster crowdsourced, 3,000", "claimbuster", "choose", "claim", lambda d: d.split != "test", sample=3000),
    Trial("claimbuster ground truth", "claimbuster", "test", "claim", lambda d: d.split == "test", {"roc_auc": 0.88}),
    Trial("babe 60 %", "babe", "choose", "loaded", lambda d: _half(d) == "choose"),
    Trial("babe 40 %", "babe", "test", "loaded", lambda d: _half(d) == "test", {"roc_auc": 0.78}),
    Trial("webis 60 %", "webis", "choose", "sensational", lambda d: _half(d) == "choose", kind="headline", truth="clickbait"),
    Trial(
        "webis 40 %",
        "webis",
        "test",
        "sensational",
        lambda d: _half(d) == "test",
        {"roc_auc": 0.75, "spearman": 0.45},
        kind="headline",
        truth="clickbait",
    ),
    Trial("ptc titles", "ptc", "test", "sensational", lambda _: True, {"roc_auc": 0.72}, kind="headline"),
)


def _figures(probabilities_N: Array, targets_N: Array, index: NDArray[np.intp]) -> dict[str, float | None]:
    probabilities_N, targets_N = probabilities_N[index], targets_N[index]
    is_positive_N = targets_N > 0.5
    if is_positive_N.all() or not is_positive_N.any():
        return {"roc_auc": None, "macro_f1": None, "spearman": None}
    return {
        "roc_auc": float(roc_auc_score(is_positive_N, probabilities_N)),
        "macro_f1": float(f1_score(is_positive_N, probabilities_N >= 0.5, average="macro")),
        "spearman": float(spearmanr(targets_N, probabilities_N).statistic),
    }


def _only(document: Document, kind: SegmentKind) -> Document:
    return replace(document, segments=tuple(s for s in document.segments if s.kind == kind))


def measure(scorer: Scorer, corpora: Path, *, parts: Sequence[Part] = ("choose", "test")) -> list[dict[str, Any]]:
    """One row per trial; a corpus that cannot be read is named and left out."""
    rows: list[dict[str, Any]] = []
    for trial in TRIALS:
        if trial.part not in parts:
            continue
        try:
            documents = [_only(d, trial.kind) for d in trial.read(corpora) if any(s.kind == trial.kind for s in d.segments)]
        except DataError as error:
            logging.warning("left out: %s", error)
            continue
        items = [
            (d.group, value, p.labels[trial.label])
            for d, s, p in score_documents(documents, scorer.parts)
            if (value := trial.value(s)) is not None
        ]
        targets_N, probabilities_N = np.array([y for _, y, _ in items]), np.array([p for _, _, p in items])
        found = bootstrap(partial(_figures, probabilities_N, targets_N), [g for g, _, _ in items], resamples=RESAMPLES)
        rows.append(
            {
                "trial": f"{trial.name} ({trial.part})",
                "label": trial.label,
                "n": len(items),
                "positive": round(float((targets_N > 0.5).mean()), 3),
                "aims": dict(trial.aims),
            }
            | {name: asdict(value) for name, value in found.items()}
        )
    return rows


def _cell(value: Mapping[str, float | None], aim: float | None) -> str:
    figure = Estimate(**value)
    if figure.value is None:
        return "–"
    text = f"{figure.value:.3f} [{figure.lower:.3f}, {figure.upper:.3f}]"
    return text if aim is None else f"{text} {'≥' if figure.value >= aim else '**below**'} {aim:.2f}"


def page(rows: Sequence[Mapping[str, Any]]) -> str:
    """The table of one model."""
    heads = ["corpus (part)", "label", "n", "positive", "ROC AUC", "macro-F1 at 0.5", "Spearman"]
    figures = ("roc_auc", "macro_f1", "spearman")
    return table(
        heads,
        (
            [row["trial"], row["label"], f"{row['n']:,}", f"{row['positive']:.0%}"]
            + [_cell(row[name], row["aims"].get(name)) for name in figures]
            for row in rows
        ),
    )


def draw(results: Results) -> str:
    """Every recorded model."""
    return "\n\n".join(f"## {name}\n\nBundle {found['bundle']}.\n\n{page(found['rows'])}" for name, found in results.items())


def main() -> None:
    """Measures a bundle."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--corpora", type=Path, default=Path("corpora"))
    parser.add_argument("--parts", choices=("choose", "all"), default="all")
    parser.add_argument("--record", metavar="NAME")
    arguments = parser.parse_args()
    bundle = read_bundle(arguments.bundle)
    parts: tuple[Part, ...] = ("choose",) if arguments.parts == "choose" else ("choose", "test")
    rows = measure(Scorer(bundle), arguments.corpora, parts=parts)
    print(page(rows))
    if arguments.record:
        found = {"bundle": bundle.manifest.version, "rows": rows}
        record(FOLDER, {**results_of(FOLDER), arguments.record: found}, draw)


if __name__ == "__main__":
    main()
