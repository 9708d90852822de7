"""How good a model is on the public corpora: the targets of the field, each by its own measure.

    python benchmarks/quality.py BUNDLE --corpora DIR [--name NAME]   measures a bundle on every test part; NAME records it
    python benchmarks/quality.py --programme --corpora DIR            trains and measures what quality.yaml lists; goes on where it stopped

DIR holds one folder per corpus (docs/corpora.md). Official test parts are read whole, from the publisher's files; Webis, PTC and BABE have
none, so there the documents of the training config's test split are taken. A threshold other than 0.5 is chosen on dev. Results stand in
quality.json and are drawn into quality.md.
"""

import argparse
import logging
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from record import corpus_documents, record, results_of
from sklearn.metrics import average_precision_score, f1_score, mean_squared_error, precision_recall_curve

from presscheck.configs.loader import config_hash, load
from presscheck.configs.schema import RunConfig
from presscheck.data.bootstrap import Estimate, bootstrap
from presscheck.data.build.documents import load_splits
from presscheck.data.corpora.registry import folder_of
from presscheck.data.files import jsonl_rows
from presscheck.data.schema import POSITIVE, Document, SplitName
from presscheck.eval.metrics import Array
from presscheck.serve.bundle import Bundle, read_bundle
from presscheck.serve.labelled import Scored, score_documents
from presscheck.serve.scorer import Scorer
from presscheck.train.calibrate import tag_arrays
from presscheck.train.run import train

HERE = Path(__file__).parent
RECORD, PROGRAMME = HERE / "quality.json", HERE / "quality.yaml"
MARK = "<!-- drawn from quality.json by quality.py -->"
RESAMPLES = 1000
Index = NDArray[np.intp]
Statistic = Callable[[Array, Array, Index], float | None]


@dataclass(frozen=True, slots=True)
class Target:
    """One figure that the project aims at.

    Attributes:
        output: "label/NAME" or "tag/NAME".
        official: the corpus' own test part; else the test split of the training config.
        higher: whether more is better.
    """

    corpus: str
    output: str
    measure: str
    aim: float
    official: bool = True
    higher: bool = True

    @property
    def key(self) -> str:
        """Its row in the tables."""
        return f"{self.corpus} {self.output} {self.measure}"


TARGETS = (
    Target("webis", "label/sensational", "explainable variance", 0.82, official=False),
    Target("webis", "label/sensational", "mean squared error", 0.026, official=False, higher=False),
    Target("webis", "label/sensational", "F1", 0.71, official=False),
    Target("polnear", "label/attributed", "F1", 0.945),
    Target("polnear", "label/attributed", "macro-F1", 0.925),
    Target("polnear", "tag/source", "token F1", 0.82),
    Target("polnear", "tag/cue", "token F1", 0.70),
    Target("polnear", "tag/content", "token F1", 0.905),
    Target("ptc", "tag/loaded", "token F1", 0.0, official=False),
    Target("ptc", "label/loaded", "AP", 0.0, official=False),
    Target("babe", "label/loaded", "macro-F1", 0.80, official=False),
    Target("claimbuster", "label/claim", "F1", 0.945),
    Target("claimbuster", "label/claim", "AP", 0.98),
    Target("checkthat24", "label/checkworthy", "F1", 0.78),
    Target("checkthat-subj", "label/claim", "macro-F1", 0.78),
)


def _best_threshold(probabilities_N: Array, is_positive_N: NDArray[np.bool_]) -> float:
    """The threshold of the best F1."""
    precision, recall, thresholds = precision_recall_curve(is_positive_N, probabilities_N)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return float(thresholds[int(np.argmax(f1[:-1]))]) if len(thresholds) else 0.5


def _noise(corpora: Path) -> float:
    """Variance of the mean of Webis' five raters around the strength that many raters would give: their unbiased variance over five."""
    rows = jsonl_rows(folder_of("webis", corpora) / "truth.jsonl")
    return statistics.fmean(statistics.variance(row["truthJudgments"]) / 5 for _, row in rows)


def _statistic(measure: str, threshold: float, *, noise: float) -> Statistic:
    """A measure as a function of probabilities, targets and the items that are asked."""

    def variance_share(p: Array, y: Array, i: Index) -> float | None:
        explainable = float(np.var(y[i])) - noise
        return 1 - (float(mean_squared_error(y[i], p[i])) - noise) / explainable if explainable > 0 else None

    def f1(p: Array, y: Array, i: Index) -> float | None:
        return float(f1_score(y[i] > POSITIVE, p[i] >= threshold, zero_division=0.0))

    known: Mapping[str, Statistic] = {
        "explainable variance": variance_share,
        "mean squared error": lambda p, y, i: float(mean_squared_error(y[i], p[i])),
        "F1": f1,
        "token F1": f1,
        "macro-F1": lambda p, y, i: float(f1_score(y[i] > POSITIVE, p[i] >= threshold, average="macro")),
        "AP": lambda p, y, i: (
            float(average_precision_score(y[i] > POSITIVE, p[i])) if (y[i] > POSITIVE).any() else None
        ),
    }
    return known[measure]


class Reader:
    """Scores of every corpus' dev and test part, each made once."""

    def __init__(self, bundle: Bundle, corpora: Path) -> None:
        self._scorer = Scorer(bundle)
        self._corpora = corpora
        self._splits = load_splits(RunConfig.model_validate(bundle.manifest.config).data)
        self._known: dict[tuple[str, SplitName, bool], list[Scored]] = {}

    def scored(self, corpus: str, split: SplitName, *, official: bool) -> list[Scored]:
        """Scored segments; official parts come from the publisher's files, with no label taken away."""
        key = (corpus, split, official)
        if key not in self._known:
            documents: Iterator[Document] | list[Document]
            if official:
                documents = (d for d in corpus_documents(corpus, self._corpora) if d.split == split)
            else:
                documents = (d for d in self._splits[split] if d.source == corpus)
            self._known[key] = score_documents(list(documents), self._scorer.segments)
        return self._known[key]


def _arrays(scored: Sequence[Scored], output: str) -> tuple[Array, Array, list[str]]:
    kind, _, name = output.partition("/")
    if kind == "tag":
        probabilities_N, targets_N = tag_arrays(scored, name)
        return probabilities_N, targets_N, [d.group for d, s, p in scored if name in s.tags for _ in p.offsets]
    items = [(d.group, p.labels[name], s.labels[name]) for d, s, p in scored if name in s.labels]
    return np.array([p for _, p, _ in items]), np.array([y for _, _, y in items]), [g for g, _, _ in items]


def _figure(statistic: Statistic, probabilities_N: Array, targets_N: Array, index: Index) -> dict[str, float | None]:
    return {"value": statistic(probabilities_N, targets_N, index)}


def measure(bundle: Bundle, corpora: Path) -> list[dict[str, Any]]:
    """One row per target that the bundle's training data and labels allow."""
    reader = Reader(bundle, corpora)
    noise = _noise(corpora)
    rows = []
    for target in TARGETS:
        name = target.output.partition("/")[2]
        if target.output.startswith("label/") and name not in bundle.manifest.trained_labels:
            continue
        scored = reader.scored(target.corpus, "test", official=target.official)
        probabilities_N, targets_N, groups = _arrays(scored, target.output)
        if not len(probabilities_N):
            continue
        threshold = 0.5
        if "F1" in target.measure:
            chooser = "claimbuster" if target.corpus == "checkthat24" else target.corpus
            dev_N, truth_N, _ = _arrays(reader.scored(chooser, "dev", official=target.official), target.output)
            threshold = _best_threshold(dev_N, truth_N > POSITIVE) if (truth_N > POSITIVE).any() else 0.5
        statistic = _statistic(target.measure, threshold, noise=noise)
        figure = partial(_figure, statistic, probabilities_N, targets_N)
        found = bootstrap(figure, groups, resamples=RESAMPLES)["value"]
        rows.append({"target": target.key, "n": len(targets_N), "threshold": round(threshold, 3), **asdict(found)})
        logging.info("%s: %s", target.key, found)
    return rows


def _record(name: str, seed: int, rows: list[dict[str, Any]], **about: Any) -> None:
    results = results_of(RECORD)
    results.setdefault(name, {})[str(seed)] = {**about, "rows": rows}
    record(RECORD, results, mark=MARK, draw=_table)


def _cell(runs: Mapping[str, Mapping[str, Any]], key: str) -> str:
    found = [row for run in runs.values() for row in run["rows"] if row["target"] == key]
    if not found:
        return "–"
    estimate = Estimate(found[0]["value"], found[0]["lower"], found[0]["upper"])
    if len(found) == 1:
        return f"{estimate.value:.3f} [{estimate.lower:.3f}, {estimate.upper:.3f}]"
    values = [row["value"] for row in found]
    spread = f"{statistics.fmean(values):.3f} ± {statistics.stdev(values):.3f} ({len(values)} seeds)"
    return f"{spread} [{estimate.lower:.3f}, {estimate.upper:.3f}]"


def _table(results: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    names = list(results)
    lines = [f"| target | aim | {' | '.join(names)} |", "|---|---|" + "---|" * len(names)]
    for target in TARGETS:
        aim = f"{'≥' if target.higher else '≤'} {target.aim:g}" if target.aim else "report"
        lines.append(f"| {target.key} | {aim} | {' | '.join(_cell(results[name], target.key) for name in names)} |")
    times = [
        f"- {name}, seed {seed}: " + ", ".join(f"{k} {v}" for k, v in run.items() if k != "rows")
        for name, runs in results.items()
        for seed, run in runs.items()
    ]
    return "\n".join([*lines, "", *times])


def programme(corpora: Path) -> None:
    """Trains and measures every system of quality.yaml with every seed; what stands in quality.json is not done again."""
    for name, system in yaml.safe_load(PROGRAMME.read_text(encoding="utf-8")).items():
        for seed in system["seeds"]:
            results = results_of(RECORD)
            config = load(system["config"], [*system.get("overrides", ()), f"seed={seed}"])
            if results.get(name, {}).get(str(seed), {}).get("config") == config_hash(config)[:8]:
                continue
            start = time.monotonic()
            bundle = train(config)
            minutes = (time.monotonic() - start) / 60
            rows = measure(bundle, corpora)
            _record(
                name,
                seed,
                rows,
                config=config_hash(config)[:8],
                bundle=bundle.manifest.version,
                minutes=round(minutes, 1),
            )


def main() -> None:
    """Measures a bundle, or runs the programme."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", nargs="?", type=Path)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--name", help="record the figures under this name")
    parser.add_argument("--programme", action="store_true")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if arguments.programme:
        programme(arguments.corpora)
        return
    if not arguments.bundle:
        parser.error("give a bundle, or --programme")
    bundle = read_bundle(arguments.bundle)
    rows = measure(bundle, arguments.corpora)
    if arguments.name:
        config = RunConfig.model_validate(bundle.manifest.config)
        _record(arguments.name, config.seed, rows, config=config_hash(config)[:8], bundle=bundle.manifest.version)


if __name__ == "__main__":
    main()
