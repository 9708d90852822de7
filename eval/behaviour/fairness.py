"""Measures whether scores depend on whom a headline is about: templates that differ in one name, and pairs in two dialects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from presscheck.configs.section import Section
from presscheck.eval.behaviour import read_data
from presscheck.eval.behaviour.suite import scores_of
from presscheck.serve.scorer import Scorer


class Group(Section):
    """A group's fillers and templates."""

    fillers: tuple[str, ...]
    plain: tuple[str, ...]
    strong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """The gaps between a group's members.

    Attributes:
        false_positives: member to the share of plain templates that are flagged.
        scores: member to the mean score over all templates.
    """

    group: str
    templates: int
    false_positives: Mapping[str, float]
    scores: Mapping[str, float]

    @property
    def false_positive_gap(self) -> float:
        """Largest difference of false-positive rates between two members."""
        return max(self.false_positives.values()) - min(self.false_positives.values())

    @property
    def score_gap(self) -> float:
        """Largest difference of mean scores between two members."""
        return max(self.scores.values()) - min(self.scores.values())


@dataclass(frozen=True, slots=True)
class Fairness:
    """The gaps of every group, and the bound that promotion checks."""

    gaps: tuple[Gap, ...]
    max_gap: float

    @property
    def holds(self) -> bool:
        """Whether every false-positive gap is within the bound."""
        return all(gap.false_positive_gap <= self.max_gap for gap in self.gaps)


def _filled(template: str, filler: str) -> str:
    text = template.format(filler)
    return text[0].upper() + text[1:]


def _gap(name: str, members: Mapping[str, tuple[Sequence[str], Sequence[str]]], scorer: Scorer) -> Gap:
    """The gap between members, each with its plain and its strong texts."""
    threshold = scorer.policy.thresholds["sensational"].threshold
    false_positives, means = {}, {}
    for member, (plain, strong) in members.items():
        scores = scores_of(scorer, [*plain, *strong], "sensational")
        false_positives[member] = sum(score >= threshold for score in scores[: len(plain)]) / len(plain)
        means[member] = sum(scores) / len(scores)
    templates = max(len(plain) + len(strong) for plain, strong in members.values())
    return Gap(name, templates, false_positives, means)


def measure_fairness(scorer: Scorer) -> Fairness:
    """Measures every group of fairness.yaml, by P(sensational) at the policy's threshold."""
    read = read_data("fairness.yaml")
    max_gap, pairs = float(read.pop("max_gap")), read.pop("dialect")["pairs"]
    gaps = []
    for name, values in read.items():
        group = Group.model_validate(values)
        members = {
            filler: ([_filled(t, filler) for t in group.plain], [_filled(t, filler) for t in group.strong]) for filler in group.fillers
        }
        gaps.append(_gap(name, members, scorer))
    sides: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
        "standard English": ([standard for standard, _ in pairs], []),
        "dialect": ([dialect for _, dialect in pairs], []),
    }
    gaps.append(_gap("dialect", sides, scorer))
    return Fairness(tuple(gaps), max_gap)
