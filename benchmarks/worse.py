"""Copies of a bundle that are worse in one way, for the gate to find."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov

from presscheck.serve.bundle import RUNTIME_FILES, Bundle, Manifest, read_bundle, write_manifest, write_sums

DRAWN_OUT = 4.0
Edit = Callable[[Manifest], Mapping[str, Any]]


def edited(
    target: Path, source: Bundle, edit: Edit = lambda _: {}, *, rework: Callable[[Path], None] | None = None
) -> Bundle:
    """A copy of a bundle with some fields of its manifest replaced, and its files reworked.

    Args:
        rework: changes the files of the copy, given its folder.
    """
    part = target.with_name(f".{target.name}.part")
    for folder in (part, target):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source.path, part)
    if rework is not None:
        rework(part)
    write_manifest(part, source.manifest.model_copy(update={"version": target.name, **edit(source.manifest)}))
    write_sums(part)
    return read_bundle(part.rename(target))


def drawn_out(manifest: Manifest) -> dict[str, Any]:
    """Probabilities nearer to 0 and 1 than the outcomes bear out, in the same order."""
    calibration = {
        precision: {
            output: fitted.model_copy(
                update={"slope": fitted.slope * DRAWN_OUT, "intercept": fitted.intercept * DRAWN_OUT}
            )
            for output, fitted in outputs.items()
        }
        for precision, outputs in manifest.calibration.items()
    }
    return {"calibration": calibration}


def restricted(manifest: Manifest) -> dict[str, Any]:
    """A commercial policy on data that rules it out."""
    policies = {name: policy.model_copy(update={"commercial": True}) for name, policy in manifest.policies.items()}
    return {"policies": policies, "data": {**manifest.data, "non_commercial": ["webis"]}}


def read_twice(folder: Path) -> None:
    """Makes the model for f32 read every passage twice and give the mean: the same scores, in twice the time, on any machine.

    The second reading's floating-point matrices differ by a millionth, or the runtime would see that the two are one.
    """
    core, path = ov.Core(), folder / "runtime" / RUNTIME_FILES["f32"]
    once, again = core.read_model(path), core.read_model(path)
    for node in again.get_ops():
        if node.get_type_name() == "Constant" and len(node.shape) == 2 and node.get_element_type() == ov.Type.f32:
            other = ov.opset13.constant(np.asarray(node.data) * np.float32(1 + 1e-6))
            for reader in list(node.output(0).get_target_inputs()):
                reader.replace_source_output(other.output(0))
    for parameter in again.get_parameters():
        (name,) = parameter.output(0).get_names()
        shared = once.input(name).get_node()
        for reader in list(parameter.output(0).get_target_inputs()):
            reader.replace_source_output(shared.output(0))
    half = ov.opset13.constant(np.float32(0.5))
    means = []
    for first, second in zip(once.get_results(), again.get_results(), strict=True):
        names = first.output(0).get_names()
        total = ov.opset13.add(first.input_value(0), second.input_value(0))
        mean = ov.opset13.multiply(total, half)
        mean.output(0).set_names(names)
        means.append(ov.opset13.result(mean))
    doubled = ov.Model(means, once.get_parameters(), "read twice")
    # The files that are read from are mapped: write beside them, then put the new ones in their place.
    written = path.with_name("twice.xml")
    ov.save_model(doubled, written, compress_to_fp16=False)
    del once, again, doubled
    for suffix in (".xml", ".bin"):
        written.with_suffix(suffix).replace(path.with_suffix(suffix))
