"""What is asked of scores: a policy's thresholds, and the gate before the champion."""

from pydantic import Field, model_validator

from presscheck.configs.section import FlagName, Fraction, OpenFraction, PrevalenceName, Section


class BandConfig(Section):
    """What a threshold on risk is chosen for, on articles that the risk model did not see. Give one of the two."""

    precision: Fraction | None = Field(None, description="Share of the articles at or above it that an editor would review, at least.")
    capacity: OpenFraction | None = Field(None, description="Share of all articles that the team can look at: as many lie at or above it.")

    @model_validator(mode="after")
    def _one(self) -> "BandConfig":
        if (self.precision is None) == (self.capacity is None):
            raise ValueError("give precision or capacity, one of the two")
        return self


class PolicyConfig(Section):
    """Thresholds by the precision that a team wants; they are fitted on dev with cross-fitted calibration."""

    precision: dict[FlagName, Fraction] = Field(
        {"sensational": 0.8, "loaded": 0.8, "unsourced": 0.7}, description="Target precision of each flag."
    )
    elevated: Fraction | BandConfig = Field(
        0.35, description="Risk from which an article is `elevated` (review queue); below it, it passes."
    )
    high: Fraction | BandConfig = Field(0.65, description="Risk from which an article is `high` (escalate).")
    prevalence: dict[PrevalenceName, OpenFraction] = Field(
        {},
        description="Share of positives that the team expects: of headlines, sentences, and articles to be reviewed. Precisions are "
        "reckoned for it; without it the share on dev (of review: on the articles that the risk is fitted on) is taken.",
    )

    commercial: bool = Field(
        default=False,
        description="The policy serves a business: no model of corpora that rule out commercial use may be promoted.",
    )

    @model_validator(mode="after")
    def _ordered(self) -> "PolicyConfig":
        if isinstance(self.elevated, float) and isinstance(self.high, float) and self.elevated >= self.high:
            raise ValueError("elevated must lie below high")
        return self


class GateConfig(Section):
    """What a promotion asks of a candidate: `presscheck promote --gate FILE`."""

    margin: Fraction = Field(0.01, description="How far the paired 95 % interval of the difference in ROC AUC may reach below 0.")
    slice_drop: Fraction = Field(0.10, description="How far a slice's error rate may rise, where the rise is significant.")
    max_slowdown: float = Field(1.25, gt=0, description="The candidate's time over the champion's.")
    ece_excess: Fraction = Field(0.02, description="Calibration error above that of perfectly calibrated scores of that sample size.")
    behaviour: bool = Field(default=True, description="Ask for every bound of the behavioural suite.")
    fairness: bool = Field(default=True, description="Ask for every bound of the fairness templates.")
    policies: bool = Field(default=True, description="Ask every policy for the precision that it promised on dev.")
