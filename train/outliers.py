"""Splits off the few units of a feed-forward layer that are far larger than the rest, so that they do not stretch its int8 range.

In MiniLM one unit of 1,536 reaches 25 where the next reaches 6: in steps of 25/255 the other units lose two bits. The sum over units is
split in two instead, the large ones in f32 (Dettmers et al. 2022, LLM.int8(), with the units fixed beforehand).

Shapes: B passages, T tokens, H hidden units, U units of a feed-forward layer.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from presscheck.data.passages import Passage
from presscheck.train.model import PressModel

UNITS = 8  # per layer; a multiple of the vector width, twice what any layer of MiniLM needs


class _Widen(nn.Module):
    """The input side of a feed-forward layer: its units without the large ones (0 in their place), and the large ones."""

    def __init__(self, intermediate: Any, units: Tensor) -> None:
        super().__init__()
        dense: nn.Linear = intermediate.dense
        self.dense = dense
        self.activation: Callable[[Tensor], Tensor] = intermediate.intermediate_act_fn
        self.outliers = nn.Linear(dense.in_features, len(units))
        with torch.no_grad():
            self.outliers.weight.copy_(dense.weight[units])
            self.outliers.bias.copy_(dense.bias[units])
            dense.weight[units] = 0.0
            dense.bias[units] = 0.0

    def forward(self, hidden_BTH: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden units to both parts of the layer's."""
        return self.activation(self.dense(hidden_BTH)), self.activation(self.outliers(hidden_BTH))


class _Narrow(nn.Module):
    """The output side: the sum of both parts."""

    def __init__(self, dense: nn.Linear, units: Tensor) -> None:
        super().__init__()
        self.dense = dense
        self.outliers = nn.Linear(len(units), dense.out_features, bias=False)
        with torch.no_grad():
            self.outliers.weight.copy_(dense.weight[:, units])

    def forward(self, parts: tuple[Tensor, Tensor]) -> Tensor:
        """Both parts of the units to hidden units."""
        most_BTU, large = parts
        summed_BTH: Tensor = self.dense(most_BTU) + self.outliers(large)
        return summed_BTH


def _feed_forwards(encoder: nn.Module) -> list[Any]:
    """The layers of a BERT-like encoder that have a feed-forward part under the library's names; none in another encoder."""
    return [m for m in encoder.modules() if hasattr(m, "intermediate") and hasattr(getattr(m, "output", None), "dense")]


def _note(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor, *, largest: dict[nn.Module, Tensor]) -> None:  # noqa: ARG001 - the library's signature
    seen_U = inputs[0].abs().flatten(0, 1).amax(0)
    largest[module] = torch.maximum(largest[module], seen_U) if module in largest else seen_U


@torch.no_grad()
def split_outliers(model: PressModel, passages: Sequence[Passage]) -> PressModel:
    """A copy that computes the same, with the units that are largest on the passages split off in each feed-forward layer."""
    split = deepcopy(model).eval()
    layers = _feed_forwards(split.encoder)
    largest: dict[nn.Module, Tensor] = {}
    note: Callable[..., None] = partial(_note, largest=largest)
    hooks = [layer.output.dense.register_forward_hook(note) for layer in layers]
    for passage in passages:
        ids_BT = torch.tensor([passage.ids])
        split(ids_BT, torch.ones_like(ids_BT))
    for hook in hooks:
        hook.remove()
    for layer in layers:
        units = largest[layer.output.dense].topk(UNITS).indices
        layer.intermediate = _Widen(layer.intermediate, units)
        layer.output.dense = _Narrow(layer.output.dense, units)
    return split
