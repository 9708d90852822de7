"""Which precision to score in, where the user leaves it to the machine."""

from dataclasses import dataclass
from typing import Literal

from presscheck.serve.bundle import Manifest, Precision
from presscheck.serve.runtime import supports

Wanted = Precision | Literal["auto"]  # what a user may ask for
_FASTEST_FIRST: tuple[Precision, ...] = ("bf16", "int8", "f32")  # measured: benchmarks/speed.md


@dataclass(frozen=True, slots=True)
class Choice:
    """A precision and why it was taken."""

    precision: Precision
    reason: str


def fastest(manifest: Manifest) -> Choice:
    """The fastest precision that the bundle is calibrated for and this CPU computes in hardware."""
    passed_over: list[str] = []
    for precision in _FASTEST_FIRST:
        if precision not in manifest.calibration:
            passed_over.append(f"the bundle has no {precision}")
        elif not supports(precision):
            passed_over.append(f"this CPU does not compute {precision} in hardware")
        else:
            return Choice(precision, "; ".join([*passed_over, f"{precision} is the fastest of the rest"]))
    return Choice(manifest.default_precision, "the bundle's own")


def resolve(manifest: Manifest, wanted: Wanted | None) -> Precision:
    """The precision to score in: the one asked for, the fastest for "auto", the bundle's own for None."""
    if wanted == "auto":
        return fastest(manifest).precision
    return wanted or manifest.default_precision


def why(manifest: Manifest, wanted: Wanted | None) -> str:
    """Why `resolve` takes what it takes, for whoever starts the scorer."""
    if wanted == "auto":
        return fastest(manifest).reason
    return "it was asked for" if wanted else "the bundle's own"
