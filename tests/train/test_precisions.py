"""A precision that lies too far from the trained model stays out of the bundle."""

import logging
from pathlib import Path

import pytest
from tests_support import tiny_config

from presscheck.serve.bundle import Bundle
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.runtime import supports
from presscheck.train.run import train

pytestmark = pytest.mark.slow

QUICK = ("train.epochs=1", "calibration.risk_folds=0")


def test_the_bundle_says_how_far_each_precision_lies(tiny_bundle: Bundle) -> None:
    parity = tiny_bundle.manifest.parity
    assert set(parity) == set(tiny_bundle.manifest.calibration)
    assert parity["f32"].flips == 0
    assert set(parity["f32"].auc_change.values()) == {0.0}
    if supports("int8"):
        assert parity["f32"].mean_difference < parity["int8"].mean_difference < 0.05
        assert set(parity["int8"].auc_change) == {"sensational", "loaded", "claim", "attributed", "needs_source"}


@pytest.mark.skipif(not supports("int8"), reason="this CPU does not compute int8 in hardware")
def test_int8_beyond_its_bound_is_left_out_and_said(small_corpus: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        bundle = train(tiny_config(small_corpus, tmp_path, *QUICK, "runtime.max_parity_int8=1e-9"))
    assert "without int8" in caplog.text
    assert "int8" not in bundle.manifest.calibration
    assert not list((bundle.path / "runtime").glob("int8*"))


@pytest.mark.skipif(not supports("int8"), reason="this CPU does not compute int8 in hardware")
def test_the_configured_precision_beyond_its_bound_is_refused(small_corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelRefusedError, match="exported model at int8: scores differ"):
        train(tiny_config(small_corpus, tmp_path, *QUICK, "runtime.precision=int8", "runtime.max_parity_int8=1e-9"))


def test_int8_can_be_switched_off_for_the_model_and_its_folds(small_corpus: Path, tmp_path: Path) -> None:
    bundle = train(tiny_config(small_corpus, tmp_path, "train.epochs=1", "runtime.int8=false"))
    assert "int8" not in bundle.manifest.calibration
    assert not list((bundle.path / "runtime").glob("int8*"))
