"""Where the model's time goes, by kind of layer, from the runtime's own counters."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov

from presscheck.serve.bundle import Bundle
from presscheck.serve.manifest import RUNTIME_FILES, Precision
from presscheck.serve.runtime import TOKENS_PER_BATCH, plugin_options

WIDTHS = (16, 64, 256)
_RUNS = 30
_KINDS = {"FullyConnected": "linear layers", "MatMul": "products of attention", "Softmax": "softmax"}


def milliseconds(model: Path, precision: Precision, width: int) -> dict[str, float]:
    """Milliseconds that a full batch of passages of this width spends in each kind of layer on one core, the least of some runs."""
    options = {**plugin_options(precision, streams=1), "PERF_COUNT": True}
    request = ov.Core().compile_model(str(model), "CPU", options).create_infer_request()
    ids_BT = np.random.default_rng(0).integers(1000, 20_000, (TOKENS_PER_BATCH // width, width))
    found: list[dict[str, float]] = []
    for _ in range(_RUNS):
        request.infer({"input_ids": ids_BT, "attention_mask": np.ones_like(ids_BT)})
        spent: dict[str, float] = defaultdict(float)
        for layer in request.profiling_info:
            spent[_KINDS.get(layer.node_type, "the rest")] += 1000 * layer.real_time.total_seconds()
        found.append(spent)
    return min(found, key=lambda spent: sum(spent.values()))


def profile(bundle: Bundle) -> dict[str, Any]:
    """For each precision and width; the kinds in the order of their names here."""
    return {
        precision: {str(width): milliseconds(bundle.path / "runtime" / RUNTIME_FILES[precision], precision, width) for width in WIDTHS}
        for precision in bundle.manifest.calibration
    }
