"""Which precision to score in, where the user leaves it to the machine."""

from dataclasses import dataclass

from presscheck.serve.bundle import Manifest, Precision
from presscheck.serve.runtime import supports

_FASTEST_FIRST: tuple[Precision, ...] = ("int8", "bf16", "f32")


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
