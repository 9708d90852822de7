"""Which precision is taken where the user leaves it to the machine."""

import pytest

from presscheck.serve import scoring_options
from presscheck.serve.bundle import Bundle
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.manifest import Precision
from presscheck.serve.scorer import Scorer

ALL = ("f32", "bf16", "int8")


@pytest.mark.parametrize(
    ("bundle_has", "cpu_has", "has_amx", "expected", "why"),
    [
        (ALL, ALL, True, "bf16", "this CPU has AMX; bf16 is the fastest of what is left"),
        (ALL, ALL, False, "int8", "this CPU has no AMX; int8 is the fastest of what is left"),
        (("f32", "int8"), ALL, True, "int8", "the bundle has no bf16"),
        (("f32", "bf16"), ALL, False, "bf16", "the bundle has no int8"),
        (ALL, ("f32", "bf16"), False, "bf16", "this CPU does not compute int8 in hardware"),
        (("f32", "bf16"), ("f32",), False, "f32", "the bundle has no int8; this CPU does not compute bf16 in hardware"),
    ],
)
def test_the_fastest_that_bundle_and_cpu_have(
    tiny_bundle: Bundle,
    monkeypatch: pytest.MonkeyPatch,
    bundle_has: tuple[Precision, ...],
    cpu_has: tuple[Precision, ...],
    *,
    has_amx: bool,
    expected: Precision,
    why: str,
) -> None:
    some = tiny_bundle.manifest.calibration["f32"]
    manifest = tiny_bundle.manifest.model_copy(update={"calibration": dict.fromkeys(bundle_has, some)})
    monkeypatch.setattr(scoring_options, "supports", lambda name: name in cpu_has)
    monkeypatch.setattr(scoring_options, "has_matrix_units", lambda: has_amx)
    found = scoring_options.fastest_precision(manifest)
    assert found.precision == expected
    assert why in found.reason


def test_auto_names_what_it_took(tiny_bundle: Bundle) -> None:
    assert (
        Scorer(tiny_bundle, precision="auto", threads=1).info.precision == scoring_options.fastest_precision(tiny_bundle.manifest).precision
    )


def test_a_precision_without_its_model_is_refused(tiny_bundle: Bundle) -> None:
    bare = {"f32": tiny_bundle.manifest.calibration["f32"]}
    without = Bundle(tiny_bundle.path, tiny_bundle.manifest.model_copy(update={"calibration": bare}))
    with pytest.raises(ModelRefusedError, match="not calibrated for int8, only for f32"):
        Scorer(without, precision="int8")


def test_auto_says_what_it_took_and_why(tiny_bundle: Bundle, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="presscheck.serve.scoring_options"):
        taken = scoring_options.resolve_precision(tiny_bundle.manifest, "auto")
        assert scoring_options.resolve_precision(tiny_bundle.manifest, "f32") == "f32"
    (message,) = caplog.messages
    assert message.startswith(f"precision {taken}: this CPU has ")
