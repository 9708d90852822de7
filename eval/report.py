"""What an evaluation finds."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from presscheck.data.bootstrap import Estimate
from presscheck.eval.behaviour.fairness import Fairness
from presscheck.eval.behaviour.suite import Outcome
from presscheck.eval.calibration import Bin, BrierParts
from presscheck.eval.errors import Suspect, WrongItem
from presscheck.eval.slices import Slice


@dataclass(frozen=True, slots=True)
class Row:
    """One system on one output.

    Attributes:
        system: "model", a baseline's name, or "second labels": what a second person said of the same texts.
        n: items (segments, tokens or articles).
        positives: how many of them are positive.
    """

    output: str
    system: str
    n: int
    positives: int
    metrics: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far a label's probabilities can be taken at their word.

    Attributes:
        error: expected calibration error over bins of equal mass.
        expected_error: what perfectly calibrated scores of this sample would show on average.
    """

    error: float
    expected_error: float
    brier: BrierParts
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class LabelReport:
    """Everything about one label besides its row of metrics.

    Attributes:
        coverage: points of the risk-coverage curve: share of items kept, the surest first, and their error rate.
        capacity: share of items that can be reviewed to the precision among them.
    """

    label: str
    n: int
    calibration: Calibration
    slices: tuple[Slice, ...]
    coverage: tuple[tuple[float, float], ...]
    capacity: Mapping[float, float]
    errors: tuple[WrongItem, ...]
    suspects: tuple[Suspect, ...]


@dataclass(frozen=True, slots=True)
class PolicyFlag:
    """What a policy's threshold promised on dev and gives on this split.

    Attributes:
        promised: the precision reached on dev, and the lower end of its 95 % interval.
        holds: whether the precision here is not below that lower end by more than chance (binomial test, one-sided, 5 %).
    """

    policy: str
    flag: str
    threshold: float
    promised: float
    promised_lower: float
    flagged: int
    precision: float | None
    lower: float | None
    upper: float | None
    recall: float
    holds: bool


@dataclass(frozen=True, slots=True)
class Report:
    """An evaluation of one bundle on one split.

    Attributes:
        rules: shares of agreement of the rules with their annotations.
    """

    bundle: str
    split: str
    rows: tuple[Row, ...]
    rules: Mapping[str, Estimate]
    labels: tuple[LabelReport, ...]
    policies: tuple[PolicyFlag, ...]
    behaviour: tuple[Outcome, ...]
    fairness: Fairness | None

    def as_json(self) -> str:
        """The report as indented JSON."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    def flat(self) -> dict[str, float]:
        """Every figure under a flat name, for a tracker."""
        return {f"{self.split}/{name}": value for name, value in self._figures() if value is not None}

    def _figures(self) -> Iterator[tuple[str, float | None]]:
        for row in self.rows:
            for name, found in row.metrics.items():
                yield f"{row.output}/{row.system}/{name}", found.value
        for name, found in self.rules.items():
            yield f"rule/{name}", found.value
        for label in self.labels:
            yield f"label/{label.label}/ece_if_calibrated", label.calibration.expected_error
        for flag in self.policies:
            yield f"policy/{flag.policy}/{flag.flag}/precision", flag.precision
        for outcome in self.behaviour:
            yield f"behaviour/{outcome.name}/failure_rate", outcome.failure_rate
        for gap in self.fairness.gaps if self.fairness else ():
            yield f"fairness/{gap.group}/false_positive_gap", gap.false_positive_gap
