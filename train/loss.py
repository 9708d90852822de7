"""The loss: binary cross-entropy on soft targets, averaged per label over the targets that are present, by their documents' weights.

A missing target is NaN and costs nothing. The weighted sums and the sums of the weights stay apart, so that the caller can add both over
all batches of an optimiser step (accumulation, processes) before it divides.

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


def target_weights(label_targets: Tensor, tag_targets: Tensor, weights: Tensor) -> Tensor:
    """The weights of the targets that are present, summed per output (O,); with weights of 1 their number.

    Sums are exact for weights of 1 (in 64 bits), so that unweighted data trains the same model bit for bit, whatever its size.

    Args:
        weights: of each passage, (B,).
    """
    present = [(~targets.isnan()).double() * _per_passage(weights.double()) for targets in (label_targets, tag_targets)]
    return torch.cat([weight.sum(dim=(0, 1)) for weight in present])


def loss_sums(logits: tuple[Tensor, Tensor], label_targets: Tensor, tag_targets: Tensor, weights: Tensor) -> Tensor:
    """Weighted sums of the cross-entropy per output (O,) over the present targets.

    Args:
        label_targets, tag_targets: (B, T, L) and (B, T, K).
        weights: of each passage, (B,).
    """
    sums = []
    for outputs, targets in zip(logits, (label_targets, tag_targets), strict=True):
        is_present = ~targets.isnan()
        losses = binary_cross_entropy_with_logits(outputs.float(), torch.where(is_present, targets, 0.0), reduction="none")
        sums.append((losses * is_present * _per_passage(weights)).sum(dim=(0, 1)))
    return torch.cat(sums)


def _per_passage(weights: Tensor) -> Tensor:
    return weights[:, None, None]


def output_means(sums: Tensor, totals: Tensor) -> Tensor:
    """Mean cross-entropy per output (O,): its weighted sum divided by the weights of its targets; 0 of an output without any target."""
    return sums / _divisors(sums, totals)


def _divisors(sums: Tensor, totals: Tensor) -> Tensor:
    return torch.where(totals > 0, totals, 1.0).to(sums.dtype)


def weighted_mean(sums: Tensor, totals: Tensor, weights: Tensor) -> Tensor:
    """The loss: sum over outputs of their mean cross-entropy, each by the output's weight. An output without any target adds 0."""
    return (weights.to(sums.device) * sums / _divisors(sums, totals)).sum()
