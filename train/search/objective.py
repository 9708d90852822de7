"""The objective of a search: one trial's training, judged on dev.

It is the mean ROC AUC of the learnt labels on dev. Calibration and thresholds are fitted after a training and keep the order of scores,
so the AUC says what they can reach; the dev loss depends on the loss weights, which a search may vary, and on a confidence that
calibration corrects.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer
from torch.nn.utils.rnn import pad_sequence
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from presscheck.configs.schema import RunConfig
from presscheck.data.passages import TextPart
from presscheck.data.schema import POSITIVE, Document
from presscheck.serve.predict import PartScores, pack_parts, unpack
from presscheck.serve.runtime import Logits
from presscheck.serve.scorer import load_tokenizer
from presscheck.train.calibrate import label_arrays
from presscheck.train.encoder import locate
from presscheck.train.fit import fit_weights
from presscheck.train.model import PressModel, predict
from presscheck.train.scored import score_documents

_PASSAGES = 16


@dataclass(frozen=True, slots=True)
class Data:
    """What trials are trained and judged on. There is no test split in it.

    Attributes:
        labels: the labels that the data teaches, whose AUC counts.
    """

    train: Sequence[Document]
    dev: Sequence[Document]
    labels: tuple[str, ...]


class PrunedError(Exception):
    """The trial is stopped, since others did better at this epoch."""


def _probabilities(
    model: PressModel, tokenizer: Tokenizer, parts: Sequence[TextPart], *, max_tokens: int, in_front: bool
) -> list[PartScores]:
    """Uncalibrated probabilities, in batches of passages of similar length."""
    packed = pack_parts(parts, tokenizer=tokenizer, max_tokens=max_tokens, in_front=in_front)
    order = sorted(range(len(packed.passages)), key=lambda index: len(packed.passages[index].ids))
    found: dict[int, Logits] = {}
    for begin in range(0, len(order), _PASSAGES):
        part = order[begin : begin + _PASSAGES]
        rows = [torch.tensor(packed.passages[index].ids) for index in part]
        ids_BT = pad_sequence(rows, batch_first=True)
        mask_BT = pad_sequence([torch.ones_like(row) for row in rows], batch_first=True)
        labels_BTL, tags_BTK = predict(model, ids_BT, mask_BT)
        for row, index in enumerate(part):
            length = len(rows[row])
            found[index] = labels_BTL[row, :length].numpy(), tags_BTK[row, :length].numpy()
    return list(unpack(packed, [found[index] for index in range(len(order))]))


def label_aucs(model: PressModel, tokenizer: Tokenizer, data: Data, *, max_tokens: int) -> dict[str, float]:
    """ROC AUC of each learnt label on dev.

    Raises:
        ValueError: if a score is not a number, as the training diverged.
    """
    in_front = "supported" in data.labels
    read = partial(_probabilities, model, tokenizer, max_tokens=max_tokens, in_front=in_front)
    scored = score_documents(data.dev, read, in_front=in_front)
    found = {}
    for label in data.labels:
        scores_N, targets_N = label_arrays(scored, label)
        if not all(map(math.isfinite, scores_N)):
            raise ValueError("the training diverged: scores are not numbers")
        found[label] = float(roc_auc_score(targets_N >= POSITIVE, scores_N))
    return found


def mean(aucs: Mapping[str, float]) -> float:
    """The objective."""
    return sum(aucs.values()) / len(aucs)


class JudgeEpochs(TrainerCallback):
    """Judges the model after every epoch.

    Args:
        judge: takes the epoch and the AUCs; it may raise PrunedError.
    """

    def __init__(self, score: Callable[[PressModel], dict[str, float]], judge: Callable[[int, dict[str, float]], None]) -> None:
        self._score = score
        self._judge = judge

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        model: Any = None,
        **_: Any,
    ) -> None:
        """Scores dev."""
        self._judge(round(state.epoch or 0), self._score(model))


def run_trial(
    config: RunConfig,
    data: Data,
    *,
    folder: Path,
    judge: Callable[[int, dict[str, float]], None],
    callbacks: Sequence[TrainerCallback],
) -> dict[str, float]:
    """Trains (or resumes) in `folder` and returns the AUCs of the final weights: averaged and mixed back as the config says."""

    def score(model: PressModel) -> dict[str, float]:
        return label_aucs(model, tokenizer, data, max_tokens=config.model.max_tokens)

    tokenizer = load_tokenizer(locate(config.model.encoder) / "tokenizer.json")
    fitted = fit_weights(
        config,
        train=data.train,
        dev=data.dev,
        folder=folder,
        epochs=config.train.epochs,
        callbacks=[JudgeEpochs(score, judge), *callbacks],
    )
    return score(fitted.model)
