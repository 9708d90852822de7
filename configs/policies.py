"""Policies (thresholds on scores), and the gate of a promotion."""

from typing import Literal

from pydantic import Field, model_validator

from presscheck.configs.section import FlagName, Fraction, OpenFraction, PrevalenceName, Section


class BandConfig(Section):
    """The target of a threshold on risk, measured on held-out articles. Give one of the two."""

    precision: Fraction | None = Field(
        None, description="Minimum share of the articles at or above the threshold that an editor would review."
    )
    capacity: OpenFraction | None = Field(
        None, description="Share of all articles that the team can review: as many are at or above the threshold."
    )

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
        0.35,
        description="Risk from which an article is `elevated` (review queue); below it, it is `low`. A number, or a section with a target.",
    )
    high: Fraction | BandConfig = Field(
        0.65, description="Risk from which an article is `high` (escalate). A number, or a section with a target."
    )
    prevalence: dict[PrevalenceName, OpenFraction] = Field(
        {},
        description="Share of positives that the team expects for a flag, or for `review` (articles to be reviewed). Precisions are "
        "computed for it; the default is the share on dev (for review: on the articles that the risk is fitted on).",
    )
    unsupported: Fraction = Field(0.8, description="Target precision of calling a headline overstated or not reported.")
    commercial: bool = Field(
        default=False,
        description="The policy is for commercial use: no model trained on corpora that forbid it may be promoted.",
    )

    @model_validator(mode="after")
    def _ordered(self) -> "PolicyConfig":
        if isinstance(self.elevated, float) and isinstance(self.high, float) and self.elevated >= self.high:
            raise ValueError("elevated must be below high")
        return self


GoldMeasure = Literal[
    "headline_flag_precision",
    "headline_flag_recall",
    "headline_flag_flagged",
    "sensational_auc",
    "framing_words_precision",
    "framing_words_recall",
    "sentence_flag_precision",
    "sentence_flag_recall",
    "sentence_flag_flagged",
    "unsourced_auc",
    "claim_auc",
    "attributed_auc",
    "needs_source_auc",
    "vague_source_recall",
    "speculation_recall",
    "risk_auc",
    "risk_high_precision",
    "risk_high_recall",
    "risk_high_flagged",
]


class BoundConfig(Section):
    """The bounds of a measure on gold labels; `_flagged` is the share that is flagged."""

    min: Fraction | None = Field(None, description="Minimum of the measure.")
    max: Fraction | None = Field(None, description="Maximum of the measure.")

    @model_validator(mode="after")
    def _some(self) -> "BoundConfig":
        if self.min is None and self.max is None:
            raise ValueError("give min, max, or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min must not be above max")
        return self


class GateConfig(Section):
    """The bounds that a promotion checks: `presscheck promote --gate FILE`."""

    margin: Fraction = Field(0.01, description="How far the paired 95 % interval of the difference in ROC AUC may reach below 0.")
    slice_drop: Fraction = Field(0.10, description="How far a slice's error rate may rise, if the rise is significant.")
    max_slowdown: float = Field(1.25, gt=0, description="Maximum of the candidate's time over the champion's.")
    ece_excess: Fraction = Field(
        0.02, description="Maximum calibration error above that of perfectly calibrated scores of that sample size."
    )
    behaviour: bool = Field(default=True, description="Check every bound of the behavioural suite.")
    fairness: bool = Field(default=True, description="Check every bound of the fairness templates.")
    policies: bool = Field(default=True, description="Check every policy's precision against the one reached on dev.")
    gold: dict[GoldMeasure, BoundConfig] = Field(
        {},
        description="Bounds on measures of the flags on labels of real news, `presscheck promote --gold FOLDER`.",
    )
