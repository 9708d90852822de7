"""What the harnesses share of the machine: its name, its cores and how fast it multiplies matrices."""

import os
import platform
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import torch

from presscheck.eval.speed import processor
from presscheck.serve.cores import usable_cores

SIZE, ROUNDS = 4096, 8
LAYER_PARAMETERS = 12 * 384 * 384  # of MiniLM's matrices: four projections and two four times as wide


PACKAGES = ("openvino", "torch", "transformers", "onnxruntime")


def describe(named: Sequence[str] = PACKAGES) -> str:
    """One line: processor, cores, memory and the versions of the packages that matter."""
    flags = Path("/proc/cpuinfo").read_text()
    units = ", ".join(name for name in ("avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8") if name in flags)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in named)
    return f"{processor()} ({units}), {usable_cores()} cores, {memory:.0f} GiB; Python {platform.python_version()}, {packages}"


def _fastest(multiply: Callable[[], object], clock: Callable[[], float]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        start = clock()
        multiply()
        seconds.append(clock() - start)
    return 2 * SIZE**3 / min(seconds)


def matrix_peak(precision: str, clock: Callable[[], float] = time.perf_counter) -> float:
    """Operations per second of the largest matrix product, with the threads that torch has; the best of some."""
    if precision == "int8":
        a8, b8 = (torch.randint(-100, 100, (SIZE, SIZE), dtype=torch.int8) for _ in range(2))
        return _fastest(lambda: torch._int_mm(a8, b8), clock)  # torch has no public integer product
    kind = {"f32": torch.float32, "bf16": torch.bfloat16}[precision]
    a, b = (torch.randn(SIZE, SIZE).to(kind) for _ in range(2))
    return _fastest(lambda: torch.mm(a, b), clock)
