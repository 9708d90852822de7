"""Exports the trained model to OpenVINO, directly from torch. The only file of training that imports it."""

import warnings
from pathlib import Path

import torch

from presscheck.configs.offline import without_telemetry
from presscheck.train.encoder import fuse_attention
from presscheck.train.model import PressModel

with without_telemetry():
    import openvino as ov
    from openvino.tools.ovc import convert_model


def export_runtime(model: PressModel, target: Path) -> None:
    """Writes `model.xml` and `model.bin` with f32 weights; batch and length are dynamic."""
    model.eval()
    fuse_attention(model.encoder)
    example = {
        "input_ids": torch.ones((2, 16), dtype=torch.long),
        "attention_mask": torch.ones((2, 16), dtype=torch.long),
    }
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the traced branches do not depend on the inputs
        converted = convert_model(model, example_input=example, input=[("input_ids", [-1, -1]), ("attention_mask", [-1, -1])])
    target.parent.mkdir(parents=True, exist_ok=True)
    ov.save_model(converted, str(target), compress_to_fp16=False)
