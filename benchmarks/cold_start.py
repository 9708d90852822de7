"""How long a person waits: `presscheck --help`, and the first score from a cold start.

Run it on a quiet machine with a trained model: python benchmarks/cold_start.py [RUNS]
Each run is a process of its own; the two commands are timed in turn, and the median is printed with the extremes.
"""

import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

PRESSCHECK = str(Path(sys.executable).with_name("presscheck"))
COMMANDS = {
    "presscheck --help": [PRESSCHECK, "--help"],
    "first score (headline)": [PRESSCHECK, "score", "--headline", "Has X just declared war on Y?"],
    "first score (seed article)": [PRESSCHECK, "score", "tests/e2e/seed-article.txt"],
}


def main() -> None:
    """Prints a table of seconds."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for round_number in range(runs + 1):
        for name, command in COMMANDS.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            if round_number:  # the first round warms the disk cache
                seconds[name].append(time.perf_counter() - start)
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, {runs} runs in turn")
    for name, values in seconds.items():
        print(f"{name:<28} median {statistics.median(values):.2f} s  (min {min(values):.2f}, max {max(values):.2f})")


if __name__ == "__main__":
    main()
