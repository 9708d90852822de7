"""A simulated year of reviews: what does active selection save against random choice?

    python -m benchmarks.year --record                       the starter corpus: twelve rounds, five seeds, heads on frozen features
    python -m benchmarks.year --corpora corpora --record     the same with the public corpora that are there
    python -m benchmarks.year --full active 4 --record       one whole model on what is labelled after four rounds; minutes each
    python -m benchmarks.year --draw                         the table and the plot from what is recorded

Every round and every model is a step: the same command goes on where it was interrupted. Selection looks at the train split alone, and
nothing is chosen by the test split.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import Results, mean_of, record, results_of, table
from benchmarks.year.rounds import ARMS, FURTHER, LABELS, PER_ROUND, ROUNDS, SEED_ITEMS, run_year
from benchmarks.year.savings import saved

FOLDER = Path(__file__).parent
SEEDS = 5
AT = (4, 8, 12)
_ALL = "mean of the labels"


def _matrix(runs: dict[str, list[dict[str, Any]]], label: str, length: int) -> np.ndarray:
    def value(point: dict[str, Any]) -> float:
        return float(np.mean(list(point["auc"].values()))) if label == _ALL else float(point["auc"][label])

    return np.array([[value(point) for point in run[:length]] for run in runs.values()])


def _curves(arms: dict[str, dict[str, list[dict[str, Any]]]]) -> str:
    """AUC per label and arm after some rounds, and the reviews that random choice needs for the same."""
    active, random = arms["active"], arms["random"]
    labels = [label for label in LABELS if label in next(iter(active.values()))[0]["auc"]]
    lengths = {arm: min(map(len, runs.values())) for arm, runs in arms.items()}
    reviews = [point["reviews"] for point in next(iter(random.values()))[: lengths["random"]]]
    shown = [at for at in AT if at < lengths["active"] and at < lengths["random"]]
    heads = ["label", *(f"{arm}, {reviews[at]:,}" for at in (0, *shown) for arm in ("active", "random") if at or arm == "random")]
    heads += ["active less random, " + f"{reviews[shown[-1]]:,}"] if shown else []
    rows, needs = [], []
    for label in (*labels, _ALL):
        both = {arm: _matrix(arms[arm], label, lengths[arm]) for arm in ARMS}
        cells = [str(mean_of(both["random"][:, 0].tolist()))]
        cells += [str(mean_of(both[arm][:, at].tolist())) for at in shown for arm in ("active", "random")]
        if shown:
            seeds = min(len(both["active"]), len(both["random"]))
            cells.append(str(mean_of((both["active"][:seeds, shown[-1]] - both["random"][:seeds, shown[-1]]).tolist())))
            pairs = {arm: both[arm][:seeds] for arm in ARMS}
            needs.append([label, *(str(saved(reviews, pairs["active"], pairs["random"], at=at)) for at in shown)])
        rows.append([label, *cells])
    segments = {arm: [round(float(np.mean([run[at]["segments"] for run in arms[arm].values()]))) for at in shown] for arm in ARMS}
    volumes = "; ".join(f"{arm} {', '.join(f'{n:,}' for n in segments[arm])}" for arm in ARMS)
    return "\n\n".join(
        [
            table(heads, rows),
            "Reviews that random choice needs for what active selection has reached (95 % interval over the seeds):",
            table(["label", *(f"active {reviews[at]:,}" for at in shown)], needs),
            f"Headlines and sentences in the reviewed items after {', '.join(f'{reviews[at]:,}' for at in shown)} reviews: {volumes}.",
        ]
    )


def _full(full: dict[str, dict[str, float]]) -> str:
    heads = ["after", *(f"{label}, {arm}" for label in LABELS for arm in ARMS)]
    rows = []
    for at in AT:
        found = {arm: full.get(f"{arm}-{at}", {}) for arm in ARMS}
        if any(found.values()):
            cells = [f"{found[arm][label]:.3f}" if label in found[arm] else "not run" for label in LABELS for arm in ARMS]
            rows.append([f"{SEED_ITEMS + PER_ROUND * at:,}", *cells])
    return table(heads, rows)


def draw(results: Results) -> str:
    """The tables of each set of corpora."""
    lines = []
    for name, found in results.items():
        lines += [f"## {name}", found["about"]]
        if set(found.get("arms", {})) == set(ARMS):
            lines.append(_curves(found["arms"]))
        if found.get("full"):
            lines += ["The whole model (three epochs, one seed), ROC AUC:", _full(found["full"])]
    return "\n\n".join(lines)


def main() -> None:
    """Runs the steps that are left, and records them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, help="folder of the public corpora; without it the starter corpus alone")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--full", nargs=2, metavar=("ARM", "ROUND"), help="train one whole model after a round, of seed 0")
    parser.add_argument("--work", type=Path, default=Path("built/year"), help="folder of the steps")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--draw", action="store_true")
    arguments = parser.parse_args()
    results = results_of(FOLDER)
    if not arguments.draw:
        _run(arguments, results)
    if arguments.record or arguments.draw:
        from benchmarks.year.plot import draw_curves

        record(FOLDER, results, draw)
        for name, found in results.items():
            draw_curves(found["arms"], FOLDER / f"{name.split()[0].lower()}.svg", title=f"{name}: AUC by reviewed items, {SEEDS} seeds")


def _run(arguments: argparse.Namespace, results: Results) -> None:
    from presscheck.configs.offline import stay_offline

    stay_offline()
    import torch

    from benchmarks.year.material import material

    torch.set_num_threads(1)
    name = "Starter corpus" if arguments.corpora is None else "Public corpora with the starter corpus"
    work = arguments.work / name.split()[0].lower()
    work.mkdir(parents=True, exist_ok=True)
    found = material(arguments.corpora)
    own = results.setdefault(name, {"arms": {}})
    sources = sorted({document.source for document in found.documents})
    own["about"] = (
        f"Pool: {len(found.documents):,} items with {len(found.train.places):,} headlines and sentences of {', '.join(sources)}; "
        f"test split: {len(found.test.places):,}. Seed of {SEED_ITEMS} items at random, then rounds of {PER_ROUND}: "
        f"{ROUNDS} of active selection, {ROUNDS + FURTHER} of random choice. Means over the seeds ± 95 % (Student's t)."
    )
    if arguments.full:
        from benchmarks.year.full_model import full_step

        arm, at = arguments.full[0], int(arguments.full[1])
        own.setdefault("full", {})[f"{arm}-{at}"] = full_step(found, arm, at, seed=0, work=work)
        return
    for seed in range(arguments.seeds):
        for arm in ARMS:
            year = run_year(found, arm, seed, work / f"{arm}-{seed}.json")
            own["arms"].setdefault(arm, {})[str(seed)] = [
                {"reviews": point.reviews, "segments": point.segments, "auc": point.auc} for point in year.points
            ]


if __name__ == "__main__":
    main()
