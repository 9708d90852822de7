"""What `presscheck.json` holds: labels and tags, calibration, policies, the models of whole articles, and their data."""

import math
from collections.abc import Collection, Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from presscheck.configs.section import Section
from presscheck.data.schema import SEGMENT_LABELS, TOKEN_TAGS, FlagName, Genre, LabelName
from presscheck.serve.reference import Reference

FLAGS: tuple[FlagName, ...] = ("sensational", "loaded", "unsourced")
# The labels that each flag depends on.
LABELS_OF_FLAG: Mapping[FlagName, tuple[LabelName, ...]] = {
    "sensational": ("sensational",),
    "loaded": ("loaded",),
    "unsourced": ("claim", "attributed", "needs_source"),
}
Precision = Literal["f32", "bf16", "int8"]
# The runtime model by precision, in runtime/. int8 exists if training quantised the model.
RUNTIME_FILES: dict[Precision, str] = {"f32": "model.xml", "bf16": "model.xml", "int8": "int8.xml"}


class Calibration(Section):
    """Platt scaling of one output: probability = sigmoid(slope * logit + intercept)."""

    slope: float = Field(gt=0)
    intercept: float


class Parity(Section):
    """How far the runtime model's probabilities lie from the training model's, over every trained segment label of `texts` texts.

    Attributes:
        flips: share of dev's segment labels that lie on the other side of 0.5 than in f32.
        auc_change: ROC AUC on dev less that in f32, by label.
    """

    texts: int
    max_difference: float
    mean_difference: float
    flips: float = 0.0
    auc_change: dict[str, float] = Field({})


class Threshold(Section):
    """A flag's threshold on its calibrated probability, and what it reached on dev with cross-fitted calibration.

    Attributes:
        precision_lower: lower end of the 95 % Wilson interval of the precision reached.
        prevalence: share of positives that the precision is computed for.
        base: share of positives on dev, which calibration was fitted on.
        reached: whether the target was reached on dev; where not, the threshold with the best precision was taken.
    """

    threshold: float = Field(ge=0, le=1)
    target_precision: float
    precision: float
    precision_lower: float
    recall: float
    flagged: int
    prevalence: float
    base: float = Field(ge=0, le=1)
    reached: bool


class Policy(Section):
    """A threshold per flag whose labels were learnt, and two on risk.

    Attributes:
        elevated: risk from which an article goes to review; below it, it passes.
        high: risk from which it is escalated.
        support: threshold of P(not supported) of a headline; None where the bundle has no model of it.
        bands: what the two reached on articles that the risk model did not see; empty where the bundle has no risk model.
    """

    thresholds: dict[FlagName, Threshold]
    elevated: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)
    commercial: bool = False
    support: Threshold | None = None
    bands: dict[Literal["elevated", "high"], Threshold] = Field({})

    @model_validator(mode="after")
    def _complete(self) -> "Policy":
        if tuple(self.thresholds) != tuple(flag for flag in FLAGS if flag in self.thresholds):
            raise ValueError(f"a policy has thresholds for {', '.join(FLAGS)}, in this order")
        return self


class RiskWeight(Section):
    """One feature of the risk model: its contribution is weight * `serve.risk.standardised(value)`."""

    mean: float
    scale: float = Field(gt=0)
    weight: float


class RiskModel(Section):
    """Logistic regression over named features with fixed signs.

    Attributes:
        articles: how many articles it was fitted on, with out-of-fold scores.
        base: share of them that an editor would review.
        auc: cross-validated ROC AUC on them.
    """

    intercept: float
    features: dict[str, RiskWeight]
    articles: int
    base: float = Field(ge=0, le=1)
    auc: float | None


class SupportModel(Section):
    """Logistic regression of P(supported) over the features of `serve.support`, with fixed signs.

    Attributes:
        pairs: how many judged headlines it was fitted on.
        base: share of headlines that their body supports, for which the probabilities are set.
        auc: cross-fitted ROC AUC on them.
    """

    intercept: float
    weights: dict[str, float]
    pairs: int
    base: float = Field(ge=0, le=1)
    auc: float


class GenreWeight(Section):
    """One feature of the genre model: it adds weights[g] * `serve.genre.standardised(value)` to the score of genre g."""

    mean: float
    scale: float = Field(gt=0)
    weights: tuple[float, ...]


class GenreModel(Section):
    """Multinomial logistic regression over named features of a scored article.

    Attributes:
        genres: those with enough articles; no other is ever predicted.
        cap: probability of opinion or of satire from which an article's level is at most `elevated`.
        articles: how many articles it was fitted on, with out-of-fold scores.
        macro_f1: cross-validated on them.
        news_capped: share of the news among them that the cap would affect.
    """

    genres: tuple[Genre, ...]
    intercepts: tuple[float, ...]
    features: dict[str, GenreWeight]
    cap: float = Field(ge=0, le=1)
    articles: int
    macro_f1: float
    news_capped: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _complete(self) -> "GenreModel":
        given = {len(self.intercepts), *(len(weight.weights) for weight in self.features.values())}
        if given != {len(self.genres)}:
            raise ValueError(f"there must be one weight for each of {', '.join(self.genres)}")
        return self


class Canary(Section):
    """A fixed article and its scores when the bundle was published, by precision; `serve.canary` compares."""

    headline: str
    body: str
    values: dict[Precision, dict[str, float]]


class FramingModel(Section):
    """A linear model that tells the type of framing words from `data.text.framing.framing_features`.

    Attributes:
        types: the types that it tells apart, in the order of the columns.
        weights: one per type, by the name of the feature.
    """

    types: tuple[str, ...]
    bias: tuple[float, ...]
    weights: dict[str, tuple[float, ...]]

    @model_validator(mode="after")
    def _fits(self) -> "FramingModel":
        if not self.types or any(len(row) != len(self.types) for row in (self.bias, *self.weights.values())):
            raise ValueError("the framing model must have one weight per type")
        return self


class Manifest(Section):
    """What `presscheck.json` holds.

    Attributes:
        trained_labels: those learnt from the data; all others are null in every record.
        trained_tags: the same of tags; no span of another is shown. Bundles from before this field have all.
        not_learnt: why other labels and tags of the data are not among them, by "label/NAME" or "tag/NAME".
        reference: the dev split as this bundle scores it, for drift.
        support: None where the data have too few judged headlines; then no headline is held against its body.
        framing: None where the data gave too few framing words a type; then no headline has cues.
        canary: None in bundles from before the canary.
    """

    format: Literal[1]
    name: str
    version: str
    labels: tuple[str, ...]
    tags: tuple[str, ...]
    trained_labels: tuple[str, ...]
    trained_tags: tuple[str, ...] = TOKEN_TAGS
    not_learnt: dict[str, str] = Field({})
    max_tokens: int
    default_precision: Precision
    calibration: dict[Precision, dict[str, Calibration]]
    parity: dict[Precision, Parity]
    tag_thresholds: dict[str, float]
    policies: dict[str, Policy]
    default_policy: str
    risk: RiskModel | None
    support: SupportModel | None = None
    framing: FramingModel | None = None
    genre: GenreModel | None
    config: dict[str, Any]
    config_sha256: str
    data_sha256: str
    data: dict[str, Any]
    weights_sha256: str
    versions: dict[str, str]
    training_seconds: float | None = None
    training_threads: int | None = None
    reference: Reference | None = None
    canary: Canary | None = None

    @model_validator(mode="after")
    def _fits_this_code(self) -> "Manifest":
        if self.labels != SEGMENT_LABELS:
            raise ValueError(f"segment labels are {self.labels}, this version needs {SEGMENT_LABELS}")
        if self.tags != TOKEN_TAGS:
            raise ValueError(f"token tags are {self.tags}, this version needs {TOKEN_TAGS}")
        outputs = {*(f"label/{name}" for name in self.labels), *(f"tag/{name}" for name in self.tags)}
        for precision, fitted in self.calibration.items():
            if set(fitted) != outputs:
                raise ValueError(f"calibration for {precision} covers {sorted(fitted)}, not {sorted(outputs)}")
        if tuple(self.tag_thresholds) != self.tags:
            raise ValueError(f"tag thresholds are for {tuple(self.tag_thresholds)}, not {self.tags}")
        for learnt, known in ((self.trained_labels, self.labels), (self.trained_tags, self.tags)):
            if unknown := sorted(set(learnt) - set(known)):
                raise ValueError(f"{', '.join(unknown)} cannot be learnt: there are {', '.join(known)}")
        return self

    @model_validator(mode="after")
    def _fits_itself(self) -> "Manifest":
        for name, policy in self.policies.items():
            if without := sorted(set(flags_of(self.trained_labels)) - set(policy.thresholds)):
                raise ValueError(f"policy {name} has no threshold for {', '.join(without)}, whose labels were learnt")
            if (policy.support is None) != (self.support is None):
                raise ValueError(f"policy {name} must have a threshold for support where the bundle has a model of it, and only there")
        if self.default_precision not in self.calibration:
            raise ValueError(f"no calibration for the default precision {self.default_precision}")
        if self.default_policy not in self.policies:
            raise ValueError(f"no policy {self.default_policy!r}")
        if self.canary is not None and set(self.canary.values) != set(self.calibration):
            raise ValueError(f"the canary covers {sorted(self.canary.values)}, not {sorted(self.calibration)}")
        return self

    def span_threshold(self, tag: str) -> float:
        """The probability from which a word belongs to a span of the tag; unreachable if the tag was not learnt."""
        return self.tag_thresholds[tag] if tag in self.trained_tags else math.inf


def flags_of(labels: Collection[str]) -> tuple[FlagName, ...]:
    """The flags that these labels support."""
    return tuple(flag for flag in FLAGS if set(LABELS_OF_FLAG[flag]) <= set(labels))
