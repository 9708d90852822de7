"""Measures how far the exported model's probabilities are from the training model's."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from scipy.special import expit
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer

from presscheck.configs.schema import RuntimeConfig
from presscheck.data.passages import TextPart
from presscheck.data.schema import POSITIVE, SEGMENT_LABELS
from presscheck.serve.manifest import Parity, Precision
from presscheck.serve.predict import PartScores, pack_parts, unpack
from presscheck.train.calibrate import label_arrays
from presscheck.train.model import PressModel, predict
from presscheck.train.scored import Scored, score_documents

PARITY_TEXTS = 200


def torch_probabilities(
    model: PressModel, tokenizer: Tokenizer, parts: Sequence[TextPart], *, max_tokens: int, in_front: bool = False
) -> list[PartScores]:
    """The training model's uncalibrated probabilities in f32, one passage at a time: the reference for every other path."""
    packed = pack_parts(parts, tokenizer=tokenizer, max_tokens=max_tokens, in_front=in_front)
    probabilities = []
    for passage in packed.passages:
        ids_BT = torch.tensor([passage.ids])
        labels_BTL, tags_BTK = predict(model, ids_BT, torch.ones_like(ids_BT))
        probabilities.append((labels_BTL[0].numpy(), tags_BTK[0].numpy()))
    return list(unpack(packed, probabilities))


def max_parity(options: RuntimeConfig) -> dict[Precision, float]:
    """Largest allowed score difference from the training model, by precision."""
    return {"f32": options.max_parity_f32, "bf16": options.max_parity_bf16, "int8": options.max_parity_int8}


def _changes(scored: Sequence[Scored], plain: Sequence[Scored]) -> tuple[float, dict[str, float]]:
    """Share of labels on the other side of 0.5 than in f32, and the change of each label's ROC AUC, over the segments that carry it."""
    flips = asked = 0
    auc_change: dict[str, float] = {}
    for label in SEGMENT_LABELS:
        (logits_N, targets_N), (plain_N, _) = label_arrays(scored, label), label_arrays(plain, label)
        flips += int(((logits_N >= 0) != (plain_N >= 0)).sum())
        asked += len(logits_N)
        is_positive_N = targets_N >= POSITIVE
        if 0 < is_positive_N.sum() < len(is_positive_N):
            auc_change[label] = float(roc_auc_score(is_positive_N, logits_N) - roc_auc_score(is_positive_N, plain_N))
    return flips / max(asked, 1), auc_change


def measure_parity(
    model: PressModel, tokenizer: Tokenizer, scored: Sequence[Scored], *, plain: Sequence[Scored], max_tokens: int, in_front: bool
) -> Parity:
    """Compares the logits of the runtime model with the training model over the documents that hold the first 200 segments.

    Args:
        scored: dev with the logits of the precision that is measured.
        plain: dev with the logits of f32.
    """
    documents = list({document.id: document for document, _, _ in scored[:PARITY_TEXTS]}.values())
    kept = {document.id for document in documents}
    exported = [(segment, scores) for document, segment, scores in scored if document.id in kept]
    read = partial(torch_probabilities, model, tokenizer, max_tokens=max_tokens, in_front=in_front)
    reference = [scores for _, _, scores in score_documents(documents, read, in_front=in_front)]
    differences = np.array(
        [
            abs(float(expit(found.labels[label])) - known.labels[label])
            for (segment, found), known in zip(exported, reference, strict=True)
            for label in segment.labels
        ]
    )
    flips, auc_change = _changes(scored, plain)
    return Parity(
        texts=len(exported),
        max_difference=float(differences.max()),
        mean_difference=float(differences.mean()),
        flips=flips,
        auc_change=auc_change,
    )
