"""How many articles of each kind there were: a small picture of a set of scored articles, for comparing two of them.

Counts add up, so a job of any size is the sum of its shards'. The bundle keeps that of its dev split.
"""

from collections.abc import Mapping

from pydantic import Field

from presscheck.configs.section import Section

SCORE_BINS = 50
LENGTH_BINS = 16
VOCABULARY_BINS = 256


class Reference(Section):
    """Counts over scored articles.

    Attributes:
        scores: score name to its counts in SCORE_BINS bins of equal width over 0..1.
        flagged: flag or band to how many have it; `asked` is how many could have had it.
        lengths: whole articles by words: bin i holds those from 2**(i-1) to 2**i - 1.
        languages: articles by language; "?" where it is not known.
        vocabulary: words of the texts' openings in VOCABULARY_BINS bins by their CRC-32.
    """

    articles: int = 0
    scores: dict[str, list[int]] = Field({})
    flagged: dict[str, int] = Field({})
    asked: dict[str, int] = Field({})
    lengths: list[int] = Field([0] * LENGTH_BINS)
    languages: dict[str, int] = Field({})
    vocabulary: list[int] = Field([0] * VOCABULARY_BINS)


def _added(first: Mapping[str, int], second: Mapping[str, int]) -> dict[str, int]:
    return {name: first.get(name, 0) + second.get(name, 0) for name in sorted({*first, *second})}


def _summed(first: list[int], second: list[int]) -> list[int]:
    return [a + b for a, b in zip(first, second, strict=True)]


def combined(first: Reference, second: Reference) -> Reference:
    """The counts of both."""
    nothing = [0] * SCORE_BINS
    names = sorted({*first.scores, *second.scores})
    return Reference(
        articles=first.articles + second.articles,
        scores={n: _summed(first.scores.get(n, nothing), second.scores.get(n, nothing)) for n in names},
        flagged=_added(first.flagged, second.flagged),
        asked=_added(first.asked, second.asked),
        lengths=_summed(first.lengths, second.lengths),
        languages=_added(first.languages, second.languages),
        vocabulary=_summed(first.vocabulary, second.vocabulary),
    )
