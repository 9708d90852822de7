"""Histograms of a set of scored articles, for comparing two sets.

Counts add up, so a job's are the sum of its shards'. The bundle holds those of its dev split.
"""

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import Field, model_validator

from presscheck.configs.section import Section

Key = TypeVar("Key", int, str)
SCORE_BINS = 50
ESTIMATED = ("review", "sensational")  # the scores whose share of positives is estimated
ODDS_STEP = 0.05  # width of a bin of log-odds: the score at its middle is at most 2.5 % of itself off, however close to zero
ODDS_LIMIT = 15.0  # scores have six digits: the lowest above zero has -13.8
LENGTH_BINS = 16
_NOT_COUNTED_ANY_MORE = ("vocabulary", "embedding")


class Reference(Section):
    """Counts over scored articles.

    Attributes:
        scores: score name to its counts in SCORE_BINS bins of equal width over 0..1.
        odds: name of ESTIMATED to bin to count, where bin i holds log-odds from i to i + 1 times ODDS_STEP; empty ones are left out.
        flagged: flag or band to how many have it; `asked` is how many could have had it.
        lengths: whole articles by words: bin i holds those from 2**(i-1) to 2**i - 1.
        languages: articles by language; "?" where it is not known.
    """

    articles: int = 0
    scores: dict[str, list[int]] = Field({})
    odds: dict[str, dict[int, int]] = Field({})
    flagged: dict[str, int] = Field({})
    asked: dict[str, int] = Field({})
    lengths: list[int] = Field([0] * LENGTH_BINS)
    languages: dict[str, int] = Field({})

    @model_validator(mode="before")
    @classmethod
    def _without_old_counts(cls, given: Any) -> Any:
        """Drops counts of earlier versions that are no longer compared."""
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if name not in _NOT_COUNTED_ANY_MORE}


def odds_bin(score: float) -> int:
    """The bin of `Reference.odds` that a score of 0..1 falls into."""
    log_odds = math.log(score / (1 - score)) if 0.0 < score < 1.0 else math.copysign(ODDS_LIMIT, score - 0.5)
    return math.floor(min(max(log_odds, -ODDS_LIMIT), ODDS_LIMIT) / ODDS_STEP)


def _added(first: Mapping[Key, int], second: Mapping[Key, int]) -> dict[Key, int]:
    both = Counter(first)
    both.update(second)  # keeps keys with a count of 0
    return dict(sorted(both.items()))


def _summed(first: list[int], second: list[int]) -> list[int]:
    return [a + b for a, b in zip(first, second, strict=True)]


def combined(first: Reference, second: Reference) -> Reference:
    """Adds the counts of both."""
    nothing = [0] * SCORE_BINS
    names = sorted({*first.scores, *second.scores})
    return Reference(
        articles=first.articles + second.articles,
        scores={n: _summed(first.scores.get(n, nothing), second.scores.get(n, nothing)) for n in names},
        odds={n: _added(first.odds.get(n, {}), second.odds.get(n, {})) for n in sorted({*first.odds, *second.odds})},
        flagged=_added(first.flagged, second.flagged),
        asked=_added(first.asked, second.asked),
        lengths=_summed(first.lengths, second.lengths),
        languages=_added(first.languages, second.languages),
    )
