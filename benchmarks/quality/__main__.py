"""How good a model is on the public corpora: the targets of the field, each by its own measure.

    python -m benchmarks.quality BUNDLE [--record NAME]              measures a bundle on every test part
    python -m benchmarks.quality BUNDLE --split dev [--record NAME]  the same on dev: to choose by
    python -m benchmarks.quality --third news                        builds a third of a config's train split, for ablations

The corpora lie in corpora/, one folder each (presscheck data fetch). Official test parts are read whole, from the publisher's files; Webis,
PTC and BABE have none, so there the documents of the training data's test split are taken. A threshold is chosen on dev. With --record the
figures go to results.json and README.md: a column of that name, which several runs (seeds) share.
"""

import argparse
import logging
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.quality.measure import measure
from benchmarks.quality.targets import TARGETS
from benchmarks.quality.third import build_third
from benchmarks.report import Results, record, results_of, table
from presscheck.configs.loader import load
from presscheck.serve.bundle import read_bundle

FOLDER = Path(__file__).parent
Runs = Mapping[str, Mapping[str, Any]]  # bundle to its figure by target


def _cell(runs: Runs, target: str) -> str:
    found = [rows[target] for rows in runs.values() if target in rows]
    if not found:
        return "–"
    interval = f"[{found[0]['lower']:.3f}, {found[0]['upper']:.3f}]" if found[0].get("lower") is not None else ""
    values: Sequence[float] = [one["value"] for one in found]
    deviation = f" ± {statistics.stdev(values):.3f}" if len(values) > 1 else ""
    return f"{statistics.fmean(values):.3f}{deviation} {interval}"


def draw(results: Results) -> str:
    """A table per split, a column per recorded name, and what each was measured on."""
    lines = []
    for split, columns in results.items():
        heads = ["target", "aim", *(f"{n} ({len(runs)} runs)" if len(runs) > 1 else n for n, runs in columns.items())]
        rows = []
        for target in TARGETS:
            cells = [_cell(runs, target.key) for runs in columns.values()]
            aim = "report" if target.aim is None else f"{'≥' if target.higher else '≤'} {target.aim:g}"
            if set(cells) != {"–"}:
                rows.append([target.key, aim, *cells])
        bundles = "; ".join(f"{name}: {', '.join(runs)}" for name, runs in columns.items())
        lines += [f"## On {split}", table(heads, rows), f"Bundles: {bundles}."]
    return "\n\n".join(lines)


def main() -> None:
    """Measures a bundle, or builds the data of an ablation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", nargs="?", type=Path)
    parser.add_argument("--corpora", type=Path, default=Path("corpora"))
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--only", action="append", default=[], help="a corpus; may be given more than once")
    parser.add_argument("--record", metavar="NAME")
    parser.add_argument("--third", metavar="CONFIG")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if arguments.third:
        folder = build_third(load(arguments.third), Path("built"))
        print(f"presscheck train {arguments.third} data.sources='[{{kind: built, path: {folder}}}]' data.deduplicate=null")
        return
    if not arguments.bundle:
        parser.error("give a bundle, or --third CONFIG")
    bundle = read_bundle(arguments.bundle)
    rows = measure(bundle, arguments.corpora, split=arguments.split, only=arguments.only)
    runs = {bundle.manifest.version: {row.pop("target"): row for row in rows}}
    print(draw({arguments.split: {arguments.record or bundle.manifest.name: runs}}))
    if arguments.record:
        results = results_of(FOLDER)
        column = results.setdefault(arguments.split, {}).setdefault(arguments.record, {})
        column.update(runs)
        record(FOLDER, results, draw)


if __name__ == "__main__":
    main()
