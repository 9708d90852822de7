"""Fits one model: train, export, calibrate, set thresholds. The final model and each fold of the risk model are fitted the same way."""

import json
import logging
import math
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor
from transformers import PrinterCallback, ProgressCallback, TrainerCallback, set_seed
from transformers.trainer_utils import get_last_checkpoint

from presscheck.configs.loader import config_hash
from presscheck.configs.schema import RunConfig
from presscheck.data.dataset.splits import folds_of
from presscheck.data.files import file_sha256
from presscheck.data.schema import SEGMENT_LABELS, TOKEN_TAGS, Document
from presscheck.serve.bundle import Bundle
from presscheck.serve.manifest import Manifest, Policy, flags_of
from presscheck.serve.predict import Calibrator
from presscheck.serve.scorer import load_tokenizer
from presscheck.train import processes
from presscheck.train.calibrate import fit_calibration, fit_tag_thresholds, fit_thresholds
from presscheck.train.callbacks import closed
from presscheck.train.encoder import Encoder, copy_files, load_encoder
from presscheck.train.export import export_runtime
from presscheck.train.framing_fit import fit_framing
from presscheck.train.learnt import Learnt, what_is_learnt
from presscheck.train.model import PressModel, average, mix_back
from presscheck.train.precisions import fit_precisions
from presscheck.train.scored import Scored
from presscheck.train.support_fit import fit_support, scored_pairs, unread_pairs
from presscheck.train.trainer import build_trainer

logger = logging.getLogger(__name__)
_PACKAGES = ("presscheck", "torch", "transformers", "tokenizers", "openvino", "numpy")


@dataclass(frozen=True, slots=True)
class DataInfo:
    """The manifest's description of the data."""

    sha256: str
    summary: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Member:
    """A fitted model, which can score; its manifest is written once risk and genre are fitted too.

    Attributes:
        dev: cross-fitted calibrated scores of the dev split at the default precision.
        history: the trainer's log.
    """

    bundle: Bundle
    dev: list[Scored]
    history: list[dict[str, float]]


def _checkpoint(folder: Path) -> str | None:
    """The last complete checkpoint; an incomplete one is removed."""
    for half in [p for p in folder.glob("checkpoint-*") if not (p / "trainer_state.json").is_file()]:
        shutil.rmtree(half)
    return get_last_checkpoint(str(folder)) if folder.is_dir() else None  # type: ignore[no-untyped-call]  # untyped library


def _checkpoints(folder: Path) -> list[Path]:
    """The checkpoints in the order of their steps."""
    return sorted(folder.glob("checkpoint-*"), key=lambda path: int(path.name.removeprefix("checkpoint-")))


def _weights(model: PressModel) -> dict[str, Tensor]:
    return {key: value.contiguous() for key, value in model.state_dict().items()}


@dataclass(frozen=True, slots=True)
class Fitted:
    """A trained model before its export.

    Attributes:
        history: the trainer's log.
    """

    model: PressModel
    encoder: Encoder
    tokenizer: Tokenizer
    history: list[dict[str, float]]


def fit_weights(
    config: RunConfig,
    *,
    train: Sequence[Document],
    dev: Sequence[Document],
    folder: Path,
    epochs: int,
    callbacks: Sequence[TrainerCallback] = (),
) -> Fitted:
    """Trains (or resumes) in `folder`, in all processes together; only the main one then has the final weights.

    Args:
        callbacks: for the main process alone.
    """
    set_seed(config.seed)
    if config.train.threads:
        torch.set_num_threads(config.train.threads)
    encoder = load_encoder(
        config.model.encoder,
        random_init=config.model.random_init,
        freeze_embeddings=config.model.freeze_embeddings,
        dropout=config.model.encoder_dropout,
    )
    tokenizer = load_tokenizer(encoder.folder / "tokenizer.json")
    model = PressModel(encoder.model, hidden_size=encoder.hidden_size, dropout=config.model.dropout)
    done, log = folder / "trained.safetensors", folder / "history.json"
    if processes.by_main(done.is_file):
        model.load_state_dict(load_file(done))
        return Fitted(model, encoder, tokenizer, json.loads(log.read_text(encoding="utf-8")))
    trainer = build_trainer(
        model,
        config.train,
        train=train,
        dev=dev,
        tokenizer=tokenizer,
        max_tokens=config.model.max_tokens,
        folder=folder,
        epochs=epochs,
        seed=config.seed,
        in_front="supported" in what_is_learnt(train, dev, config.train).labels,
        callbacks=callbacks if processes.is_main() else (),
    )
    for builtin in (ProgressCallback, PrinterCallback):
        trainer.remove_callback(builtin)
    pretrained = {name: value.clone() for name, value in encoder.model.state_dict().items()}
    last = processes.by_main(lambda: _checkpoint(folder))
    with processes.training(), closed(callbacks):
        trainer.train(resume_from_checkpoint=last)
    # The trainer wraps forward in its autocast; export and parity need the bare f32 model.
    bare = trainer.accelerator.unwrap_model(trainer.model, keep_fp32_wrapper=False)
    assert isinstance(bare, PressModel)
    history = trainer.state.log_history
    if processes.is_main():
        averaged = min(config.train.average_epochs, round(trainer.state.epoch or 0) - 1)  # the first epoch has learnt too little
        if averaged > 1:
            average(bare, [load_file(checkpoint / "model.safetensors") for checkpoint in _checkpoints(folder)[-averaged:]])
        mix_back(bare, pretrained, share=config.train.keep_pretrained)
        log.write_text(json.dumps(history), encoding="utf-8")
        save_file(_weights(bare), folder / "trained.part")
        (folder / "trained.part").replace(done)  # a resumed run does not train this model again
    return Fitted(bare.cpu(), encoder, tokenizer, history)


def _cross_fitted(scored: Sequence[Scored], *, folds: int, salt: str) -> list[Scored]:
    """Cross-fitted calibrated scores of dev: each fold's calibration is fitted on the other folds."""
    parts = folds_of({d.id: d for d, _, _ in scored}.values(), count=folds, salt=salt)
    fold_of = {document.id: index for index, part in enumerate(parts) for document in part}
    fitted = [Calibrator(fit_calibration([s for s in scored if fold_of[s[0].id] != index])) for index in range(folds)]
    return [(document, segment, fitted[fold_of[document.id]](scores)) for document, segment, scores in scored]


def make_member(
    config: RunConfig,
    fitted: Fitted,
    *,
    name: str,
    train: Sequence[Document],
    dev: Sequence[Document],
    data: DataInfo,
    folder: Path,
    learnt: Learnt | None = None,
    is_fold: bool = False,
) -> Member:
    """Exports and calibrates a trained model: writes a bundle except its manifest to `folder / "bundle"`.

    Args:
        learnt: what the whole run learns, if `train` is a part of its data; None counts it here.
        is_fold: the model is only for out-of-fold scores, and needs only the config's precision.

    Raises:
        ConfigError: if this machine cannot run the configured precision.
        ModelRefusedError: if the exported model differs from the trained one by more than the config allows.
    """
    model, tokenizer = fitted.model, fitted.tokenizer
    bundle = folder / "bundle"
    shutil.rmtree(bundle, ignore_errors=True)
    bundle.mkdir(parents=True)
    copy_files(fitted.encoder, bundle)
    save_file(_weights(model), bundle / "model.safetensors")
    export_runtime(model, bundle / "runtime" / "model.xml")

    learnt = learnt or what_is_learnt(train, dev, config.train)
    precisions = fit_precisions(
        model,
        tokenizer,
        bundle / "runtime",
        config=config,
        train=train,
        dev=dev,
        in_front="supported" in learnt.labels,
        default_only=is_fold,
    )
    cross_fitted = _cross_fitted(precisions.dev, folds=config.calibration.folds, salt=config.data.split.salt)
    tag_thresholds = fit_tag_thresholds(cross_fitted)
    is_read = "supported" in learnt.labels
    support = fit_support(
        scored_pairs(cross_fitted) if is_read else unread_pairs([*train, *dev]),
        unsupported_share=config.calibration.unsupported_share,
        folds=config.calibration.folds,
        salt=config.data.split.salt,
    )
    of_support = support.thresholds(config.policies) if support else {}
    policies = {
        key: Policy(
            thresholds=fit_thresholds(
                cross_fitted,
                flags=flags_of(learnt.labels),
                targets=p.precision,
                prevalence=p.prevalence,
                span_threshold=tag_thresholds["source"] if "source" in learnt.tags else math.inf,
            ),
            elevated=p.elevated if isinstance(p.elevated, float) else 1.0,  # set with the risk model
            high=p.high if isinstance(p.high, float) else 1.0,
            commercial=p.commercial,
            support=of_support.get(key),
        )
        for key, p in config.policies.items()
    }
    manifest = Manifest(
        format=1,
        name=config.name,
        version=name,
        labels=SEGMENT_LABELS,
        tags=TOKEN_TAGS,
        trained_labels=learnt.labels,
        trained_tags=learnt.tags,
        not_learnt=dict(learnt.missing),
        max_tokens=config.model.max_tokens,
        default_precision=config.runtime.precision,
        calibration=precisions.calibration,
        parity=precisions.parity,
        tag_thresholds=tag_thresholds,
        policies=policies,
        default_policy=next(iter(policies)),
        risk=None,
        support=support.model if support else None,
        framing=fit_framing(train),
        genre=None,
        config=config.model_dump(mode="json"),
        config_sha256=config_hash(config),
        data_sha256=data.sha256,
        data=dict(data.summary),
        weights_sha256=file_sha256(bundle / "model.safetensors"),
        versions={package: version(package) for package in _PACKAGES},
        training_seconds=next((row["train_runtime"] for row in reversed(fitted.history) if "train_runtime" in row), None),
        training_threads=torch.get_num_threads(),
    )
    return Member(Bundle(bundle, manifest), cross_fitted, fitted.history)
