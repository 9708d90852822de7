"""Krippendorff's alpha against the published examples."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from presscheck.serve.annotations.agreement import agreement, alpha_of, coincidences
from presscheck.serve.annotations.answers import Mark, Question, Text, Vote
from presscheck.serve.annotations.articles import Labelled

TIME = "2026-11-29T10:00:00Z"


def counts(*raters: str) -> NDArray[np.int64]:
    """Votes by unit and value, from one string a rater with a character a unit; a full stop is no vote."""
    values = sorted({vote for rater in raters for vote in rater} - {"."})
    return np.array([[sum(rater[unit] == value for rater in raters) for value in values] for unit in range(len(raters[0]))])


@pytest.mark.parametrize(
    ("raters", "alpha"),
    [
        # Krippendorff 2011, A: two observers, binary.
        (("0100000010", "1110010000"), 0.095),
        # Krippendorff 2011, B: two observers, nominal.
        (("aabbdcccedda", "babbbccceddd"), 0.692),
        # Krippendorff 2011, C: four observers, nominal, missing data.
        (("123321412...", "1233224125.3", ".3332342251.", "12332441251."), 0.743),
        # Wikipedia, Krippendorff's alpha: three coders, nominal, missing data.
        ((".....34121133.3", "1.213343.......", "..21344.21133.4"), 0.691),
    ],
)
def test_published_examples(raters: Sequence[str], alpha: float) -> None:
    assert alpha_of(coincidences(counts(*raters))) == pytest.approx(alpha, abs=5e-4)


def labelled(name: str, votes: dict[str, Any], question: Question) -> Labelled:
    about = {"time": TIME, "source": "file"}
    made = [
        Vote(question=question, rater=rater, value=vote, **about)
        if isinstance(vote, float)
        else Vote(question=question, rater=rater, spans=vote, **about)
        for rater, vote in votes.items()
    ]
    return Labelled(Text(id=name, headline=name), made)


REVIEW = Question(kind="label", name="review")


def test_the_interval_holds_alpha_and_single_votes_count_for_nothing() -> None:
    pairs = [(1.0, 1.0), (0.0, 0.0), (1.0, 0.0), (0.0, 0.0), (1.0, 1.0), (0.0, 1.0)] * 5
    articles = {f"a{n}": labelled(f"a{n}", {"ana": one, "ben": two}, REVIEW) for n, (one, two) in enumerate(pairs)}
    (both,) = agreement(articles).values()
    articles |= {f"b{n}": labelled(f"b{n}", {"ana": 1.0}, REVIEW) for n in range(9)}
    (more,) = agreement(articles).values()
    assert more == both
    assert (both.articles, both.units, both.raters) == (30, 30, 2)
    assert both.agreeing == pytest.approx(2 / 3)
    assert both.lower is not None
    assert both.alpha is not None
    assert both.upper is not None
    assert both.lower < both.alpha < both.upper


def test_votes_that_are_all_the_same_have_no_alpha() -> None:
    (found,) = agreement({"a": labelled("a", {"ana": 1.0, "ben": 1.0}, REVIEW)}).values()
    assert (found.alpha, found.agreeing) == (None, 1.0)


def test_tags_agree_by_characters() -> None:
    framing = Question(kind="tag", name="framing", part="headline")
    (found,) = agreement({"x" * 10: labelled("x" * 10, {"ana": (Mark(start=0, end=4),), "ben": (Mark(start=0, end=2),)}, framing)}).values()
    assert found.units == 10
    assert found.agreeing == pytest.approx(0.8)
    assert found.alpha == pytest.approx(1 - 19 * (2 * 2) / (20**2 - 14**2 - 6**2))
