"""How fast the default encoder trains, and what its settings change.

    python -m benchmarks.training [--rounds 5] [--steps 40]             batch sizes, and whether freed memory is kept
    python -m benchmarks.training --waiting [--rounds 3] [--steps 20]   how long idle threads spin, on a quiet and on a busy machine
    python -m benchmarks.training --config news --tokens 2048           on the data of another config
    python -m benchmarks.training --profile [--steps 25]                where the time of a step goes, with the first number of tokens
    python -m benchmarks.training --variants [--rounds 3] [--steps 10]  other ways to compute a step

Each measurement is a process of its own, and the variants take turns in every round. A few steps of a config are trained on its own data.
Prints tables; --record also writes them to results.json and README.md.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from torch.profiler import ProfilerActivity, profile
from tqdm import tqdm

from benchmarks.machine import LAYER_PARAMETERS, describe, matrix_peak
from benchmarks.report import Results, record, results_of, spread, table
from benchmarks.training.variants import VARIANTS, tokens_per_second
from presscheck.configs.loader import load
from presscheck.train.fit import fit_weights
from presscheck.train.memory import keep_freed_memory
from presscheck.train.plan import plan

FOLDER = Path(__file__).parent
LAYERS = 6
FLOPS_PER_PARAMETER = 6  # a product and a sum, forward once and backward twice (Kaplan et al. 2020, section 2.1)
SETTINGS: dict[str, dict[str, str]] = {
    "as the library has it": {},
    "GOMP_SPINCOUNT=20000": {"GOMP_SPINCOUNT": "20000"},
    "GOMP_SPINCOUNT=5000": {"GOMP_SPINCOUNT": "5000"},
    "GOMP_SPINCOUNT=1000": {"GOMP_SPINCOUNT": "1000"},
    "OMP_WAIT_POLICY=PASSIVE": {"OMP_WAIT_POLICY": "PASSIVE"},
}
ON_ONE_THREAD = ("as the library has it", "GOMP_SPINCOUNT=5000")  # one thread waits for no other


# Of PyTorch's operators; what is in none of these rows is the rest.
OPERATORS: dict[str, tuple[str, ...]] = {
    "matrix products of the linear layers": ("aten::mm", "aten::addmm"),
    "matrix products of attention": ("aten::bmm",),
    "dropout's random numbers": ("aten::bernoulli_",),
    "copies, most between f32 and bf16": ("aten::copy_",),
    "softmax, there and back": ("aten::_softmax", "aten::_softmax_backward_data"),
    "GELU, there and back": ("aten::gelu", "aten::gelu_backward"),
    "optimiser": ("aten::_fused_adamw_",),
}


@dataclass(frozen=True, slots=True)
class Variant:
    """One column or row of a table.

    Attributes:
        keeps: whether the C library keeps freed memory (`train.memory`) or gives it back at once.
        setting: of SETTINGS; None leaves the environment as it is.
        is_busy: whether another process keeps a core busy meanwhile.
    """

    config: str
    steps: int
    tokens_per_batch: int
    threads: int
    keeps: bool = True
    setting: str | None = None
    is_busy: bool = False


def train(variant: Variant) -> dict[str, float]:
    """Tokens a second and seconds a step of one training in this process, without its evaluation; and the matrix peak."""
    with tempfile.TemporaryDirectory() as folder:
        overrides = [f"models_dir={folder}", "tracking.enabled=false", f"train.max_steps={variant.steps}"]
        overrides += [f"train.tokens_per_batch={variant.tokens_per_batch}", f"train.threads={variant.threads}"]
        config = load(variant.config, overrides)
        run = plan(config)
        if variant.keeps:
            keep_freed_memory()
        found = fit_weights(
            config,
            train=run.splits["train"],
            dev=run.splits["dev"][:20],
            folder=Path(folder) / "member",
            epochs=1,
        )
    last = next(row for row in reversed(found.history) if "train_runtime" in row)
    return {
        "tokens_per_s": last["num_input_tokens_seen"] / last["train_runtime"],
        "s_per_step": last["train_runtime"] / variant.steps,
        "peak": matrix_peak("bf16") if variant.setting is None else 0.0,
    }


def operators(variant: Variant) -> dict[str, float]:
    """Each group's share of the time that the operators of a training take by themselves."""
    with profile(activities=[ProfilerActivity.CPU]) as profiler:
        train(variant)
    times = {row.key: float(row.self_cpu_time_total) for row in profiler.key_averages()}
    shares = {name: sum(times.get(key, 0.0) for key in keys) / sum(times.values()) for name, keys in OPERATORS.items()}
    return {**shares, "the rest": 1 - sum(shares.values())}


@contextmanager
def other_work(*, is_busy: bool) -> Iterator[None]:
    """Keeps one core busy with a process of its own, where asked."""
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"]) if is_busy else None
    try:
        yield
    finally:
        if process:
            process.kill()
            process.wait()


def measure(variants: Sequence[Variant], rounds: int) -> dict[Variant, list[dict[str, float]]]:
    """Every variant in a process of its own, in turn."""
    found: dict[Variant, list[dict[str, float]]] = {variant: [] for variant in variants}
    for _ in tqdm(range(rounds), desc="rounds", disable=None):
        for variant in variants:
            environment = dict(os.environ)
            if variant.setting is not None:
                environment = {k: v for k, v in environment.items() if k not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")}
                environment |= SETTINGS[variant.setting]
            command = [sys.executable, "-m", "benchmarks.training", "--one", json.dumps(asdict(variant))]
            with other_work(is_busy=variant.is_busy):
                done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
            found[variant].append(json.loads(done.stdout.splitlines()[-1]))
    return found


def _batches(config: str, steps: int, tokens: Sequence[int], rounds: int, threads: int) -> Results:
    variants = [Variant(config, steps, size, threads, keeps) for size in tokens for keeps in (False, True)]
    found = measure(variants, rounds)
    best = max(row["peak"] for rows in found.values() for row in rows)
    rows = [[v.tokens_per_batch, "kept" if v.keeps else "given back", [row["tokens_per_s"] for row in rows]] for v, rows in found.items()]
    return {"peak": best, "rows": rows}


def _waiting(config: str, steps: int, tokens: int, rounds: int) -> Results:
    variants = [
        Variant(config, steps, tokens, threads, setting=name, is_busy=is_busy)
        for threads in (2, 1)
        for is_busy in (False, True)
        for name in SETTINGS
        if threads > 1 or name in ON_ONE_THREAD
    ]
    rows: dict[str, dict[str, list[float]]] = {}
    for variant, ones in measure(variants, rounds).items():
        column = f"{variant.threads} thread{'s' * (variant.threads > 1)}, {'busy' if variant.is_busy else 'quiet'}"
        rows.setdefault(str(variant.setting), {})[column] = [one["s_per_step"] for one in ones]
    return {"rows": rows}


def _batch_rows(found: Mapping[str, Any]) -> Iterator[list[object]]:
    for tokens, memory, speeds in found["rows"]:
        share = statistics.median(speeds) * LAYERS * LAYER_PARAMETERS * FLOPS_PER_PARAMETER / found["peak"]
        yield [tokens, memory, spread(speeds, ",.0f"), f"{share:.1%}"]


def draw(results: Results) -> str:
    """The tables."""
    lines = []
    if found := results.get("batches"):
        heads = ["tokens per batch", "freed memory", "tokens/s, median (extremes)", "share of the peak"]
        peak = f"bf16 matrix peak {found['peak'] / 1e12:.2f} Tflop/s."
        lines += ["## Batches and freed memory", f"{found['about']} {peak}", table(heads, _batch_rows(found))]
    if found := results.get("operators"):
        heads = ["tokens per batch", *found["shares"]]
        lines += [
            "## Where the time of a step goes",
            found["about"],
            table(heads, [[found["tokens"], *map("{:.0%}".format, found["shares"].values())]]),
        ]
    if found := results.get("variants"):
        usual = statistics.median(found["tokens"][next(iter(VARIANTS))])
        cells = ([name, spread(ones, ",.0f"), f"{statistics.median(ones) / usual:.2f}"] for name, ones in found["tokens"].items())
        heads = ["step", "tokens/s, median (extremes)", "x as it is trained"]
        lines += ["## Other ways to compute a step", found["about"], table(heads, cells)]
    if found := results.get("waiting"):
        columns = list(dict.fromkeys(column for cells in found["rows"].values() for column in cells))
        rows = ([name, *(spread(cells[c], ".2f") if c in cells else "" for c in columns)] for name, cells in found["rows"].items())
        lines += ["## Waiting threads", found["about"], table(["seconds a step", *columns], rows)]
    return "\n\n".join(lines)


def main() -> None:
    """Measures and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--config", default="starter")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tokens", nargs="+", type=int, default=[1024, 4096], help="padded tokens of a batch at most")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--variants", action="store_true")
    parser.add_argument("--waiting", action="store_true", help="with the first number of tokens")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--one", metavar="VARIANT", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(train(Variant(**json.loads(asked.one)))))
        return
    if asked.profile:
        asked.rounds = 1
        variant = Variant(asked.config, asked.steps, asked.tokens[0], asked.threads, setting="as it is")
        name, found = "operators", {"tokens": variant.tokens_per_batch, "shares": operators(variant)}
    elif asked.variants:
        name, found = "variants", {"tokens": tokens_per_second(threads=asked.threads, rounds=asked.rounds, steps=asked.steps)}
    elif asked.waiting:
        name, found = "waiting", _waiting(asked.config, asked.steps, asked.tokens[0], asked.rounds)
    else:
        name, found = "batches", _batches(asked.config, asked.steps, asked.tokens, asked.rounds, asked.threads)
    found["about"] = (
        f"{describe(('torch',))}. Config {asked.config}, threads: {asked.threads}, rounds: {asked.rounds}, steps of each: {asked.steps}, "
        f"{datetime.now(UTC):%Y-%m-%d}."
    )
    print(draw({name: found}))
    if asked.record:
        record(FOLDER, {**results_of(FOLDER), name: found}, draw)


if __name__ == "__main__":
    main()
