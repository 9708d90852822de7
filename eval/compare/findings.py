"""The results of comparing two bundles."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from presscheck.data.bootstrap import Estimate
from presscheck.eval.compare.paired import McNemar
from presscheck.eval.policies import PolicyFlag
from presscheck.eval.speed import Speed


@dataclass(frozen=True, slots=True)
class Flip:
    """An item that the two put on different sides of 0.5."""

    document: str
    text: str
    target: float
    a: float
    b: float


@dataclass(frozen=True, slots=True)
class SliceChange:
    """Error rates on one slice, and the adjusted p-value of McNemar's test that they are the same (Holm, over the label's slices)."""

    facet: str
    value: str
    n: int
    a: float
    b: float
    p_value: float


@dataclass(frozen=True, slots=True)
class LabelComparison:
    """One label.

    Attributes:
        differences: metric to its values for a and b and the difference b - a with its paired interval.
        fixed: items that only b gets right, those with the largest change first; `regressed`: only a.
        ece: calibration error of a and of b, and that expected of calibrated scores of this sample for b.
    """

    label: str
    n: int
    differences: Mapping[str, tuple[float | None, float | None, Estimate]]
    mcnemar: McNemar
    fixed: tuple[Flip, ...]
    regressed: tuple[Flip, ...]
    slices: tuple[SliceChange, ...]
    ece: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class PolicyComparison:
    """One threshold of a policy that both have: a flag's, or a band's on the risk of articles.

    Attributes:
        a: its results in the first bundle, `b`: in the second; each at its own threshold.
        only_a: items that only the first flags, `only_b`: only the second.
    """

    policy: str
    flag: str
    a: PolicyFlag
    b: PolicyFlag
    only_a: int
    only_b: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two bundles on the documents that are test for both.

    Attributes:
        policies: every threshold of the policies that both have, the bands on risk included.
        slowdown: median over interleaved rounds of b's time over a's.
        speed: of the two, in the same rounds.
        size_bytes: of the two bundles on disk.
    """

    a: str
    b: str
    documents: int
    labels: tuple[LabelComparison, ...]
    policies: tuple[PolicyComparison, ...]
    slowdown: float
    slowdown_range: tuple[float, float]
    speed: tuple[Speed, Speed]
    size_bytes: tuple[int, int]

    def as_json(self) -> str:
        """The comparison as indented JSON."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    def flat(self) -> dict[str, float]:
        """Differences, results of each band and flag, size and speed under flat names, for a tracker."""
        found: dict[str, float | None] = {
            f"{label.label}/{name}": found.value for label in self.labels for name, (_, _, found) in label.differences.items()
        }
        for one in self.policies:
            name = f"policy/{one.policy}/{one.flag}"
            found |= {f"{name}/precision_a": one.a.precision, f"{name}/precision_b": one.b.precision}
            found |= {f"{name}/flagged_a": one.a.flagged, f"{name}/flagged_b": one.b.flagged}
        for side, speed, size in zip("ab", self.speed, self.size_bytes, strict=True):
            found |= {f"segments_per_second_{side}": speed.segments_per_second, f"size_bytes_{side}": size}
        found["slowdown"] = self.slowdown
        return {f"compare/{self.a}/{name}": value for name, value in found.items() if value is not None}
