import math

import pytest
import torch

from presscheck.data.schema import SEGMENT_LABELS, TOKEN_TAGS
from presscheck.train.loss import OUTPUTS, loss_sums, output_weights, target_weights, weighted_mean

L, K = len(SEGMENT_LABELS), len(TOKEN_TAGS)
WEIGHTS = output_weights({"claim": 2.0}, tag_weight=1.0)
ONES = torch.ones(3)


def batch(seed: int, passages: int = 3, tokens: int = 5) -> tuple[tuple[torch.Tensor, torch.Tensor], torch.Tensor, torch.Tensor]:
    """Random logits and targets; about half of the targets are missing, and one label always is."""
    generator = torch.Generator().manual_seed(seed)
    logits = (
        torch.randn(passages, tokens, L, generator=generator),
        torch.randn(passages, tokens, K, generator=generator),
    )
    labels, tags = (torch.rand(passages, tokens, n, generator=generator) for n in (L, K))
    labels[torch.rand(labels.shape, generator=generator) < 0.5] = math.nan
    labels[..., 0] = math.nan
    tags[torch.rand(tags.shape, generator=generator) < 0.5] = math.nan
    return logits, labels, tags


def test_only_present_targets_count_and_the_mean_is_per_output() -> None:
    logits, labels, tags = batch(1)
    sums, counts = loss_sums(logits, labels, tags, ONES), target_weights(labels, tags, ONES)
    index = OUTPUTS.index("label/claim")
    present = ~labels[..., 2].isnan()
    p = torch.sigmoid(logits[0][..., 2])[present]
    y = labels[..., 2][present]
    expected = -(y * p.log() + (1 - y) * (1 - p).log()).sum()
    assert sums[index] == pytest.approx(float(expected), rel=1e-5)
    assert counts[index] == int(present.sum())


def test_a_label_without_any_vote_adds_nothing_and_is_no_nan() -> None:
    logits, labels, tags = batch(2)
    leaves = tuple(x.clone().requires_grad_() for x in logits)
    sums, counts = loss_sums((leaves[0], leaves[1]), labels, tags, ONES), target_weights(labels, tags, ONES)
    assert counts[0] == 0
    loss = weighted_mean(sums, counts, WEIGHTS)
    loss.backward()  # type: ignore[no-untyped-call]  # untyped library
    assert loss.detach().isfinite()
    assert leaves[0].grad is not None
    assert not leaves[0].grad[..., 0].any()
    assert leaves[0].grad.isfinite().all()


def test_the_loss_does_not_depend_on_how_its_batches_are_cut() -> None:
    logits, labels, tags = batch(3, passages=6)
    weights = torch.tensor([1.0, 0.25, 3.0, 1.0, 0.5, 2.0])
    totals = target_weights(labels, tags, weights)
    whole = weighted_mean(loss_sums(logits, labels, tags, weights), totals, WEIGHTS)
    parts = sum(
        float(weighted_mean(loss_sums((logits[0][r], logits[1][r]), labels[r], tags[r], weights[r]), totals, WEIGHTS))
        for r in (slice(0, 1), slice(1, 4), slice(4, 6))
    )
    assert float(whole) == pytest.approx(parts, rel=1e-6)


def test_a_passage_of_weight_three_counts_as_three_of_it() -> None:
    logits, labels, tags = batch(4)
    weights = torch.tensor([1.0, 3.0, 1.0])
    copied = torch.tensor([0, 1, 1, 1, 2])
    weighted = weighted_mean(loss_sums(logits, labels, tags, weights), target_weights(labels, tags, weights), WEIGHTS)
    many = ((logits[0][copied], logits[1][copied]), labels[copied], tags[copied])
    ones = torch.ones(5)
    assert float(weighted) == pytest.approx(
        float(weighted_mean(loss_sums(*many, ones), target_weights(*many[1:], ones), WEIGHTS)), rel=1e-6
    )


def test_weights_below_one_are_divided_by_their_sum_too() -> None:
    logits, labels, tags = batch(5)
    light = torch.full((3,), 0.01)
    found = [weighted_mean(loss_sums(logits, labels, tags, w), target_weights(labels, tags, w), WEIGHTS) for w in (light, ONES)]
    assert float(found[0]) == pytest.approx(float(found[1]), rel=1e-5)


def test_weights() -> None:
    assert WEIGHTS.tolist() == pytest.approx([1.0, 1.0, 2.0, *[1.0] * (L - 3), *[1 / 5] * 5])
