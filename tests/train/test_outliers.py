"""The largest units of a feed-forward layer are computed apart, and the model computes the same."""

import torch

from presscheck.data.passages import Passage
from presscheck.train.encoder import load_encoder
from presscheck.train.model import PressModel
from presscheck.train.outliers import UNITS, split_outliers

READ = [Passage(ids=(2, *range(5, 5 + length), 3), slots=()) for length in (4, 9, 17)]


def tiny_model() -> PressModel:
    torch.manual_seed(0)
    encoder = load_encoder("tests/assets/tiny-encoder", random_init=True, freeze_embeddings=True, dropout=0.0)
    return PressModel(encoder.model, hidden_size=encoder.hidden_size, dropout=0.0).eval()


def test_the_split_model_computes_the_same_without_its_large_units_in_the_main_sum() -> None:
    model = tiny_model()
    layer = model.encoder.get_submodule("encoder.layer.0")
    with torch.no_grad():
        layer.get_submodule("intermediate.dense").get_parameter("bias")[3] = 40.0
    split = split_outliers(model, READ)
    ids_BT = torch.tensor([READ[-1].ids])
    seen: list[torch.Tensor] = []
    dense = split.encoder.get_submodule("encoder.layer.0.output.dense.dense")
    dense.register_forward_hook(lambda _module, inputs, _output: seen.append(inputs[0].detach()))
    for found, expected in zip(split(ids_BT, torch.ones_like(ids_BT)), model(ids_BT, torch.ones_like(ids_BT)), strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
    (main_BTU,) = seen
    assert int((main_BTU.abs().amax((0, 1)) == 0).sum()) >= UNITS
    assert float(main_BTU.abs().max()) < 10.0


def test_the_trained_model_is_left_as_it_was() -> None:
    model = tiny_model()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    split_outliers(model, READ)
    assert before.keys() == model.state_dict().keys()
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
