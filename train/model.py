"""One encoder, two linear heads: segment labels read at each closing [SEP], tags at every token.

Shapes: B passages, T tokens, H hidden units, L segment labels, K token tags.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from presscheck.data.schema import SEGMENT_LABELS, TOKEN_TAGS


class PressModel(nn.Module):
    """Computes logits of both heads at every token; the caller picks positions, which keeps the exported graph simple."""

    def __init__(self, encoder: nn.Module, *, hidden_size: int, dropout: float) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.label_head = nn.Linear(hidden_size, len(SEGMENT_LABELS))
        self.tag_head = nn.Linear(hidden_size, len(TOKEN_TAGS))
        for head in (self.label_head, self.tag_head):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Token ids and mask (B, T) to label logits (B, T, L) and tag logits (B, T, K)."""
        hidden_BTH = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        hidden_BTH = self.dropout(hidden_BTH)
        return self.label_head(hidden_BTH), self.tag_head(hidden_BTH)


def parameter_groups(model: PressModel, *, learning_rate: float, head_learning_rate: float, weight_decay: float) -> list[dict[str, object]]:
    """Optimiser groups: heads learn faster than the encoder; biases and normalisation weights do not decay."""
    groups = []
    for is_head, rate in ((False, learning_rate), (True, head_learning_rate)):
        for decays in (True, False):
            parameters: list[Tensor] = [
                parameter
                for name, parameter in model.named_parameters()
                if parameter.requires_grad and (not name.startswith("encoder.")) == is_head and (parameter.ndim > 1) == decays
            ]
            if parameters:
                groups.append({"params": parameters, "lr": rate, "weight_decay": weight_decay if decays else 0.0})
    return groups


@torch.no_grad()
def average(model: PressModel, states: Sequence[Mapping[str, Tensor]]) -> None:
    """Sets the model to the mean of the weights of several epochs (Izmailov et al. 2018)."""
    for name, value in model.state_dict().items():
        if value.is_floating_point():
            value.copy_(torch.stack([state[name].to(value) for state in states]).mean(dim=0))


@torch.no_grad()
def mix_back(model: PressModel, pretrained: Mapping[str, Tensor], *, share: float) -> None:
    """Moves the encoder's weights towards the pretrained ones: (1 - share) x trained + share x pretrained (Wortsman et al. 2022, WiSE-FT).

    Args:
        pretrained: the encoder's state before training.
        share: 0..1.
    """
    for name, value in model.encoder.state_dict().items():
        if value.is_floating_point():
            value.lerp_(pretrained[name].to(value), share)


@torch.no_grad()
def predict(model: PressModel, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
    """Probabilities of both heads, (B, T, L) and (B, T, K), without dropout."""
    model.eval()
    labels_BTL, tags_BTK = model(input_ids, attention_mask)
    return labels_BTL.float().sigmoid(), tags_BTK.float().sigmoid()
