"""Measures the batch job. What is stopped goes on with the same command; all of it draws benchmarks/batch.md."""

import argparse
from pathlib import Path

from benchmarks.batch.identity import compare
from benchmarks.batch.planner import simulate
from benchmarks.batch.results import draw
from benchmarks.batch.soak import faults, soak
from benchmarks.batch.speed import measure


def main() -> None:
    """Reads the command line and runs one of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch", description=__doc__)
    parser.add_argument("what", choices=("speed", "identity", "soak", "faults", "planner", "draw"))
    parser.add_argument("--model", type=Path, default=Path("models/candidate"))
    parser.add_argument("--rows", type=int, default=200_000, help="the issue's job of the planner has 1_000_000_000")
    parser.add_argument("--shard-rows", type=int, default=1000)
    parser.add_argument("--precision", default="auto", help="for speed")
    parser.add_argument("--rounds", type=int, default=3, help="for speed")
    parser.add_argument("--minutes", type=float, default=9.0, help="after which a call stops; the next goes on")
    parser.add_argument("--engine", choices=("local", "ray"), default="local", help="for soak and faults")
    parser.add_argument("--kills", type=int, default=200, help="for soak: of the command")
    parser.add_argument("--worker-kills", type=int, default=20, help="for soak: of workers while the command goes on")
    parser.add_argument(
        "--work", type=Path, default=Path("build/batch"), help="for identity: keeps what is there to go on"
    )
    options = parser.parse_args()
    if options.what == "speed":
        measure(
            options.model,
            rows=options.rows,
            rounds=options.rounds,
            wanted=options.precision,
            minutes=options.minutes,
        )
    elif options.what == "identity":
        compare(options.model, options.work, rows=options.rows, shard_rows=options.shard_rows, minutes=options.minutes)
    elif options.what == "soak":
        soak(
            options.model,
            options.engine,
            kills=options.kills,
            worker_kills=options.worker_kills,
            minutes=options.minutes,
        )
    elif options.what == "faults":
        faults(options.model, options.engine)
    elif options.what == "planner":
        simulate(options.rows, shard_rows=options.shard_rows)
    else:
        draw()


if __name__ == "__main__":
    main()
