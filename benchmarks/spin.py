"""What waiting threads cost training and scoring, on a quiet machine and beside another process that keeps a core busy.

    python -m benchmarks.spin [--rounds 3] [--steps 20] [--bundle models/candidate]

Every measurement is a process of its own, and the settings take turns within a round. Training: seconds a step of the default config.
Scoring (with a bundle): headlines a second. Prints two Markdown tables of medians with the smallest and the largest.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from benchmarks.machine import describe

SETTINGS: dict[str, dict[str, str]] = {
    "as the library has it": {},
    "GOMP_SPINCOUNT=20000": {"GOMP_SPINCOUNT": "20000"},
    "GOMP_SPINCOUNT=5000": {"GOMP_SPINCOUNT": "5000"},
    "GOMP_SPINCOUNT=1000": {"GOMP_SPINCOUNT": "1000"},
    "OMP_WAIT_POLICY=PASSIVE": {"OMP_WAIT_POLICY": "PASSIVE"},
}
HEADLINES = 2000


@contextmanager
def other_work(is_busy: bool) -> Iterator[None]:  # noqa: FBT001 - the one thing that varies
    """Keeps one core busy with a process of its own, where asked."""
    if not is_busy:
        yield
        return
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def train_once(steps: int, threads: int) -> float:
    """Seconds a step of a short training in this process."""
    from presscheck.configs.loader import load
    from presscheck.train.fit import fit_member
    from presscheck.train.plan import plan

    with tempfile.TemporaryDirectory() as folder:
        options = [f"models_dir={folder}", "tracking.enabled=false", f"train.max_steps={steps}"]
        config = load("starter", [*options, f"train.threads={threads}"])
        run = plan(config)
        found = fit_member(
            config,
            name=run.name,
            train=run.splits["train"],
            dev=run.splits["dev"][:20],
            data=run.data,
            folder=Path(folder) / "member",
            epochs=1,
            is_fold=True,
        )
    return next(row["train_runtime"] for row in reversed(found.history) if "train_runtime" in row) / steps


def score_once(bundle: Path, precision: str, threads: int) -> float:
    """Headlines a second in this process, text to record."""
    from presscheck.data.article import Article
    from presscheck.data.starter import read_starter
    from presscheck.serve.bundle import read_bundle
    from presscheck.serve.scorer import Scorer

    texts = [d.headline.text for d in read_starter() if d.headline][:HEADLINES]
    scorer = Scorer(read_bundle(bundle), precision=precision, threads=threads)  # type: ignore[arg-type]  # from the command line
    articles = [Article(str(index), text, None) for index, text in enumerate(texts)]
    list(scorer.score(articles[:200]))
    start = time.perf_counter()
    list(scorer.score(articles))
    return len(texts) / (time.perf_counter() - start)


def _measure(arguments: list[str], settings: dict[str, str]) -> float:
    environment = {k: v for k, v in os.environ.items() if k not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")} | settings
    command = [sys.executable, "-m", "benchmarks.spin", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


def _cell(values: list[float], digits: int) -> str:
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--bundle", type=Path)
    parser.add_argument("--train-once", type=int, metavar="THREADS", help=argparse.SUPPRESS)
    parser.add_argument("--score-once", nargs=2, metavar=("PRECISION", "THREADS"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.train_once:
        print(train_once(arguments.steps, arguments.train_once))
        return
    if arguments.score_once:
        precision, threads = arguments.score_once
        print(score_once(arguments.bundle, precision, int(threads)))
        return
    print(
        f"{describe(('torch', 'openvino'))}; {arguments.rounds} rounds in turn, {arguments.steps} steps\n", flush=True
    )
    columns = [(threads, is_busy) for threads in (2, 1) for is_busy in (False, True)]
    trained: dict[tuple[str, int, bool], list[float]] = {}
    scored: dict[tuple[str, int, bool], list[float]] = {}
    for _ in tqdm(range(arguments.rounds), desc="rounds", disable=None):
        for threads, is_busy in columns:
            for name, settings in SETTINGS.items():
                if threads == 1 and settings and name != "GOMP_SPINCOUNT=5000":
                    continue  # one thread waits for no other: two settings are enough to see it
                with other_work(is_busy):
                    seconds = _measure(["--train-once", str(threads), "--steps", str(arguments.steps)], settings)
                trained.setdefault((name, threads, is_busy), []).append(seconds)
                print(
                    f"{threads} threads, {'busy' if is_busy else 'quiet'}, {name}: {seconds:.2f}",
                    file=sys.stderr,
                    flush=True,
                )
            for precision in ("f32", "bf16", "int8") if arguments.bundle else ():
                with other_work(is_busy):
                    speed = _measure(["--score-once", precision, str(threads), "--bundle", str(arguments.bundle)], {})
                scored.setdefault((precision, threads, is_busy), []).append(speed)
    header = "".join(f" {t} thread{'s' * (t > 1)}, {'busy' if b else 'quiet'} |" for t, b in columns)
    for title, results, digits in (("seconds a step", trained, 2), ("headlines a second", scored, 0)):
        if not results:
            continue
        print(f"| {title} |{header}\n|---|{'---|' * len(columns)}")
        for name in dict.fromkeys(key[0] for key in results):
            cells = [results.get((name, *column)) for column in columns]
            print(f"| {name} |" + "".join(f" {_cell(cell, digits) if cell else ''} |" for cell in cells))
        print()


if __name__ == "__main__":
    main()
