"""The exported model on OpenVINO: passages in, logits out. The one file that imports it for scoring.

Shapes: B passages of a batch, T tokens, L segment labels, K token tags.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from presscheck.configs.offline import stay_offline
from presscheck.data.passages import Passage
from presscheck.serve.bundle import Precision
from presscheck.serve.errors import ModelRefusedError

stay_offline()
import openvino as ov  # noqa: E402 - after its telemetry is switched off

TOKENS_PER_BATCH = 2048
Logits = tuple[NDArray[np.float32], NDArray[np.float32]]


def supports(precision: Precision) -> bool:
    """Whether this CPU computes the precision in hardware."""
    return precision == "f32" or "BF16" in ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


class Runtime:
    """A compiled model at a stated precision."""

    def __init__(self, model: Path, *, precision: Precision, threads: int = 0) -> None:
        if not supports(precision):
            raise ModelRefusedError(f"this CPU does not compute {precision} in hardware; score with --precision f32")
        # The precision is always set: the plug-in lowers it by itself where the CPU has bf16.
        options = {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY"}
        if threads:
            options["INFERENCE_NUM_THREADS"] = str(threads)
        self.precision = precision
        compiled = ov.Core().compile_model(str(model), "CPU", options)
        self._request = compiled.create_infer_request()

    def _infer(self, batch: Sequence[Passage]) -> Logits:
        """Runs passages of one length, (B, T), to (B, T, L) and (B, T, K)."""
        ids_BT = np.array([passage.ids for passage in batch], dtype=np.int64)
        self._request.infer({"input_ids": ids_BT, "attention_mask": np.ones_like(ids_BT)})
        labels_BTL, tags_BTK = (self._request.get_output_tensor(index).data for index in (0, 1))
        return labels_BTL.copy(), tags_BTK.copy()

    def logits(self, passages: Sequence[Passage]) -> list[Logits]:
        """Logits per token of each passage, as (T x L, T x K), in the order of the passages.

        Passages of one length go together, so that nothing is padded and a score does not depend on its batch mates' lengths.
        """
        order = sorted(range(len(passages)), key=lambda index: len(passages[index].ids))
        results: dict[int, Logits] = {}
        start = 0
        while start < len(order):
            width = len(passages[order[start]].ids)
            stop = start
            while (
                stop < len(order)
                and len(passages[order[stop]].ids) == width
                and (stop + 1 - start) * width <= max(TOKENS_PER_BATCH, width)
            ):
                stop += 1
            labels_BTL, tags_BTK = self._infer([passages[index] for index in order[start:stop]])
            for row, index in enumerate(order[start:stop]):
                results[index] = (labels_BTL[row], tags_BTK[row])
            start = stop
        return [results[index] for index in range(len(passages))]
