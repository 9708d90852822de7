"""Resolves the scoring options (policy, precision, shares of positives) against what the bundle has. It loads no model.

With precision "auto" it is the fastest that the bundle and this CPU support.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from presscheck.serve.bundle import Bundle
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.genre import GENRE_FEATURES
from presscheck.serve.manifest import Manifest, Policy, Precision
from presscheck.serve.prior import Prior
from presscheck.serve.risk import RISK_FEATURES
from presscheck.serve.runtime import has_matrix_units, supports

logger = logging.getLogger(__name__)

AskedPrecision = Precision | Literal["auto"]  # what a user may ask for
# Measured, each on a CPU of its kind: benchmarks/speed/README.md.
_WITH_MATRIX_UNITS: tuple[Precision, ...] = ("bf16", "int8", "f32")
_WITH_VECTORS: tuple[Precision, ...] = ("int8", "bf16", "f32")


@dataclass(frozen=True, slots=True)
class ScoringOptions:
    """Resolved options; `prior` is None where no share was given."""

    policy_name: str
    policy: Policy
    precision: Precision
    prior: Prior | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A precision and why it was chosen."""

    precision: Precision
    reason: str


def fastest_precision(manifest: Manifest) -> Choice:
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


def resolve_precision(manifest: Manifest, wanted: AskedPrecision | None) -> Precision:
    """The precision to score in: the one given, the fastest for "auto", the bundle's own for None.

    The choice of "auto" and its reason are logged, so that a batch and a service report it too.
    """
    if wanted == "auto":
        choice = fastest_precision(manifest)
        logger.info("precision %s: %s", choice.precision, choice.reason)
        return choice.precision
    return wanted or manifest.default_precision


def precision_reason(manifest: Manifest, wanted: AskedPrecision | None) -> str:
    """Why `resolve_precision` chooses what it chooses."""
    if wanted == "auto":
        return fastest_precision(manifest).reason
    return "it was asked for" if wanted else "the bundle's own"


def resolve_options(
    bundle: Bundle, *, policy: str | None, precision: AskedPrecision | None, prevalence: Mapping[str, float] | None
) -> ScoringOptions:
    """The options, as `Scorer` describes them.

    Raises:
        ConfigError: if a share is of nothing that can be shifted, or out of range.
        ModelRefusedError: if the bundle does not have one of them.
    """
    manifest = bundle.manifest
    name = policy or manifest.default_policy
    if name not in manifest.policies:
        raise ModelRefusedError(f"the bundle has no policy {name!r}; it has {', '.join(manifest.policies)}")
    chosen = resolve_precision(manifest, precision)
    if chosen not in manifest.calibration:
        raise ModelRefusedError(f"the bundle is not calibrated for {chosen}, only for {', '.join(manifest.calibration)}")
    if manifest.risk is not None and tuple(manifest.risk.features) != tuple(RISK_FEATURES):
        raise ModelRefusedError(f"{bundle.path}: its risk model has other features than this version; train again")
    if manifest.genre is not None and set(manifest.genre.features) != set(GENRE_FEATURES):
        raise ModelRefusedError(f"{bundle.path}: its genre model has other features than this version; train again")
    found = manifest.policies[name]
    return ScoringOptions(name, found, chosen, Prior(manifest, found, prevalence) if prevalence else None)
