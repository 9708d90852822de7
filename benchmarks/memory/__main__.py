"""How much memory building a data set and reading it for a training take, and how that grows with the rows.

    python -m benchmarks.memory [--rows 10000 100000 1000000] [--steps build read lists]

Run it from the root of a clone. Each measurement is a process of its own; a step that is measured again replaces its former result.
Writes results.json and the table in README.md after each.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.report import Results, record, results_of, table
from presscheck.configs.schema import RunConfig
from presscheck.data.dataset.documents import load_splits
from presscheck.data.dataset.write import build
from presscheck.serve.scorer import load_tokenizer

FOLDER, ASSETS = Path(__file__).parent, Path("tests/assets/tiny-encoder")
WORDS = ["council", "mayor", "budget", "ferry", "harbour", "vote", "tax", "school", "storm", "strike", "court", "fire", "crew", "bridge"]
STEPS = ("build", "read", "lists")


def _write(path: Path, rows: int) -> None:
    """Synthetic headlines of eight words and their number."""
    generator = random.Random(rows)  # noqa: S311 - not cryptography
    with path.open("w", encoding="utf-8") as stream:
        stream.write("text,y\n")
        stream.writelines(f"{' '.join(generator.choices(WORDS, k=8))} {number},{number % 2}\n" for number in range(rows))


def step(name: str, rows: int, folder: Path) -> Callable[[], object]:
    """What is measured."""
    table, built = folder / f"{rows}.csv", folder / f"built-{rows}"
    source: dict[str, object] = {"kind": "built", "path": str(built)}
    if name == "build":
        _write(table, rows)
        labels = {"sensational": {"column": "y"}}
        source = {"kind": "table", "path": str(table), "name": "t", "segment": "headline", "labels": labels}
    config = RunConfig.model_validate({"name": "memory", "models_dir": str(folder / "models"), "data": {"sources": [source]}})
    if name == "build":
        return lambda: build(config, built)
    from presscheck.train.batches import TokenBudgetBatches, make_examples  # a build needs no torch
    from presscheck.train.example_store import store_examples
    from presscheck.train.plan import plan

    tokenizer = load_tokenizer(ASSETS / "tokenizer.json")
    if name == "lists":
        splits = load_splits(config.data)
        return lambda: (splits, list(make_examples(splits["train"], tokenizer, max_tokens=256)))

    def read() -> None:
        stored = store_examples(make_examples(plan(config).splits["train"], tokenizer, max_tokens=256), beside=folder)
        batches = TokenBudgetBatches(stored, tokens_per_batch=2048, seed=1)
        for index in range(len(batches)):
            batches[index]

    return read


def _own_mb() -> float:
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("RssAnon")) / 1024


def measure(name: str, rows: int, folder: Path) -> dict[str, float]:
    """Seconds of the CPU, and the peak of memory without and with mapped files."""
    peak, done = [_own_mb()], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            peak.append(max(peak.pop(), _own_mb()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    _kept = step(name, rows, folder)()
    done.set()
    watcher.join()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {"cpu_s": time.process_time(), "own_mb": max(peak[0], _own_mb()), "with_files_mb": usage.ru_maxrss / 1024}


def draw(results: Results) -> str:
    """The table, with what it was measured on."""
    heads = ("step", "rows", "CPU seconds", "peak MB of its own", "peak MB with mapped files")
    found = [(name, int(rows), values) for name in STEPS for rows, values in results["steps"].get(name, {}).items()]
    lines = [
        (name, f"{rows:,}", *(f"{value:,.0f}" for value in values.values())) for name, rows, values in sorted(found, key=lambda f: f[:2])
    ]
    return f"{table(heads, lines)}\n\n{results['machine']}"


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--steps", nargs="+", default=STEPS, choices=STEPS)
    parser.add_argument("--folder", type=Path, help="keeps the data for another run (default: a temporary folder)")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one[0], int(options.one[1]), options.folder)))
        return
    from benchmarks.machine import describe  # imports torch

    with tempfile.TemporaryDirectory() as temporary:
        for rows in options.rows:
            for name in options.steps:
                one = ["--folder", str(options.folder or temporary), "--one", name, str(rows)]
                done = subprocess.run([sys.executable, "-m", "benchmarks.memory", *one], stdout=subprocess.PIPE, text=True, check=True)
                results: Results = {"steps": {}, **results_of(FOLDER), "machine": describe(("datasets", "pyarrow", "torch"))}
                results["steps"].setdefault(name, {})[str(rows)] = json.loads(done.stdout.splitlines()[-1])
                record(FOLDER, results, draw)


if __name__ == "__main__":
    main()
