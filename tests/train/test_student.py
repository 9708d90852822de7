"""A student: some of the encoder's layers, taught by the whole."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tests_support import tiny_overrides

from presscheck.configs.loader import ConfigError, load
from presscheck.data.article import Article
from presscheck.serve.bundle import Bundle
from presscheck.serve.scorer import Scorer
from presscheck.train.encoder import load_encoder
from presscheck.train.run import train

pytestmark = pytest.mark.slow

TINY = "tests/assets/tiny-encoder"


def test_the_layers_that_are_kept_are_those_that_were_asked_for() -> None:
    kept, whole = (
        load_encoder("minilm-l6", random_init=False, freeze_embeddings=True, dropout=0.0, layers=layers).model
        for layers in ((0, 2, 4), None)
    )
    of_kept, of_whole = kept.state_dict(), whole.state_dict()
    numbers = {int(name.split(".")[2]) for name in of_kept if name.startswith("encoder.layer.")}
    assert numbers == {0, 1, 2}
    for new, old in enumerate((0, 2, 4)):
        for name in (n for n in of_kept if n.startswith(f"encoder.layer.{new}.")):
            torch.testing.assert_close(of_kept[name], of_whole[name.replace(f".{new}.", f".{old}.", 1)], rtol=0, atol=0)


@pytest.mark.parametrize("layers", [(2,), (1, 0), (0, 0)])
def test_layers_that_the_encoder_lacks_or_that_do_not_rise_are_an_error(layers: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match="increasing numbers from 0 to 1"):
        load_encoder(TINY, random_init=True, freeze_embeddings=False, dropout=0.0, layers=layers)


def test_a_student_is_trained_by_its_teacher_and_scores(small_corpus: Path, tmp_path: Path, tiny_bundle: Bundle) -> None:
    overrides = [*tiny_overrides(small_corpus, tmp_path), "tracking.enabled=false", "calibration.risk_folds=0"]
    teacher = f"train.teacher={{bundle: {tiny_bundle.path}, weight: 0.5}}"
    student = train(load("tiny", [*overrides, "model.layers=[1]", teacher]))
    weights = load_file(student.path / "model.safetensors")
    assert {name.split(".")[3] for name in weights if name.startswith("encoder.encoder.layer.")} == {"0"}
    assert json.loads((student.path / "config.json").read_text())["num_hidden_layers"] == 1
    assert json.loads((tiny_bundle.path / "config.json").read_text())["num_hidden_layers"] == 2
    (record,) = Scorer(student, threads=1).score([Article("a", "Markets rise as banks report", "The bank said so.")])
    assert record.status == "ok"


def test_a_teacher_that_is_not_there_is_named(small_corpus: Path, tmp_path: Path) -> None:
    overrides = [*tiny_overrides(small_corpus, tmp_path), "tracking.enabled=false"]
    with pytest.raises(ConfigError, match=r"models/nobody is not a bundle yet; train the teacher first"):
        train(load("tiny", [*overrides, "train.teacher={bundle: models/nobody}"]))
