"""What an evaluation finds."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from presscheck.data.bootstrap import Estimate


@dataclass(frozen=True, slots=True)
class Row:
    """One system on one output.

    Attributes:
        system: "model" or a baseline's name.
        n: items (segments, tokens or articles).
        positives: how many of them are positive.
    """

    output: str
    system: str
    n: int
    positives: int
    metrics: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class Report:
    """All rows of an evaluation on one split, and shares of agreement of the rules with their annotations."""

    bundle: str
    split: str
    rows: tuple[Row, ...]
    rules: Mapping[str, Estimate]

    def as_json(self) -> str:
        """The report as indented JSON."""
        return json.dumps(asdict(self), indent=2)

    def flat(self) -> dict[str, float]:
        """Every figure under a flat name, for a tracker."""
        figures = {
            f"{self.split}/{row.output}/{row.system}/{name}": found.value
            for row in self.rows
            for name, found in row.metrics.items()
            if found.value is not None
        }
        rules = {
            f"{self.split}/rule/{name}": found.value for name, found in self.rules.items() if found.value is not None
        }
        return figures | rules
