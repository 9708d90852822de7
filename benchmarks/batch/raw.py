"""The scorer alone on the articles of a file, which are read beforehand.

    python -m benchmarks.batch.raw MODEL FILE PRECISION     prints rows a second

It takes the cores that it may use: `taskset -c 0` before it gives it one.
"""

import sys
import time
from pathlib import Path
from typing import cast

from presscheck.data.rows.columns import Columns
from presscheck.data.rows.row import Row, read_row
from presscheck.serve.batch.readers.discover import find_inputs
from presscheck.serve.batch.readers.reader import InputReader
from presscheck.serve.bundle import read_bundle
from presscheck.serve.manifest import Precision
from presscheck.serve.scorer import Scorer


def rows_per_s(model: Path, source: Path, precision: Precision) -> float:
    """Rows per second; malformed ones counted too: they cost the batch something and this nothing."""
    columns = Columns()
    raws = [raw for one in find_inputs([str(source)]) for raw in InputReader(one, columns)]
    articles = [row.article for raw in raws if isinstance(row := read_row(raw, name="a", columns=columns), Row)]
    scorer = Scorer(read_bundle(model), precision=precision)
    for _ in scorer.score(articles[:64]):
        pass
    begun = time.perf_counter()
    for _ in scorer.score(articles):
        pass
    return len(raws) / (time.perf_counter() - begun)


if __name__ == "__main__":
    print(rows_per_s(Path(sys.argv[1]), Path(sys.argv[2]), cast("Precision", sys.argv[3])))
