"""The outcome of a data check: each check with what was found and what to do, and the figures that the page draws."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from presscheck.serve.batch.summary.drift import Comparison
from presscheck.serve.reference import Reference


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        passed: None if it was not checked; `found` says why.
        details: what failed, one line each.
        advice: what to do where it fails.
    """

    name: str
    passed: bool | None
    found: str
    allowed: str
    details: tuple[str, ...] = ()
    advice: str = ""

    @property
    def outcome(self) -> str:
        """The outcome in a word."""
        return "not checked" if self.passed is None else "pass" if self.passed else "FAIL"


@dataclass(frozen=True, slots=True)
class Figures:
    """What the page draws.

    Attributes:
        documents: split to its number of documents, and `segments` of texts.
        changed: documents and labels that the config drops or changes, by source and reason.
        shares: label to split to (mean target, texts that carry the label); `champion_shares` the champion's train split.
        lengths: kind of text to number of words to texts.
        references: the new dev split and the champion's, as the champion scores them; `drift` compares them.
    """

    documents: Mapping[str, int]
    segments: Mapping[str, int]
    changed: Mapping[str, int]
    shares: Mapping[str, Mapping[str, tuple[float, int]]]
    champion_shares: Mapping[str, float] = field(default_factory=dict)
    lengths: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    references: tuple[Reference, Reference] | None = None
    drift: Comparison | None = None


@dataclass(frozen=True, slots=True)
class DataReport:
    """All checks of a config's data.

    Attributes:
        champion: the version of the bundle that it was compared with; None without one.
    """

    name: str
    champion: str | None
    checks: tuple[Check, ...]
    figures: Figures

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that fail."""
        return tuple(check for check in self.checks if check.passed is False)

    def as_json(self) -> str:
        """The report without the histograms of the references."""
        figures = self.figures
        tree = {
            "name": self.name,
            "champion": self.champion,
            "passed": not self.failed,
            "checks": [asdict(check) for check in self.checks],
            "documents": figures.documents,
            "segments": figures.segments,
            "changed": figures.changed,
            "shares": figures.shares,
            "champion_shares": figures.champion_shares,
            "lengths": figures.lengths,
            "drift": figures.drift.model_dump() if figures.drift else None,
        }
        return json.dumps(tree, indent=2, ensure_ascii=False) + "\n"
