"""Agreement of raters: Krippendorff's alpha for nominal values, with missing votes.

Krippendorff, K. (2011), Computing Krippendorff's Alpha-Reliability, https://repository.upenn.edu/asc_papers/43, section C. The interval is
a bootstrap over articles, since the sentences of one are not independent. Agreement on a tag is measured on characters.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from presscheck.configs.section import Section
from presscheck.data.bootstrap import Estimate, bootstrap
from presscheck.serve.annotations.answers import Question, Vote
from presscheck.serve.annotations.articles import Labelled
from presscheck.serve.annotations.places import HEADLINE_LABELS, SENTENCE_LABELS

_RESAMPLES = 1000
Matrix = NDArray[np.float64]


class Agreement(Section):
    """The raters' agreement on a label, or on a tag of a part.

    Attributes:
        alpha: 1 is perfect, 0 what chance gives; None if all votes are the same.
        agreeing: share of pairs of votes on one unit that are the same.
        articles, units: with at least two votes; a unit is an article, a headline, a sentence or, for a tag, a character.
    """

    alpha: float | None
    lower: float | None
    upper: float | None
    agreeing: float | None
    articles: int
    units: int
    raters: int


def coincidences(counts_UV: NDArray[np.integer[Any]]) -> Matrix:
    """Coincidence matrix of values by values.

    Args:
        counts_UV: how many raters gave each of V values to each of U units; a unit with fewer than two votes adds nothing.
    """
    m_U = counts_UV.sum(axis=1)
    paired_UV = counts_UV[m_U >= 2].astype(np.float64)
    weighted_UV = paired_UV / (m_U[m_U >= 2, None] - 1)
    return np.asarray(weighted_UV.T @ paired_UV - np.diag(weighted_UV.sum(axis=0)))


def alpha_of(coincidences_VV: Matrix) -> float | None:
    """Alpha of a coincidence matrix; None if there is only one value."""
    n_V = coincidences_VV.sum(axis=1)
    n = n_V.sum()
    expected = n**2 - (n_V**2).sum()
    if expected <= 0:
        return None
    return float(1 - (n - 1) * (n - np.trace(coincidences_VV)) / expected)


def _name(question: Question) -> str:
    if question.kind == "tag":
        return f"{question.name} in the {question.part}"
    in_both = question.name in HEADLINE_LABELS and question.name in SENTENCE_LABELS
    return f"{question.name} of {'headlines' if question.part == 'headline' else 'sentences'}" if in_both else question.name


def _counts(question: Question, votes: Sequence[Vote], values: Mapping[float, int], length: int) -> NDArray[np.int64]:
    """Votes by unit and value: one unit for a label, every character for a tag."""
    if question.kind == "label":
        counts_UV = np.zeros((1, len(values)), dtype=np.int64)
        for vote in votes:
            assert vote.value is not None
            counts_UV[0, values[vote.value]] += 1
        return counts_UV
    counts_UV = np.zeros((length, 2), dtype=np.int64)
    for vote in votes:
        marked_U = np.zeros(length, dtype=np.bool_)
        for mark in vote.spans or ():
            marked_U[mark.start : mark.end] = True
        counts_UV[:, 1] += marked_U
        counts_UV[:, 0] += ~marked_U
    return counts_UV


def agreement(articles: Mapping[str, Labelled]) -> dict[str, Agreement]:
    """The agreement on every label and tag, by its name."""
    asked: dict[str, dict[str, list[tuple[Question, list[Vote]]]]] = defaultdict(lambda: defaultdict(list))
    for identifier, labelled in articles.items():
        for question, votes in labelled.counted().items():
            asked[_name(question)][identifier].append((question, votes))
    return {name: _agreement(by_article, articles) for name, by_article in sorted(asked.items())}


def _agreement(by_article: Mapping[str, Sequence[tuple[Question, list[Vote]]]], articles: Mapping[str, Labelled]) -> Agreement:
    everyone = [vote for questions in by_article.values() for _, votes in questions for vote in votes]
    values = {value: index for index, value in enumerate(sorted({vote.value for vote in everyone if vote.value is not None}))}
    matrices, units = [], 0
    for identifier, questions in by_article.items():
        paired = [(question, votes) for question, votes in questions if len(votes) > 1]
        if not paired:
            continue
        text = articles[identifier].text
        counts_UV = np.concatenate([_counts(q, votes, values, len(text.part(q.part)) if q.part else 1) for q, votes in paired])
        units += len(counts_UV)
        matrices.append(coincidences(counts_UV))
    raters = len({vote.rater for vote in everyone})
    if not matrices:
        return Agreement(alpha=None, lower=None, upper=None, agreeing=None, articles=0, units=0, raters=raters)
    matrices_AVV = np.stack(matrices)
    total_VV = matrices_AVV.sum(axis=0)

    def statistic(index: NDArray[np.intp]) -> dict[str, float | None]:
        return {"alpha": alpha_of(matrices_AVV[index].sum(axis=0))}

    groups = [str(number) for number in range(len(matrices))]
    found: Estimate = bootstrap(statistic, groups, resamples=_RESAMPLES)["alpha"]
    return Agreement(
        alpha=found.value,
        lower=found.lower,
        upper=found.upper,
        agreeing=float(np.trace(total_VV) / total_VV.sum()),
        articles=len(matrices),
        units=units,
        raters=raters,
    )
