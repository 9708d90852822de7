"""Time and peak memory of `presscheck data build` over generated tables of growing size, one row a sentence.

    python benchmarks/build.py 20000 100000 1000000

Each size runs in a process of its own; a tenth of the rows are copies. It prints a Markdown table.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORDS = [
    f"{first}{second}" for first in "bdfgklmnprst" for second in ("ako", "emu", "ilar", "oren", "ustic", "avel", "ind")
]


def _write(path: Path, rows: int) -> None:
    generator = random.Random(rows)  # noqa: S311 - not cryptography
    earlier: list[str] = []
    with path.open("w", encoding="utf-8") as stream:
        stream.write("text,claim\n")
        for number in range(rows):
            text = " ".join(generator.choices(WORDS, k=generator.randint(6, 30)))
            if number % 10 == 9:
                text = generator.choice(earlier)
            elif len(earlier) < 1000:
                earlier.append(text)
            stream.write(f"{text},{number % 2}\n")


def _build(rows: int, folder: Path) -> tuple[float, int, int]:
    """Seconds, peak resident memory in MB, and documents kept."""
    source = {
        "kind": "table",
        "path": str(folder / "rows.csv"),
        "name": "rows",
        "segment": "sentence",
        "labels": {"claim": {"column": "claim"}},
    }
    _write(folder / "rows.csv", rows)
    config = folder / "rows.yaml"
    config.write_text(json.dumps({"name": "rows", "data": {"sources": [source], "deduplicate": {}}}), encoding="utf-8")
    code = (
        "import resource, sys; from pathlib import Path; from presscheck.configs.loader import load;"
        "from presscheck.data.dataset.write import build;"
        "counts = build(load(sys.argv[1]), Path(sys.argv[2]));"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, sum(counts.kept.values()))"
    )
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, str(config), str(folder / "built")], capture_output=True, text=True, check=True
    )
    memory, kept = map(int, done.stdout.split())
    return time.monotonic() - start, memory, kept


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="+", type=int)
    print("| rows | kept | seconds | peak MB |\n|---|---|---|---|")
    for rows in parser.parse_args().rows:
        with tempfile.TemporaryDirectory() as folder:
            seconds, memory, kept = _build(rows, Path(folder))
        print(f"| {rows:,} | {kept:,} | {seconds:.0f} | {memory:,} |", flush=True)


if __name__ == "__main__":
    main()
