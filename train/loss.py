"""The loss: binary cross-entropy on soft targets, averaged per label over the targets that are present.

A missing target is NaN and costs nothing. Sums and counts stay apart, so that the caller can add both over all batches of an
optimiser step (accumulation, processes) before it divides.

Shapes: B passages, T tokens, L segment labels, K token tags, O = L + K outputs.
"""

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from presscheck.data.schema import SEGMENT_LABELS, TOKEN_TAGS, LabelName

OUTPUTS = (*(f"label/{name}" for name in SEGMENT_LABELS), *(f"tag/{name}" for name in TOKEN_TAGS))


def output_weights(label_weights: Mapping[LabelName, float], *, tag_weight: float) -> Tensor:
    """Weight per output (O,): each label's own; the tags' weight is shared by the kinds of span."""
    labels = [label_weights.get(name, 1.0) for name in SEGMENT_LABELS]
    return torch.tensor([*labels, *(tag_weight / len(TOKEN_TAGS) for _ in TOKEN_TAGS)])


def target_counts(label_targets: Tensor, tag_targets: Tensor) -> Tensor:
    """How many targets are present, per output (O,)."""
    present = [(~targets.isnan()).sum(dim=(0, 1)) for targets in (label_targets, tag_targets)]
    return torch.cat(present)


def loss_sums(logits: tuple[Tensor, Tensor], label_targets: Tensor, tag_targets: Tensor) -> Tensor:
    """Summed cross-entropy per output (O,) over the present targets; targets are (B, T, L) and (B, T, K)."""
    sums = []
    for outputs, targets in zip(logits, (label_targets, tag_targets), strict=True):
        is_present = ~targets.isnan()
        losses = binary_cross_entropy_with_logits(outputs.float(), torch.where(is_present, targets, 0.0), reduction="none")
        sums.append((losses * is_present).sum(dim=(0, 1)))
    return torch.cat(sums)


def weighted_mean(sums: Tensor, counts: Tensor, weights: Tensor) -> Tensor:
    """The loss: weighted sum over outputs of their mean cross-entropy. An output without any target adds 0."""
    return (weights.to(sums.device) * sums / counts.clamp(min=1)).sum()
