"""Kills a retraining again and again, and compares what it ends with: `python -m benchmarks.retrain_kills`."""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.machine import describe
from benchmarks.report import Results, record, results_of, table

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SEEDS = (7, 11)
OLD, NEW = ("crime", "markets"), ("weather",)
# Bounds that a model of random layers passes: what is compared is the road to a promotion, which is the longest.
GATE = "margin: 1\nslice_drop: 1\nmax_slowdown: 1000\nece_excess: 1\nbehaviour: false\nfairness: false\npolicies: false\n"
BOUNDS = "champion_auc: 0\nchampion_shift: 1\nsplit_shift: 1\ndrift: []\n"
CONFIG = """\
name: month
base:
  config: tiny
  overrides: [data.sources.0.path=old, model.encoder={encoder}]
{new}
replay: {{share: {share}}}
seeds: [{seeds}]
gate: gate.yaml
check: bounds.yaml
"""
_EARLIEST, _LATEST = 0.02, 0.4  # of the uninterrupted run's duration: a start alone takes part of it


@dataclass(frozen=True)
class End:
    """What a retraining ended with."""

    decision: bool
    candidate: str
    data_sha256: str
    weights_sha256: str
    champion: str
    weights_of_every_seed: dict[str, str]


def _copy_topics(folder: Path, topics: tuple[str, ...]) -> None:
    for kind in ("headlines", "articles"):
        (folder / kind).mkdir(parents=True)
        for topic in topics:
            source = ROOT / "data" / "starter" / kind / f"{topic}.txt"
            if source.is_file():
                shutil.copy(source, folder / kind)


def prepare(folder: Path) -> None:
    """A folder with a champion of an earlier month, and a new month's data and config."""
    folder.mkdir()
    _copy_topics(folder / "old", OLD)
    shutil.copy(ROOT / "data" / "starter" / "articles" / "sites_5.txt", folder / "old" / "articles")
    _copy_topics(folder / "new", NEW)
    (folder / "gate.yaml").write_text(GATE)
    (folder / "bounds.yaml").write_text(BOUNDS)
    encoder = ROOT / "tests" / "assets" / "tiny-encoder"
    for name, new, share, seeds in (
        ("first", "", 1, "3"),
        ("second", "new: [{kind: starter, path: new}]", 0.9, ", ".join(map(str, SEEDS))),
    ):
        (folder / f"{name}.yaml").write_text(CONFIG.format(encoder=encoder, new=new, share=share, seeds=seeds))
    done = run(folder, "first.yaml")
    if done.wait() != 0:
        raise SystemExit(f"the first month failed:\n{(folder / 'log.txt').read_text()[-2000:]}")


def run(folder: Path, config: str) -> "subprocess.Popen[bytes]":
    """Starts the command, with everything that it writes in the folder."""
    with (folder / "log.txt").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "presscheck.cli.main", "retrain", config],
            cwd=folder,
            stdout=log,
            stderr=log,
            process_group=0,  # killed as a whole, and in the session of the harness: its share of the machine stays the same
            env={**os.environ, "MLFLOW_TRACKING_URI": f"sqlite:///{folder / 'mlflow.db'}"},
        )


def end_of(folder: Path) -> End:
    """What the second month ended with."""
    journal = _journal(folder)
    steps = {name: step["values"] for name, step in journal["steps"].items()}
    decided = steps["promote"]
    last = json.loads((folder / "models" / "promotions.jsonl").read_text().splitlines()[-1])
    assert last["promoted"] == decided["promoted"]
    return End(
        decided["promoted"],
        decided["candidate"],
        steps["data"]["data_sha256"],
        steps[f"train {steps['select']['seed']}"]["weights_sha256"],
        (folder / "models" / "champion").resolve().name,
        {str(seed): steps[f"train {seed}"]["weights_sha256"] for seed in SEEDS},
    )


def _journal(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "retrained" / "month" / "run.json").read_text())
    return found


def step_at(folder: Path) -> str:
    """The step that a killed process was at, as the journal has it."""
    journal = _journal(folder)
    if journal["ended"]:
        return "start"
    open_steps = [name for name, step in journal["steps"].items() if not step["done"]]
    return open_steps[-1] if open_steps else f"after {list(journal['steps'])[-1]}"


def shown(value: object) -> str:
    """A value for the table; hashes are cut."""
    return ", ".join(f"{k}: {shown(v)}" for k, v in value.items()) if isinstance(value, dict) else str(value)[:24]


def mlflow_runs(folder: Path) -> dict[str, Any]:
    """The runs of the second month in MLflow, and its decisions."""
    import mlflow

    client = mlflow.MlflowClient(f"sqlite:///{folder / 'mlflow.db'}")
    key = _journal(folder)["id"]
    runs = [r for e in client.search_experiments() for r in client.search_runs([e.experiment_id])]
    parents = [r for r in runs if r.data.tags.get("presscheck.retrain") == key]
    children = [r for r in runs if r.data.tags.get("mlflow.parentRunId") in {p.info.run_id for p in parents}]
    names = Counter(child.data.tags["presscheck.bundle"] for child in children)
    entries = [json.loads(line) for line in (folder / "models" / "promotions.jsonl").read_text().splitlines()]
    return {
        "parents": len(parents),
        "children": len(children),
        "repeated children": sum(count - 1 for count in names.values()),
        "not finished": sum(r.info.status != "FINISHED" for r in [*parents, *children]),
        "decisions": sum(entry.get("run") == key for entry in entries),
    }


def kill_at_random(base: Path, *, kills: int, seconds: float, rng: random.Random) -> tuple[list[list[str | float]], list[Path]]:
    """Starts and kills the command until so many kills have hit, then lets it end; returns seconds and step of each, and the folders.

    Where a retraining ends before, another one begins from the same start.
    """
    hits: list[list[str | float]] = []
    folders: list[Path] = []
    while True:
        if not folders or (folders[-1] / "ended").exists():
            if len(hits) >= kills:
                return hits, folders
            folders.append(base.with_name(f"killed-{len(folders)}"))
            shutil.copytree(base, folders[-1], symlinks=True)
        folder = folders[-1]
        wait_s = rng.uniform(_EARLIEST, _LATEST) * seconds if len(hits) < kills else None
        process = run(folder, "second.yaml")
        try:
            code = process.wait(wait_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            hits.append([round(wait_s or 0.0, 1), step_at(folder)])
            print(f"kill {len(hits)} after {hits[-1][0]} s at {hits[-1][1]}", flush=True)
            continue
        if code != 0:
            raise SystemExit((folder / "log.txt").read_text()[-2000:])
        (folder / "ended").touch()


def draw(results: Results) -> str:
    """The result as Markdown."""
    rows = [
        [one["what"], one["plain"], *(found if found != one["plain"] else "the same" for found in one["killed"])]
        for one in results["compared"]
    ]
    where = Counter(str(step) for _, step in results["kills"])
    return "\n\n".join(
        (
            f"{results['when']}, {results['machine']}, shared with other work. Uninterrupted: {results['seconds']:.0f} s; "
            f"{len(results['kills'])} kills between {min(s for s, _ in results['kills']):.0f} and "
            f"{max(s for s, _ in results['kills']):.0f} s after a start (random seed {results['seed']}).",
            table(("", "uninterrupted", *(f"killed, {number}" for number, _ in enumerate(results["compared"][0]["killed"], 1))), rows),
            "Steps that the kills hit: " + ", ".join(f"{step} {count}" for step, count in where.most_common()) + ".",
        )
    )


def main() -> None:
    """Runs the harness."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", action="store_true", help="write results.json and the table in README.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="retrain-kills-") as name:
        base, plain = Path(name) / "base", Path(name) / "plain"
        prepare(base)
        shutil.copytree(base, plain, symlinks=True)
        start = time.monotonic()
        if run(plain, "second.yaml").wait() != 0:
            raise SystemExit((plain / "log.txt").read_text()[-2000:])
        seconds = time.monotonic() - start
        print(f"uninterrupted: {seconds:.0f} s", flush=True)
        rng = random.Random(options.seed)  # noqa: S311 - kill times, no secret
        hits, folders = kill_at_random(base, kills=options.kills, seconds=seconds, rng=rng)
        first, *others = ({**vars(end_of(folder)), **mlflow_runs(folder)} for folder in (plain, *folders))
        compared = [
            {"what": key.replace("_", " "), "plain": shown(value), "killed": [shown(other[key]) for other in others]}
            for key, value in first.items()
        ]
    results = {
        **results_of(HERE),
        "when": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": describe(("torch", "openvino")),
        "seed": options.seed,
        "seconds": round(seconds, 1),
        "kills": hits,
        "compared": compared,
    }
    print(draw(results))
    if options.record:
        record(HERE, results, draw)


if __name__ == "__main__":
    main()
