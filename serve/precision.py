"""Which precision to score in, where the user leaves it to the machine."""

import logging
from dataclasses import dataclass
from typing import Literal

from presscheck.serve.bundle import Manifest, Precision
from presscheck.serve.runtime import has_matrix_units, supports

logger = logging.getLogger(__name__)

Wanted = Precision | Literal["auto"]  # what a user may ask for
# Measured, each on a CPU of its kind: benchmarks/speed/README.md.
_WITH_MATRIX_UNITS: tuple[Precision, ...] = ("bf16", "int8", "f32")
_WITH_VECTORS: tuple[Precision, ...] = ("int8", "bf16", "f32")


@dataclass(frozen=True, slots=True)
class Choice:
    """A precision and why it was taken."""

    precision: Precision
    reason: str


def fastest(manifest: Manifest) -> Choice:
    """The fastest precision that the bundle is calibrated for and this CPU computes in hardware."""
    has_units = has_matrix_units()
    passed_over = [f"this CPU has {'' if has_units else 'no '}AMX"]
    for precision in _WITH_MATRIX_UNITS if has_units else _WITH_VECTORS:
        if precision not in manifest.calibration:
            passed_over.append(f"the bundle has no {precision}")
        elif not supports(precision):
            passed_over.append(f"this CPU does not compute {precision} in hardware")
        else:
            return Choice(precision, "; ".join([*passed_over, f"{precision} is the fastest of what is left"]))
    return Choice(manifest.default_precision, "the bundle's own")


def resolve(manifest: Manifest, wanted: Wanted | None) -> Precision:
    """The precision to score in: the one asked for, the fastest for "auto", the bundle's own for None.

    What "auto" took, and why, goes to the log, so that a batch and a service say it too.
    """
    if wanted == "auto":
        choice = fastest(manifest)
        logger.info("precision %s: %s", choice.precision, choice.reason)
        return choice.precision
    return wanted or manifest.default_precision


def why(manifest: Manifest, wanted: Wanted | None) -> str:
    """Why `resolve` takes what it takes, for whoever starts the scorer."""
    if wanted == "auto":
        return fastest(manifest).reason
    return "it was asked for" if wanted else "the bundle's own"
