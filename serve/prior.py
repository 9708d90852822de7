"""Shifts records to another share of positives than the one that calibration was fitted on.

Calibrated odds scale with the odds of the prior (Saerens et al. 2002, Adjusting the outputs of a classifier to new a priori probabilities,
equation 4). That assumes that the texts of each kind stay the same and only their shares differ.
"""

from collections.abc import Mapping
from typing import get_args

from presscheck.configs.config_error import ConfigError
from presscheck.data.schema import FlagName
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.genre import with_cap
from presscheck.serve.manifest import Manifest, Policy
from presscheck.serve.record import FLAGGED_VERDICTS, Record
from presscheck.serve.risk import level_of

SHIFTABLE: tuple[str, ...] = (*get_args(FlagName), "review")


def shifted(probability: float, *, base: float, prevalence: float) -> float:
    """A calibrated probability where `prevalence` of the items are positive instead of `base`; all are 0..1."""
    if probability in (0.0, 1.0):
        return probability
    factor = prevalence / (1 - prevalence) * (1 - base) / base
    odds = probability / (1 - probability) * factor
    return odds / (1 + odds)


def bases(manifest: Manifest, policy: Policy) -> dict[str, float]:
    """The share of positives that each probability was calibrated on."""
    known: dict[str, float] = {flag: threshold.base for flag, threshold in policy.thresholds.items()}
    return {**known, "review": manifest.risk.base} if manifest.risk else known


class Prior:
    """Shifts the records of one scorer.

    Args:
        prevalence: name of a flag, or "review", to the share of positives that is expected, above 0 and below 1.

    Raises:
        ConfigError: if a share is of nothing that can be shifted, or out of range.
        ModelRefusedError: if the bundle cannot be shifted to it.
    """

    def __init__(self, manifest: Manifest, policy: Policy, prevalence: Mapping[str, float]) -> None:
        known = bases(manifest, policy)
        for name, share in prevalence.items():
            if name not in SHIFTABLE:
                raise ConfigError(f"a prevalence cannot be given for {name!r}; use one of {', '.join(SHIFTABLE)}")
            if not 0.0 < share < 1.0:
                raise ConfigError(f"the prevalence of {name} is {share}; a share must be above 0 and below 1")
            if not 0.0 < known.get(name, 0.0) < 1.0:
                raise ModelRefusedError(f"the bundle's dev split lacks positives or negatives of {name}: it cannot be shifted")
        self._shares = {name: (known[name], share) for name, share in prevalence.items()}
        self._policy = policy
        self._genre = manifest.genre

    def _at(self, name: str, probability: float | None) -> float | None:
        if probability is None or name not in self._shares:
            return probability
        base, prevalence = self._shares[name]
        return round(shifted(probability, base=base, prevalence=prevalence), 6)

    def __call__(self, record: Record) -> Record:
        """The record with its probabilities, flags and level for the expected shares; verdicts and reasons stay."""
        headline, thresholds = record.headline, self._policy.thresholds
        if headline is not None:
            sensational = self._at("sensational", headline.sensational)
            headline = headline.model_copy(
                update={
                    "sensational": sensational,
                    "loaded": self._at("loaded", headline.loaded),
                    "flagged": None if sensational is None else sensational >= thresholds["sensational"].threshold,
                }
            )
        segments = []
        for segment in record.segments:
            unsourced = self._at("unsourced", segment.unsourced)
            is_flagged = segment.verdict in FLAGGED_VERDICTS and unsourced is not None and unsourced >= thresholds["unsourced"].threshold
            segments.append(
                segment.model_copy(
                    update={
                        "loaded": self._at("loaded", segment.loaded),
                        "unsourced": unsourced,
                        "flagged": None if segment.verdict is None else is_flagged,
                    }
                )
            )
        p = self._at("review", record.risk.p)
        risk = record.risk.model_copy(update={"p": p, "level": None if p is None else level_of(p, self._policy)})
        risk = with_cap(risk, record.notes.genre, segments, model=self._genre)
        return record.model_copy(update={"headline": headline, "segments": segments, "risk": risk})
