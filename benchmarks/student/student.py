"""A student: a trained model with fewer layers or thinner ones, which learns to imitate the whole one.

The loss compares hidden states after every layer (Jiao et al. 2020, TinyBERT, section 3.1) and the logits of both heads (Hinton et al.
2015, Distilling the knowledge in a neural network), so that it needs no labels: see `passages`.

Shapes: B passages, T tokens, N tokens of a batch without padding, L labels, K tags, H hidden units, F neurons of a feed-forward layer.
"""

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss

from presscheck.data.schema import SEGMENT_LABELS, TOKEN_TAGS
from presscheck.serve.bundle import Bundle
from presscheck.train.encoder import load_encoder
from presscheck.train.model import PressModel


@dataclass(frozen=True, slots=True)
class Teacher:
    """A trained model that another one imitates.

    Attributes:
        model: without dropout and without gradients.
        labels, tags: which of its outputs it has learnt, by their places.
    """

    model: PressModel
    labels: tuple[int, ...]
    tags: tuple[int, ...]

    @property
    def layers(self) -> int:
        """How many the encoder has."""
        return len(_stack(self.model).layer)


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a model makes of a batch: logits (B, T, L) and (B, T, K), and the hidden states (B, T, H) after every layer."""

    labels: Tensor
    tags: Tensor
    hidden: Sequence[Tensor]


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the parts of the loss: hidden states after an inner layer, after the last, and the labels' logits."""

    inner: float
    last: float
    labels: float


def load_teacher(bundle: Bundle) -> Teacher:
    """The model of a bundle, with its weights."""
    encoder = load_encoder(str(bundle.path), random_init=True, freeze_embeddings=True, dropout=0.0)
    model = PressModel(encoder.model, hidden_size=encoder.hidden_size, dropout=0.0)
    model.load_state_dict(load_file(bundle.path / "model.safetensors"))
    model.eval().requires_grad_(requires_grad=False)
    learnt = bundle.manifest
    return Teacher(
        model,
        labels=tuple(SEGMENT_LABELS.index(name) for name in learnt.trained_labels),
        tags=tuple(TOKEN_TAGS.index(name) for name in learnt.trained_tags),
    )


def _stack(model: PressModel) -> Any:
    """The encoder's list of layers, built as BERT's."""
    return cast("Any", model.encoder).encoder


def _learning(student: PressModel) -> PressModel:
    student.requires_grad_(requires_grad=True)
    student.encoder.get_submodule("embeddings").requires_grad_(requires_grad=False)
    return student


def with_layers(teacher: Teacher, layers: Sequence[int]) -> PressModel:
    """A copy of the teacher's model with these layers alone, counted from 0."""
    student = copy.deepcopy(teacher.model)
    _stack(student).layer = nn.ModuleList([_stack(student).layer[number] for number in layers])
    return _learning(student)


def thin(teacher: Teacher, width: int, batches: Iterable[dict[str, Tensor]]) -> PressModel:
    """A copy of the teacher's model with `width` neurons in each feed-forward layer.

    The neurons that are kept are those that move the layer's output most: the mean of |activation| x the norm of the outgoing weights.

    Args:
        batches: to measure the activations on.
    """
    student = copy.deepcopy(teacher.model)
    layers = [(layer.intermediate.dense, layer.output.dense) for layer in _stack(student).layer]
    activations_F = [torch.zeros(into.out_features) for into, _ in layers]

    def add(number: int) -> Any:
        def hook(_module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            activations_F[number] += inputs[0].float().abs().flatten(0, -2).mean(dim=0)

        return layers[number][1].register_forward_pre_hook(hook)

    hooks = [add(number) for number in range(len(layers))]
    with torch.no_grad():
        for batch in batches:
            student(batch["input_ids"], batch["attention_mask"])
    for hook in hooks:
        hook.remove()
    for (into, out), mean_F in zip(layers, activations_F, strict=True):
        kept = (mean_F * out.weight.norm(dim=0)).topk(width).indices.sort().values
        into.weight, into.bias = nn.Parameter(into.weight[kept].clone()), nn.Parameter(into.bias[kept].clone())
        out.weight = nn.Parameter(out.weight[:, kept].clone())
        into.out_features = out.in_features = width
    return _learning(student)


def outputs_of(model: PressModel, batch: dict[str, Tensor]) -> Outputs:
    """A model's outputs, and the hidden states that they rest on."""
    found = model.encoder(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], output_hidden_states=True)
    last_BTH = found.last_hidden_state
    return Outputs(model.label_head(last_BTH), model.tag_head(last_BTH), found.hidden_states[1:])


def imitation_loss(
    own: Outputs, wanted: Outputs, *, teacher: Teacher, weights: Weights, is_token_BT: Tensor, is_separator_BT: Tensor
) -> Tensor:
    """How far a student's outputs are from its teacher's on a batch; 0 if all are the same.

    The sum of: the mean squared error of the hidden states after every layer, as a share of the teacher's variance there; that of the
    labels' logits at the separators; and what the tags' cross-entropy lies above the teacher's own. `wanted` has the hidden states of the
    layers that the student's stand for.
    """
    *inner, last = [
        mse_loss(own_BTH[is_token_BT].float(), wanted_BTH[is_token_BT].float()) / wanted_BTH[is_token_BT].float().var().clamp_min(1e-6)
        for own_BTH, wanted_BTH in zip(own.hidden, wanted.hidden, strict=True)
    ]
    loss = weights.last * last + weights.inner * sum(inner)
    own_labels, wanted_labels = (part.labels[is_separator_BT][:, teacher.labels].float() for part in (own, wanted))
    loss = loss + weights.labels * mse_loss(own_labels, wanted_labels)
    own_tags, wanted_tags = (part.tags[is_token_BT][:, teacher.tags].float() for part in (own, wanted))
    targets = wanted_tags.sigmoid()
    return loss + binary_cross_entropy_with_logits(own_tags, targets) - binary_cross_entropy_with_logits(wanted_tags, targets)
