"""Runs the exported model on OpenVINO: passages in, logits out. The only file of the scoring path that imports it.

Shapes: B passages of a batch, T tokens, L segment labels, K token tags.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from presscheck.configs.offline import without_telemetry
from presscheck.data.passages import Passage
from presscheck.serve.cores import usable_cores
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.manifest import RUNTIME_FILES, Precision

with without_telemetry():
    import openvino as ov

TOKENS_PER_BATCH = 512  # as fast as 2,048: a layer's output stays in the core's cache
Logits = tuple[NDArray[np.float32], NDArray[np.float32]]
# The CPU capability that each precision needs, as the runtime names it.
_CAPABILITY: dict[Precision, str] = {"f32": "FP32", "bf16": "BF16", "int8": "INT8"}
_REQUESTS_PER_STREAM = 4


@cache
def _core() -> Any:
    """The library's entry point; creating it loads its plug-ins."""
    return ov.Core()


def supports(precision: Precision) -> bool:
    """Whether this CPU computes the precision in hardware."""
    return _CAPABILITY[precision] in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def _arithmetic(precision: Precision) -> str:
    """The arithmetic of the layers that are not quantised, always set: the plug-in chooses by the host, and f32 must be f32 everywhere.

    With bf16 around them the int8 layers of an article take an eighth less time, and no more of the flags change.
    """
    return "bf16" if precision != "f32" and supports("bf16") else "f32"


def check_hardware(precision: Precision) -> None:
    """Raises ModelRefusedError if this CPU does not compute the precision in hardware."""
    if not supports(precision):
        raise ModelRefusedError(f"this CPU does not compute {precision} in hardware; score with --precision f32")


def has_matrix_units() -> bool:
    """Whether this CPU multiplies bf16 matrices in units of their own (AMX); "no" if the system does not tell."""
    try:
        return " amx_bf16" in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False


def width_of(length: int) -> int:
    """The width that a passage of `length` tokens is padded to: steps of 2 to 32, of 4 to 64, of 8 beyond.

    It depends on the passage alone, so that other passages do not change it; the steps keep padding under 5 % of tokens.
    """
    step = 2 if length <= 32 else 4 if length <= 64 else 8
    return -(-length // step) * step


def batches_of_one_width(passages: Sequence[Passage]) -> Iterator[tuple[int, list[int]]]:
    """Batches passages of one width: width and indices, the widest first.

    A batch holds TOKENS_PER_BATCH tokens, an eighth of that, or one passage: three shapes for each width, whatever the input.
    """
    by_width: defaultdict[int, list[int]] = defaultdict(list)
    for index, passage in enumerate(passages):
        by_width[width_of(len(passage.ids))].append(index)
    for width in sorted(by_width, reverse=True):
        indices, start = by_width[width], 0
        full = max(TOKENS_PER_BATCH // width, 1)
        for size in (full, max(full // 8, 1), 1):
            while len(indices) - start >= size:
                yield width, indices[start : start + size]
                start += size


def plugin_options(precision: Precision, *, streams: int) -> dict[str, str]:
    """The compile options of a model."""
    return {
        "INFERENCE_PRECISION_HINT": _arithmetic(precision),
        "NUM_STREAMS": str(streams),
        "INFERENCE_NUM_THREADS": str(streams),
        "CPU_RUNTIME_CACHE_CAPACITY": "0",
        # By default every process binds its first stream to the machine's first core, so that several processes would share it.
        "ENABLE_CPU_PINNING": "NO",
    }


class Runtime:
    """A compiled model at a stated precision.

    Every thread is a stream of its own: batches run side by side, each on one core, so that a score does not depend on the number of
    threads either. One caller at a time.

    In f32 a passage has the same logits, bit for bit, in every batch on every CPU; in bf16 and int8 the same holds on CPUs without
    matrix units. With them (AMX) the library picks its matrix kernels by the rows of a batch, and a passage alone may differ from the
    same passage in a batch in the last bits.

    Args:
        folder: a bundle's `runtime/`.
        threads: streams; 0 takes the cores that this process may use.

    Raises:
        ModelRefusedError: if this CPU does not compute the precision in hardware.
    """

    def __init__(self, folder: Path, *, precision: Precision, threads: int = 0) -> None:
        check_hardware(precision)
        streams = threads or usable_cores()
        self.precision = precision
        self.tokens = self.places = 0  # tokens read so far, and batch positions computed for them
        compiled = _core().compile_model(str(folder / RUNTIME_FILES[precision]), "CPU", plugin_options(precision, streams=streams))
        self._queue = ov.AsyncInferQueue(compiled, streams * _REQUESTS_PER_STREAM)
        self._queue.set_callback(_keep)

    def logits(self, passages: Sequence[Passage]) -> list[Logits]:
        """Logits per token of each passage, as (T x L, T x K), in the order of the passages."""
        results: dict[int, Logits] = {}
        for width, batch in batches_of_one_width(passages):
            ids_BT = np.zeros((len(batch), width), dtype=np.int64)
            mask_BT = np.zeros_like(ids_BT)
            for row, index in enumerate(batch):
                ids = passages[index].ids
                ids_BT[row, : len(ids)] = ids
                mask_BT[row, : len(ids)] = 1
            lengths = [len(passages[index].ids) for index in batch]
            self.tokens += sum(lengths)
            self.places += ids_BT.size
            self._queue.start_async({"input_ids": ids_BT, "attention_mask": mask_BT}, (list(zip(batch, lengths, strict=True)), results))
        self._queue.wait_all()
        return [results[index] for index in range(len(passages))]


def _keep(request: Any, job: tuple[list[tuple[int, int]], dict[int, Logits]]) -> None:
    """Copies a finished request's logits to its passages' results, without those of the padding."""
    batch, results = job
    labels_BTL, tags_BTK = (request.get_output_tensor(index).data.copy() for index in (0, 1))
    for row, (index, length) in enumerate(batch):
        results[index] = (labels_BTL[row, :length], tags_BTK[row, :length])
