"""`python -m benchmarks.batch speed | soak | planner`."""

import argparse
from pathlib import Path

from benchmarks.batch.planner import simulate
from benchmarks.batch.soak import soak
from benchmarks.batch.speed import measure


def main() -> None:
    """Reads the command line and runs one of the three."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch")
    parser.add_argument("what", choices=("speed", "soak", "planner"))
    parser.add_argument("--model", type=Path, default=Path("models/candidate"))
    parser.add_argument("--rows", type=int, default=200_000, help="for the planner 1_000_000_000 is the issue's job")
    parser.add_argument("--shard-rows", type=int, nargs="+", default=[250, 1000, 4000])
    parser.add_argument("--engines", nargs="+", default=["local", "ray"])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.what == "speed":
        measure(options.model, rows=options.rows, shard_rows=options.shard_rows, engines=options.engines)
    elif options.what == "soak":
        for engine in options.engines:
            soak(
                options.model,
                rows=min(options.rows, 400),
                kills=options.kills,
                engine=engine,
                workers=options.workers,
                seed=options.seed,
            )
    else:
        simulate(options.rows, shard_rows=options.shard_rows[-1])


if __name__ == "__main__":
    main()
