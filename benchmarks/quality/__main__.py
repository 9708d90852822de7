"""How good a model is on the public corpora: the targets of the field, each by its own measure.

    python -m benchmarks.quality BUNDLE                 measures a bundle on every test part and prints the figures
    python -m benchmarks.quality BUNDLE --split dev     the same on dev: to choose by
    python -m benchmarks.quality --programme            trains and measures what programme.yaml lists; goes on where it stopped
    python -m benchmarks.quality --programme --only "news"    one system of it
    python -m benchmarks.quality --draw                 draws quality.md again from the MLflow runs

The corpora lie in corpora/, one folder each (presscheck data fetch). Official test parts are read whole, from the publisher's files; Webis,
PTC and BABE have none, so there the documents of the training data's test split are taken. A threshold is chosen on dev. Figures go to
MLflow, experiment presscheck-quality, and from there to quality.json and quality.md.
"""

import argparse
import logging
from pathlib import Path

from benchmarks.quality.measure import measure
from benchmarks.quality.programme import draw_all, programme
from presscheck.serve.bundle import read_bundle


def main() -> None:
    """Measures a bundle, or runs the programme."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", nargs="?", type=Path)
    parser.add_argument("--corpora", type=Path, default=Path("corpora"))
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--programme", action="store_true")
    parser.add_argument(
        "--only", action="append", default=[], help="a system of the programme; may be given more than once"
    )
    parser.add_argument("--draw", action="store_true")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if arguments.programme:
        programme(arguments.corpora, only=arguments.only)
    elif arguments.draw:
        draw_all(arguments.corpora)
    elif arguments.bundle:
        measure(read_bundle(arguments.bundle), arguments.corpora, split=arguments.split)
    else:
        parser.error("give a bundle, --programme or --draw")


if __name__ == "__main__":
    main()
