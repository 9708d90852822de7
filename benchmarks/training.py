"""Training speed of the default encoder, and the share of this machine's bf16 matrix peak that it reaches.

    python -m benchmarks.training [--rounds 5] [--steps 40]
    python -m benchmarks.training --config news --tokens 2048    # as the corpora are trained on

Every measurement is a process of its own, and the variants take turns: batches of so many tokens at most, each with the C library giving
freed memory back at once and with `train.memory`, which keeps it. It trains a few steps of a config on its own data and prints a Markdown
table.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import torch

from benchmarks.machine import LAYER_PARAMETERS, SIZE, matrix_peak
from presscheck.configs.loader import load
from presscheck.train.fit import fit_member
from presscheck.train.memory import keep_freed_memory
from presscheck.train.plan import plan

LAYERS = 6
FLOPS_PER_PARAMETER = 6  # a product and a sum, forward once and backward twice (Kaplan et al. 2020, section 2.1)


def train(name: str, tokens_per_batch: int, steps: int, *, keeps: bool) -> float:
    """Tokens per second of one training, without its evaluation."""
    with tempfile.TemporaryDirectory() as folder:
        overrides = [
            f"models_dir={folder}",
            "tracking.enabled=false",
            f"train.tokens_per_batch={tokens_per_batch}",
            f"train.max_steps={steps}",
        ]
        config = load(name, overrides)
        run = plan(config)
        if keeps:
            keep_freed_memory()
        found = fit_member(
            config,
            name=run.name,
            train=run.splits["train"],
            dev=run.splits["dev"][:20],
            data=run.data,
            learnt=run.learnt,
            folder=Path(folder) / "member",
            epochs=1,
            is_fold=True,  # no other precision is wanted
        )
    return next(row["train_tokens_per_second"] for row in reversed(found.history) if "train_tokens_per_second" in row)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--config", default="starter")
    parser.add_argument("--tokens", nargs="+", type=int, default=[1024, 4096], help="padded tokens of a batch at most")
    parser.add_argument("--one", nargs=2, metavar=("TOKENS", "KEEPS"), help="measure one variant in this process")
    arguments = parser.parse_args()
    if arguments.one:
        tokens, keeps = arguments.one
        print(
            json.dumps(
                {
                    "speed": train(arguments.config, int(tokens), arguments.steps, keeps=keeps == "True"),
                    "peak": matrix_peak("bf16"),
                }
            )
        )
        return
    found: dict[tuple[int, bool], list[dict[str, float]]] = {}
    for _ in range(arguments.rounds):
        for variant in [(tokens, keeps) for tokens in arguments.tokens for keeps in (False, True)]:
            command = [
                sys.executable,
                "-m",
                "benchmarks.training",
                "--steps",
                str(arguments.steps),
                "--config",
                arguments.config,
                "--one",
                *map(str, variant),
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            found.setdefault(variant, []).append(json.loads(done.stdout.splitlines()[-1]))
    best = max(row["peak"] for rows in found.values() for row in rows)
    print(
        f"{platform.machine()}, {torch.get_num_threads()} threads, torch {torch.__version__}, {arguments.rounds} rounds in turn;"
    )
    print(f"bf16 matrix peak {best / 1e12:.2f} Tflop/s (product of {SIZE} x {SIZE}, the best of all)\n")
    print("| tokens per batch | freed memory | tokens/s, median (min to max) | share of the peak |\n|---|---|---|---|")
    for (tokens, keeps), rows in found.items():
        speeds = [row["speed"] for row in rows]
        middle = statistics.median(speeds)
        share = middle * LAYERS * LAYER_PARAMETERS * FLOPS_PER_PARAMETER / best
        where = "kept" if keeps else "given back"
        print(f"| {tokens} | {where} | {middle:,.0f} ({min(speeds):,.0f} to {max(speeds):,.0f}) | {share:.1%} |")


if __name__ == "__main__":
    main()
