"""The exported model on OpenVINO: passages in, logits out. The one file that imports it for scoring.

Shapes: B passages of a batch, T tokens, L segment labels, K token tags.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from presscheck.configs.offline import stay_offline
from presscheck.data.passages import Passage
from presscheck.serve.bundle import RUNTIME_FILES, Precision
from presscheck.serve.errors import ModelRefusedError

# Compiled shapes that the CPU plug-in and the library below it keep. Their own bounds (5,000 and 1,024) let a long stream of texts of all
# lengths grow to gigabytes. Training's copy of that library reads the same variable and wants its whole cache.
_SHAPES_KEPT = "128"
if "torch" not in sys.modules:
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", _SHAPES_KEPT)
stay_offline()
import openvino as ov  # noqa: E402 - after its telemetry is switched off

TOKENS_PER_BATCH = 2048
Logits = tuple[NDArray[np.float32], NDArray[np.float32]]
# What the CPU must be able to do for a precision to pay, in the runtime's words.
_CAPABILITY: dict[Precision, str] = {"f32": "FP32", "bf16": "BF16", "int8": "INT8"}
# Arithmetic of the layers that are not quantised. Always set: the plug-in lowers it by itself where the CPU has bf16, and then scores
# would differ between hosts.
_ARITHMETIC: dict[Precision, str] = {"f32": "f32", "bf16": "bf16", "int8": "f32"}
_REQUESTS_PER_STREAM = 4


@cache
def _core() -> Any:
    """The library's entry; making one loads its plug-ins."""
    return ov.Core()


def supports(precision: Precision) -> bool:
    """Whether this CPU computes the precision in hardware."""
    return _CAPABILITY[precision] in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def check_hardware(precision: Precision) -> None:
    """Raises ModelRefusedError where this CPU does not compute the precision in hardware."""
    if not supports(precision):
        raise ModelRefusedError(f"this CPU does not compute {precision} in hardware; score with --precision f32")


def batches_of_one_length(passages: Sequence[Passage]) -> Iterator[list[int]]:
    """Indices of passages that go together, the longest first.

    A batch holds one length only, up to TOKENS_PER_BATCH tokens: nothing is padded, and a score does not depend on its batch mates.
    """
    order = sorted(range(len(passages)), key=lambda index: -len(passages[index].ids))
    batch: list[int] = []
    for index in order:
        width = len(passages[index].ids)
        if batch and (len(passages[batch[0]].ids) != width or (len(batch) + 1) * width > TOKENS_PER_BATCH):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


class Runtime:
    """A compiled model at a stated precision.

    Every thread is a stream of its own: batches run side by side, each on one core, so that a score does not depend on the number of
    threads either. One caller at a time.

    Args:
        folder: a bundle's `runtime/`.
        threads: streams; 0 takes the cores that this process may use.

    Raises:
        ModelRefusedError: where this CPU does not compute the precision in hardware.
    """

    def __init__(self, folder: Path, *, precision: Precision, threads: int = 0) -> None:
        check_hardware(precision)
        streams = threads or len(os.sched_getaffinity(0))
        options = {
            "INFERENCE_PRECISION_HINT": _ARITHMETIC[precision],
            "NUM_STREAMS": str(streams),
            "INFERENCE_NUM_THREADS": str(streams),
            "CPU_RUNTIME_CACHE_CAPACITY": _SHAPES_KEPT,
        }
        self.precision = precision
        self.tokens = self.places = 0  # read so far, and places of batches that were computed for them
        compiled = _core().compile_model(str(folder / RUNTIME_FILES[precision]), "CPU", options)
        self._queue = ov.AsyncInferQueue(compiled, streams * _REQUESTS_PER_STREAM)
        self._queue.set_callback(_keep)

    def logits(self, passages: Sequence[Passage]) -> list[Logits]:
        """Logits per token of each passage, as (T x L, T x K), in the order of the passages."""
        results: dict[int, Logits] = {}
        for batch in batches_of_one_length(passages):
            ids_BT = np.array([passages[index].ids for index in batch], dtype=np.int64)
            self.tokens += sum(len(passages[index].ids) for index in batch)
            self.places += ids_BT.size
            self._queue.start_async({"input_ids": ids_BT, "attention_mask": np.ones_like(ids_BT)}, (batch, results))
        self._queue.wait_all()
        return [results[index] for index in range(len(passages))]


def _keep(request: Any, job: tuple[list[int], dict[int, Logits]]) -> None:
    """Copies a finished request's logits to where its passages stand."""
    batch, results = job
    labels_BTL, tags_BTK = (request.get_output_tensor(index).data.copy() for index in (0, 1))
    for row, index in enumerate(batch):
        results[index] = (labels_BTL[row], tags_BTK[row])
