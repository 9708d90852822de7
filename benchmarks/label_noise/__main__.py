"""How many wrong labels the list of doubtful labels finds, and what their review regains.

    python -m benchmarks.label_noise

Flips a tenth of the train labels of the starter corpus, ranks all by the doubt of cross-fitted heads on frozen features of the pretrained
encoder, and measures heads trained on what each treatment of the list's first tenth leaves. Writes results.json and README.md's table.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from tqdm.auto import tqdm

from benchmarks.frozen import Array, Flags, Frozen, features_of, fit_head, is_positive, out_of_fold
from benchmarks.report import Results, mean_of, record, table
from presscheck.configs.loader import load
from presscheck.data.dataset.documents import load_splits
from presscheck.data.dataset.splits import folds_of
from presscheck.train.label_quality import label_quality

HERE = Path(__file__).parent
LABELS = ("sensational", "loaded", "claim", "attributed", "needs_source")
NOISE = 0.1
FIRST = 0.1  # the part of the list that is reviewed
FOLDS = 5
DOWN_WEIGHT = 0.25
RANDOM, UNSURE = "at random", "where a model is unsure"
TREATMENTS = ("clean", "noisy", "random review", "review", "drop", "down-weight")


def folds_by_group(train: Frozen, *, salt: str) -> NDArray[np.intp]:
    """The fold of each segment; a story is in one fold."""
    documents = list({document.id: document for document, _ in train.places}.values())
    fold_of = {d.id: number for number, part in enumerate(folds_of(documents, count=FOLDS, salt=salt)) for d in part}
    return np.array([fold_of[document.id] for document, _ in train.places])


def flipped(count: int, odds_N: Array, source: np.random.Generator) -> Flags:
    """NOISE of the items, drawn without replacement by their odds."""
    mask_N = np.zeros(count, dtype=bool)
    mask_N[source.choice(count, size=round(NOISE * count), replace=False, p=odds_N / odds_N.sum())] = True
    return mask_N


def treated(clean_N: Array, noisy_N: Array, first_N: Flags, chance_N: Flags) -> dict[str, tuple[Array, Array]]:
    """Targets and weights by treatment: restored labels, labels left out (weight 0), labels that count less."""
    ones_N = np.ones(len(clean_N))
    return {
        "clean": (clean_N, ones_N),
        "noisy": (noisy_N, ones_N),
        "random review": (np.where(chance_N, clean_N, noisy_N), ones_N),
        "review": (np.where(first_N, clean_N, noisy_N), ones_N),
        "drop": (noisy_N, np.where(first_N, 0.0, 1.0)),
        "down-weight": (noisy_N, np.where(first_N, DOWN_WEIGHT, 1.0)),
    }


def round_of(train: Frozen, test: Frozen, label: str, *, kind: str, seed: int) -> dict[str, float]:
    """One draw of flips for one label: what the list finds, and the test AUC of each treatment."""
    source = np.random.default_rng([seed, LABELS.index(label)])
    clean_N, held_N = train.targets(label), test.targets(label)
    folds_N = folds_by_group(train, salt=str(seed))
    odds_N = np.ones(len(clean_N))
    if kind == UNSURE:
        sure_N = out_of_fold(train.features_NF, clean_N, folds_N)
        odds_N = sure_N * (1 - sure_N) + 1e-3
    flips_N = flipped(len(clean_N), odds_N, source)
    noisy_N = np.where(flips_N, 1 - clean_N, clean_N)
    quality = label_quality(noisy_N, out_of_fold(train.features_NF, noisy_N, folds_N))
    size = round(FIRST * len(clean_N))
    first_N, chance_N = (np.isin(np.arange(len(clean_N)), order[:size]) for order in (quality.order(), source.permutation(len(clean_N))))
    found = {
        "flips": float(flips_N.sum()),
        "found in the first tenth": float(flips_N[first_N].sum() / flips_N.sum()),
        "issues": float(quality.is_issue_N.sum()),
        "issues that are flips": float(flips_N[quality.is_issue_N].mean()) if quality.is_issue_N.any() else 0.0,
        "flips that are issues": float(quality.is_issue_N[flips_N].mean()),
    }
    for name, (targets_N, weights_N) in treated(clean_N, noisy_N, first_N, chance_N).items():
        scores_N = fit_head(train.features_NF, targets_N, weights_N).probabilities(test.features_NF)
        found[name] = float(roc_auc_score(is_positive(held_N), scores_N))
    return found


def with_label(frozen: Frozen, label: str) -> Frozen:
    """The segments that carry a label."""
    return frozen.of(~np.isnan(frozen.targets(label)))


def measure(train: Frozen, test: Frozen, seeds: Sequence[int], keep: Callable[[list[dict[str, Any]]], None]) -> None:
    """Every round; what is there so far is kept after each label."""
    rows: list[dict[str, Any]] = []
    for kind in (RANDOM, UNSURE):
        for label in tqdm(LABELS, desc=kind, disable=None):
            some, held = with_label(train, label), with_label(test, label)
            rounds = [round_of(some, held, label, kind=kind, seed=seed) for seed in seeds]
            rows.append({"noise": kind, "label": label, "n": len(some.places), "test": len(held.places), "rounds": rounds})
            keep(rows)


def _range(values: Sequence[float], form: str) -> str:
    """Mean and 95 % interval over the seeds."""
    found = mean_of(values)
    reach = found.reach or 0.0
    return f"{found.value:{form}} [{found.value - reach:{form}}, {found.value + reach:{form}}]"


def _regained(rounds: Sequence[dict[str, float]], name: str) -> str:
    """The change in AUC over the noisy labels, with its paired interval, and its share of what the flips cost."""
    gains = [one[name] - one["noisy"] for one in rounds]
    lost = float(np.mean([one["clean"] - one["noisy"] for one in rounds]))
    return _range(gains, "+.3f") + (f", {np.mean(gains) / lost:.0%}" if lost > 0 else "")


def draw(results: Results) -> str:
    """Two tables: what the list finds, and what it regains."""
    shares = ("found in the first tenth", "issues that are flips", "flips that are issues")
    finds, regains = [], []
    for row in results["rows"]:
        values = {key: [one[key] for one in row["rounds"]] for key in row["rounds"][0]}
        named, *issues = (_range(values[key], ".0%") for key in shares)
        counts = f"{row['n']:,}", f"{values['flips'][0]:,.0f}"
        finds.append((row["noise"], row["label"], *counts, named, f"{np.mean(values['issues']) / row['n']:.0%}", *issues))
        aucs = (f"{np.mean(values[name]):.3f}" for name in ("clean", "noisy"))
        regains.append((row["noise"], row["label"], *aucs, *(_regained(row["rounds"], name) for name in TREATMENTS[2:])))
    found = table(("flips", "label", "train labels", "flipped", shares[0], "issues, of all", *shares[1:]), finds)
    regained = table(("flips", "label", "AUC, clean", "AUC, noisy", *(f"{name} of a tenth" for name in TREATMENTS[2:])), regains)
    return f"{results['about']}\n\n{found}\n\nROC AUC on the test split, and the change over the noisy labels:\n\n{regained}"


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.label_noise", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--cache", type=Path, help="folder of the features' file (default: the temporary folder)")
    options = parser.parse_args()
    splits = load_splits(load("starter").data)
    train, test = (features_of(splits[name], cache=options.cache) for name in ("train", "test"))
    about = f"Starter corpus, {options.seeds} seeds, {FOLDS} folds, 95 % t intervals over the seeds."

    def keep(rows: list[dict[str, Any]]) -> None:
        record(HERE, {"about": about, "rows": rows}, draw)

    measure(train, test, range(options.seeds), keep)


if __name__ == "__main__":
    main()
