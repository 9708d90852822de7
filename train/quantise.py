"""Static post-training quantisation of the exported model to int8. The only file that imports nncf."""

import logging
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from presscheck.configs.offline import without_telemetry
from presscheck.data.passages import Passage
from presscheck.serve.manifest import RUNTIME_FILES
from presscheck.train.export import export_runtime
from presscheck.train.model import PressModel
from presscheck.train.outliers import split_outliers

with without_telemetry():
    import nncf
    import openvino as ov

# Not quantised: the embeddings, whose rounding every layer would inherit; the two heads, a thousandth of the arithmetic; the
# products of attention, a tenth of it, which are no faster in int8 for all the conversions around them; and the few feed-forward units
# whose activations are so large that they would stretch the range of all others.
_KEPT = (".*embeddings.*", ".*label_head.*", ".*tag_head.*", ".*scaled_dot_product_attention.*", ".*outliers.*")


def quantise(model: PressModel, runtime: Path, passages: Sequence[Passage]) -> None:
    """Writes the int8 model beside the f32 one; the ranges of its activations are measured on the passages.

    Args:
        runtime: a bundle's `runtime/`.
        passages: training passages, headlines and bodies; a few hundred are enough.
    """
    logging.getLogger("nncf").setLevel(logging.ERROR)  # the library's own switch would silence other handlers too

    def feed(passage: Passage) -> dict[str, np.ndarray]:
        ids_BT = np.array([passage.ids], dtype=np.int64)
        return {"input_ids": ids_BT, "attention_mask": np.ones_like(ids_BT)}

    with TemporaryDirectory() as folder, redirect_stdout(sys.stderr):  # its progress
        exported = Path(folder) / RUNTIME_FILES["f32"]
        export_runtime(split_outliers(model, passages), exported)
        quantised = nncf.quantize(
            ov.Core().read_model(exported),
            nncf.Dataset(passages, feed),
            model_type=nncf.ModelType.TRANSFORMER,
            subset_size=len(passages),
            ignored_scope=nncf.IgnoredScope(patterns=list(_KEPT), validate=False),
        )
        ov.save_model(quantised, str(runtime / RUNTIME_FILES["int8"]), compress_to_fp16=False)
