"""A bundle carries a text and what training saw the model say of it; nothing else is put to use."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from presscheck.serve.bundle import MANIFEST, Bundle, read_bundle, write_sums
from presscheck.serve.canary import CANARY, check_canary, make_canary
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.scorer import Scorer


def rewritten(bundle: Bundle, folder: Path, canary: dict[str, Any] | None) -> Bundle:
    """The bundle with another canary in its manifest, below its checksums."""
    shutil.copytree(bundle.path, folder)
    path = folder / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), "canary": canary}))
    write_sums(folder)
    return read_bundle(folder)


def test_training_leaves_a_value_for_every_precision(tiny_bundle: Bundle) -> None:
    canary = tiny_bundle.manifest.canary
    assert canary is not None
    assert canary == make_canary(tiny_bundle)
    assert (canary.headline, canary.body) == (CANARY.headline, CANARY.body)
    for precision in tiny_bundle.manifest.calibration:
        assert len(canary.values[precision]) > 10
        found = check_canary(tiny_bundle, Scorer(tiny_bundle, precision=precision, threads=1))
        assert (found.difference, found.holds, found.origin) == (0.0, True, "its value from training")


def test_a_value_that_is_missed_is_told(tiny_bundle: Bundle, tmp_path: Path) -> None:
    assert tiny_bundle.manifest.canary is not None
    canary = tiny_bundle.manifest.canary.model_dump(mode="json")
    canary["values"]["f32"]["headline.sensational"] += 0.2
    bundle = rewritten(tiny_bundle, tmp_path / "off", canary)
    found = check_canary(bundle, Scorer(bundle, precision="f32", threads=1))
    assert found.difference == pytest.approx(0.2)
    assert not found.holds

    del canary["values"]["f32"]["segment 0.claim"]
    bundle = rewritten(tiny_bundle, tmp_path / "parts", canary)
    with pytest.raises(ModelRefusedError, match="train again"):
        check_canary(bundle, Scorer(bundle, precision="f32", threads=1))

    del canary["values"]["f32"]
    with pytest.raises(ModelRefusedError, match="the canary covers"):
        rewritten(tiny_bundle, tmp_path / "missing", canary)


def test_a_bundle_without_one_says_so(tiny_bundle: Bundle, tmp_path: Path) -> None:
    bundle = rewritten(tiny_bundle, tmp_path / "old", None)
    found = check_canary(bundle, Scorer(bundle, precision="f32", threads=1))
    assert (found.difference, found.holds) == (0.0, True)
    assert "has none" in found.origin
