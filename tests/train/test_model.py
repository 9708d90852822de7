import pytest
import torch

from presscheck.train.encoder import load_encoder
from presscheck.train.model import PressModel, mix_back


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_mixing_back_moves_the_encoder_and_leaves_the_heads(share: float) -> None:
    encoder = load_encoder("tests/assets/tiny-encoder", random_init=True, freeze_embeddings=False, dropout=0.0)
    model = PressModel(encoder.model, hidden_size=encoder.hidden_size, dropout=0.0)
    pretrained = {name: value.clone() for name, value in encoder.model.state_dict().items()}
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(1.0)
    trained = {name: value.clone() for name, value in model.state_dict().items()}
    mix_back(model, pretrained, share=share)
    for name, value in model.state_dict().items():
        if name.startswith("encoder.") and value.is_floating_point():
            expected = (1 - share) * trained[name] + share * pretrained[name.removeprefix("encoder.")]
            torch.testing.assert_close(value, expected)
        else:
            torch.testing.assert_close(value, trained[name])
