"""On what terms a bundle is to score: a policy, a precision and shares of positives, held to what the bundle has. It loads no model."""

from collections.abc import Mapping
from dataclasses import dataclass

from presscheck.serve.bundle import Bundle, Policy, Precision
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.precision import Wanted, resolve
from presscheck.serve.prior import Prior
from presscheck.serve.risk import RISK_FEATURES


@dataclass(frozen=True, slots=True)
class Terms:
    """What was asked for, resolved; `prior` is None where no share was given."""

    policy_name: str
    policy: Policy
    precision: Precision
    prior: Prior | None


def terms_of(bundle: Bundle, *, policy: str | None, precision: Wanted | None, prevalence: Mapping[str, float] | None) -> Terms:
    """The terms, as `Scorer` describes them.

    Raises:
        ModelRefusedError: where the bundle does not have one of them.
    """
    manifest = bundle.manifest
    name = policy or manifest.default_policy
    if name not in manifest.policies:
        raise ModelRefusedError(f"the bundle has no policy {name!r}; it has {', '.join(manifest.policies)}")
    chosen = resolve(manifest, precision)
    if chosen not in manifest.calibration:
        raise ModelRefusedError(f"the bundle is not calibrated for {chosen}; it is for {', '.join(manifest.calibration)}")
    if manifest.risk is not None and tuple(manifest.risk.features) != tuple(RISK_FEATURES):
        raise ModelRefusedError(f"{bundle.path}: its risk model has other features than this version; train again")
    found = manifest.policies[name]
    return Terms(name, found, chosen, Prior(manifest, found, prevalence) if prevalence else None)
