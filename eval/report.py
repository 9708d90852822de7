"""The results of an evaluation."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from presscheck.data.bootstrap import Estimate
from presscheck.eval.behaviour.fairness import Fairness
from presscheck.eval.behaviour.suite import Outcome
from presscheck.eval.calibration import Bin, BrierParts
from presscheck.eval.faithfulness import Faithfulness
from presscheck.eval.genre import GenreReport
from presscheck.eval.gold.measure import GoldReport
from presscheck.eval.headline_support import SupportReport
from presscheck.eval.policies import PolicyFlag
from presscheck.eval.slices import Slice
from presscheck.eval.speed import Speed
from presscheck.eval.worst_errors import Suspect, WrongItem


@dataclass(frozen=True, slots=True)
class Row:
    """One system on one output.

    Attributes:
        system: "model", a baseline's name, or "second labels": a second annotator's labels of the same texts.
        n: items (segments, tokens or articles).
        positives: how many of them are positive.
    """

    output: str
    system: str
    n: int
    positives: int
    metrics: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class Domain:
    """Calibration on one kind of text: in domain, or from outlets and corpora that the model was not trained on.

    Attributes:
        gap: mean probability less mean target.
        error: expected calibration error, and that of calibrated scores of this sample.
    """

    name: str
    n: int
    gap: float
    error: float
    expected_error: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The calibration of a label's probabilities.

    Attributes:
        error: expected calibration error over bins of equal mass.
        expected_error: the mean for perfectly calibrated scores of this sample.
        noise_floor: where targets are shares of raters, the Brier score that the shares themselves would reach against one rater's yes or
            no; None if every target is a yes or a no.
        domains: the same in domain and on held-out outlets and corpora; empty where all items are of one kind.
    """

    error: float
    expected_error: float
    brier: BrierParts
    bins: tuple[Bin, ...]
    noise_floor: float | None
    domains: tuple[Domain, ...]

    @property
    def excess(self) -> float:
        """Calibration error above that of calibrated scores."""
        return self.error - self.expected_error


@dataclass(frozen=True, slots=True)
class LabelReport:
    """Everything about one label, or the risk, besides its row of metrics.

    Attributes:
        left_out: slices of too few items, with their number.
        coverage: points of the risk-coverage curve: share of items kept, the most confident first, and their error rate.
        capacity: system to the share of items that can be reviewed to the precision among them.
    """

    label: str
    n: int
    calibration: Calibration
    slices: tuple[Slice, ...]
    left_out: Mapping[str, int]
    coverage: tuple[tuple[float, float], ...]
    capacity: Mapping[str, Mapping[float, float]]
    errors: tuple[WrongItem, ...]
    suspects: tuple[Suspect, ...]

    @property
    def smallest_slice(self) -> int | None:
        """Items of the smallest slice shown."""
        return min((one.n for one in self.slices), default=None)


@dataclass(frozen=True, slots=True)
class Report:
    """An evaluation of one bundle on one split.

    Attributes:
        rules: shares of agreement of the rules with their annotations.
        faithfulness: whether the marked words of headlines explain the score; empty if no cue was found or learnt.
        gold: what the flags are worth on labels of real news; None if none were given.
        genre: None if the bundle has no genre model, or no article of the split has a genre.
        support: None if no headline of the split was held against its body.
    """

    bundle: str
    split: str
    rows: tuple[Row, ...]
    rules: Mapping[str, Estimate]
    labels: tuple[LabelReport, ...]
    risk: LabelReport | None
    policies: tuple[PolicyFlag, ...]
    behaviour: tuple[Outcome, ...]
    fairness: Fairness | None
    speed: Speed
    faithfulness: tuple[Faithfulness, ...] = ()
    gold: GoldReport | None = None
    genre: GenreReport | None = None
    support: SupportReport | None = None

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
        yield from self._section_figures()
        if self.genre:
            yield "genre/macro_f1", self.genre.macro_f1.value
        if self.support:
            yield "support/roc_auc", self.support.auc.value
            yield "support/precision", self.support.precision.value
            yield "support/recall", self.support.recall.value
        for flag in self.policies:
            yield f"policy/{flag.policy}/{flag.flag}/precision", flag.precision
        for outcome in self.behaviour:
            yield f"behaviour/{outcome.name}/failure_rate", outcome.failure_rate
        for gap in self.fairness.gaps if self.fairness else ():
            yield f"fairness/{gap.group}/false_positive_gap", gap.false_positive_gap
        for one in self.faithfulness:
            for name, found in one.figures.items():
                yield f"faithfulness/{one.headlines}/{name}", found.value
        for name, found in (self.gold.measures() if self.gold else {}).items():
            yield f"gold/{name}", found.value
        yield "segments_per_second", self.speed.segments_per_second

    def _section_figures(self) -> Iterator[tuple[str, float | None]]:
        for label in self.labels:
            yield f"label/{label.label}/ece_if_calibrated", label.calibration.expected_error
            for domain in label.calibration.domains:
                yield f"label/{label.label}/ece {domain.name}", domain.error
        if self.risk:
            for share, precision in self.risk.capacity["model"].items():
                yield f"risk/model/precision_at_{share:g}", precision
