"""The behavioural suite (Ribeiro et al. 2020, Beyond accuracy: behavioral testing of NLP models with CheckList).

Three kinds of test: *invariance* (a change that must not matter), *direction* (a change that must move a score one way) and *minimum*
(texts that any model must get right). Each reports how often it failed, by how much the score moved, and the worst cases.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from pydantic import Field

from presscheck.configs.section import Section
from presscheck.data.article import Article
from presscheck.data.text.capitalised_names import Names
from presscheck.eval.behaviour import read_data
from presscheck.eval.behaviour.perturb import perturbations
from presscheck.serve.scorer import Scorer

Kind = Literal["invariance", "direction", "minimum"]
ScoreName = Literal["sensational", "unsourced"]
Pair = tuple[str, str]
_WORST = 5


@dataclass(frozen=True, slots=True)
class Case:
    """One text, or one pair, with its scores; `after` is None for a text alone."""

    before: str
    after: str | None
    score_before: float
    score_after: float | None
    failed: bool

    @property
    def drift(self) -> float:
        """How far the score moved."""
        return 0.0 if self.score_after is None else self.score_after - self.score_before


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one test.

    Attributes:
        n: cases that the change applies to.
        failure_rate: share of flips (invariance) or of failed cases (direction, minimum).
        bound: largest failure rate that the test allows.
        drift: mean absolute change of the score.
        worst: failed cases, the largest movement first.
    """

    name: str
    kind: Kind
    n: int
    failures: int
    failure_rate: float
    bound: float
    drift: float
    worst: tuple[Case, ...]

    @property
    def holds(self) -> bool:
        """Whether the failure rate is within the bound; a test without cases passes."""
        return self.failure_rate <= self.bound


class Direction(Section):
    """Pairs of a text and its change, and the direction in which the score must move."""

    score: ScoreName
    expects: Literal["lower", "higher"]
    at_least: float = Field(ge=0, le=1)
    pairs: tuple[tuple[str, str], ...]


class Minimum(Section):
    """Texts and whether the policy's threshold must flag them."""

    score: ScoreName
    flagged: bool
    at_least: float = Field(ge=0, le=1)
    texts: tuple[str, ...]


class Changed(Section):
    """A body with a headline that it supports, and the same headline changed so that it does not."""

    body: str
    headline: str
    changed: str


class HeldAgainst(Section):
    """Headlines whose P(supported) must fall when they are changed."""

    at_least: float = Field(ge=0, le=1)
    pairs: tuple[Changed, ...]


class Cases(Section):
    """The contents of cases.yaml: headlines for the invariance tests, and name of a test to its cases."""

    headlines: tuple[str, ...]
    direction: dict[str, Direction]
    minimum: dict[str, Minimum]
    support: dict[str, HeldAgainst] = Field({})


def read_cases() -> Cases:
    """The cases that ship with the package."""
    return Cases.model_validate(read_data("cases.yaml"))


def scores_of(scorer: Scorer, texts: Sequence[str], score: ScoreName) -> list[float]:
    """P(sensational) of texts read as headlines, or `unsourced` of texts read as bodies of one sentence."""
    if score == "sensational":
        return [found[0].labels["sensational"] for found in scorer.segments([[text] for text in texts])]
    records = scorer.score(Article(str(number), None, text) for number, text in enumerate(texts))
    return [max((segment.unsourced or 0.0 for segment in record.segments), default=0.0) for record in records]


def _outcome(name: str, kind: Kind, cases: Sequence[Case], bound: float) -> Outcome:
    failed = [case for case in cases if case.failed]
    return Outcome(
        name,
        kind,
        n=len(cases),
        failures=len(failed),
        failure_rate=len(failed) / len(cases) if cases else 0.0,
        bound=round(bound, 6),
        drift=sum(abs(case.drift) for case in cases) / len(cases) if cases else 0.0,
        worst=tuple(sorted(failed, key=lambda case: -abs(case.drift))[:_WORST]),
    )


def _pairs(scorer: Scorer, pairs: Sequence[Pair], score: ScoreName, fails: Callable[[float, float], bool]) -> list[Case]:
    """Cases of pairs; a text in several of them is scored once."""
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    scores = dict(zip(texts, scores_of(scorer, texts, score), strict=True))
    return [Case(before, after, scores[before], scores[after], fails(scores[before], scores[after])) for before, after in pairs]


def invariance(scorer: Scorer, headlines: Sequence[str], names: Names, *, seed: int = 0) -> list[Outcome]:
    """Applies every change of `perturb` to every headline that it fits; a flip crosses the policy's threshold."""
    threshold = scorer.policy.thresholds["sensational"].threshold
    bounds: list[tuple[str, float, int]] = []
    pairs: list[Pair] = []
    for name, (change, bound) in perturbations(names).items():
        changed = [(text, change(text, random.Random(f"{seed}/{name}/{text}"))) for text in headlines]  # noqa: S311 - not cryptography
        found = [(before, after) for before, after in changed if after is not None]
        bounds.append((name, bound, len(found)))
        pairs += found
    cases = iter(_pairs(scorer, pairs, "sensational", lambda a, b: (a >= threshold) != (b >= threshold)))
    return [_outcome(name, "invariance", list(islice(cases, count)), bound) for name, bound, count in bounds]


def direction(scorer: Scorer, cases: Cases) -> list[Outcome]:
    """Runs every pair of cases.yaml: the score must move in the test's direction."""
    return [
        _outcome(
            name,
            "direction",
            _pairs(
                scorer,
                test.pairs,
                test.score,
                (lambda a, b: b >= a) if test.expects == "lower" else (lambda a, b: b <= a),
            ),
            1 - test.at_least,
        )
        for name, test in cases.direction.items()
        if test.score in scorer.policy.thresholds
    ]


def minimum(scorer: Scorer, cases: Cases) -> list[Outcome]:
    """Runs every text of cases.yaml at the policy's threshold."""
    outcomes = []
    for name, test in cases.minimum.items():
        if test.score not in scorer.policy.thresholds:
            continue
        threshold = scorer.policy.thresholds[test.score].threshold
        scores = scores_of(scorer, test.texts, test.score)
        found = [
            Case(text, None, score, None, (score >= threshold) != test.flagged) for text, score in zip(test.texts, scores, strict=True)
        ]
        outcomes.append(_outcome(name, "minimum", found, 1 - test.at_least))
    return outcomes


def support(scorer: Scorer, cases: Cases) -> list[Outcome]:
    """Holds every pair of headlines against its body: P(supported) of the changed one must be lower."""
    if scorer.policy.support is None:
        return []
    outcomes = []
    for name, test in cases.support.items():
        first, second = (_p_supported(scorer, [(getattr(pair, of), pair.body) for pair in test.pairs]) for of in ("headline", "changed"))
        found = [
            Case(pair.headline, pair.changed, before, after, after >= before)
            for pair, before, after in zip(test.pairs, first, second, strict=True)
        ]
        outcomes.append(_outcome(name, "direction", found, 1 - test.at_least))
    return outcomes


def _p_supported(scorer: Scorer, articles: Sequence[tuple[str, str]]) -> list[float]:
    records = scorer.score(Article(str(number), headline, body) for number, (headline, body) in enumerate(articles))
    return [record.headline.support.p if record.headline and record.headline.support else 0.0 for record in records]


def run_suite(scorer: Scorer, headlines: Sequence[str], names: Names) -> list[Outcome]:
    """Runs the whole suite on the scores that the model learnt.

    Args:
        headlines: texts for the invariance tests besides the suite's own; those of the test split.
        names: proper names to swap in (`names_of` the train split).
    """
    cases = read_cases()
    return [
        *invariance(scorer, [*headlines, *cases.headlines], names),
        *direction(scorer, cases),
        *minimum(scorer, cases),
        *support(scorer, cases),
    ]
