"""Size and imports of the packages at commits, and the modules that a headline and a training row pass through.

`python -m benchmarks.structure COMMIT…` counts; --hops BUNDLE adds the last two of the working tree.
"""

import argparse
import ast
import csv
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from types import FrameType

from benchmarks.report import Results, record, results_of, table

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
LAYERS = ("configs", "data", "serve", "train", "eval", "cli")
ROWS = {
    "modules": "modules",
    "lines": "lines",
    "median": "median module, lines",
    "largest": "largest module, lines",
    "one importer": "modules with one importer or none",
    "names more than twice": "file names that stand more than twice",
    "benchmarks": "benchmarks' size in percent of the packages'",
    "headline": "hops of a headline",
    "row": "hops of a training row",
}


def _imported(path: Path, modules: set[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("presscheck."):
            base = node.module.removeprefix("presscheck.")
            yield from {base, *(f"{base}.{name.name}" for name in node.names)} & modules


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def measure(commit: str) -> dict[str, float]:
    """The counts at a commit."""
    archive = subprocess.run(["git", "-C", str(ROOT), "archive", commit], check=True, capture_output=True).stdout
    with tempfile.TemporaryDirectory() as folder, tarfile.open(fileobj=BytesIO(archive)) as stored:
        stored.extractall(folder, filter="data")
        root = Path(folder)
        files = [path for layer in LAYERS for path in (root / layer).rglob("*.py")]
        modules = {path.relative_to(root).with_suffix("").as_posix().replace("/", "."): path for path in files if path.stem != "__init__"}
        importers = defaultdict(set)
        for path in files:
            for name in _imported(path, set(modules)):
                importers[name].add(path)
        sizes = [_lines(path) for path in modules.values()]
        return {
            "modules": len(modules),
            "lines": sum(sizes),
            "median": statistics.median(sizes),
            "largest": max(sizes),
            "one importer": sum(len(importers[name]) < 2 for name in modules),
            "names more than twice": sum(count > 2 for count in Counter(path.name for path in modules.values()).values()),
            "benchmarks": round(100 * sum(map(_lines, (root / "benchmarks").rglob("*.py"))) / sum(sizes), 1),
        }


def _modules_of(task: Callable[[], object]) -> int:
    """How many modules of the project have a function that runs in this thread during the task."""
    seen: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        name = frame.f_globals.get("__name__", "")
        if event == "call" and name.startswith("presscheck."):
            seen.add(name)

    sys.setprofile(note)
    try:
        task()
    finally:
        sys.setprofile(None)
    return len(seen)


def hops(bundle: Path) -> dict[str, float]:
    """Modules that one headline and one training row pass through."""
    from presscheck.configs.sources import DataConfig
    from presscheck.data.dataset.documents import load_splits
    from presscheck.serve import load
    from presscheck.serve.scorer import load_tokenizer
    from presscheck.train.batches import TokenBudgetBatches, collate, make_examples
    from presscheck.train.example_store import store_examples

    scorer = load(bundle)
    headline = "So the levy is now war?"
    scorer.score_one(headline=headline)  # what is loaded at the first use
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([("text", "sensational"), (headline, 1)])
        source = {
            "kind": "table",
            "path": path,
            "name": "ours",
            "segment": "headline",
            "labels": {"sensational": {"column": "sensational"}},
        }
        config = DataConfig.model_validate({"sources": [source], "split": {"dev": 0, "test": 0}})

        def batch() -> object:
            examples = make_examples(load_splits(config)["train"], load_tokenizer(bundle / "tokenizer.json"), max_tokens=256)
            stored = store_examples(examples, beside=Path(folder))
            return collate(TokenBudgetBatches(stored, tokens_per_batch=1024, seed=7)[0], pad=0)

        return {"headline": _modules_of(lambda: scorer.score_one(headline=headline)), "row": _modules_of(batch)}


def draw(results: Results) -> str:
    """The table: a column per commit."""
    shown = {key: [f"{one[key]:,g}" if key in one else "–" for one in results.values()] for key in ROWS}
    return table(["", *results], ([title, *shown[key]] for key, title in ROWS.items()))


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commits", nargs="+")
    parser.add_argument("--hops", type=Path, metavar="BUNDLE", help="measure the hops too, with this bundle; they stand in the last column")
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    found: Results = {}
    for commit in options.commits:
        name = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", commit], check=True, capture_output=True, text=True).stdout
        found[name.strip()] = measure(commit)
    if options.hops:
        found[list(found)[-1]] |= hops(options.hops)
    print(draw(found))
    if options.record:
        record(HERE, {**results_of(HERE), **found}, draw)


if __name__ == "__main__":
    main()
