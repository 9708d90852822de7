"""Comprehensiveness and sufficiency, on scorers whose score hangs on words that are known."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from presscheck.data.article import Article
from presscheck.data.schema import TOKEN_TAGS
from presscheck.eval.faithfulness import DRAWS, Faithfulness, MarkedHeadline, faithfulness, measure_faithfulness
from presscheck.eval.test_split import hold_out
from presscheck.serve.bundle import Bundle

LOUD = frozenset({"jaw-dropping", "insane"})
TEXTS = (
    "The jaw-dropping bill for one small bridge in town",
    "Council shows insane plan for a new car park",
    "A jaw-dropping and insane week at the local zoo",
)


def by_words(words: frozenset[str]) -> Callable[[Sequence[str]], list[float]]:
    """A score of 0.9 where one of the words stands, and 0.1 where none does."""
    return lambda texts: [0.9 if words & set(text.lower().split()) else 0.1 for text in texts]


def marked(text: str, words: frozenset[str], *, is_flagged: bool = True) -> MarkedHeadline:
    cues = tuple((text.index(word), text.index(word) + len(word)) for word in sorted(words) if word in text)
    return MarkedHeadline(text, text, cues, is_flagged)


def values(found: Faithfulness) -> dict[str, float | None]:
    return {name: figure.value for name, figure in found.figures.items()}


def test_the_words_that_a_score_hangs_on_are_faithful() -> None:
    flagged, every = faithfulness([marked(text, LOUD) for text in TEXTS], by_words(LOUD), resamples=50)
    assert (flagged.headlines, every.headlines) == ("flagged", "all with cues")
    assert values(flagged) == pytest.approx(
        {
            "comprehensiveness": 0.8,
            "comprehensiveness at random": 0.0,
            "sufficiency": 0.0,
            "sufficiency at random": 0.8,
            "falls more": 1.0,
        }
    )
    assert (flagged.n, flagged.without_cues, flagged.left_out) == (3, 0, 0)


def test_words_that_a_score_does_not_hang_on_are_not() -> None:
    """The score hangs on one word, another is marked: without it nothing falls, and random words hit the right one at times."""
    headlines = [marked(text, frozenset({text.split()[-1]})) for text in TEXTS]
    found = values(faithfulness(headlines, by_words(LOUD), resamples=50)[0])
    assert found["comprehensiveness"] == pytest.approx(0.0)
    assert found["sufficiency"] == pytest.approx(0.8)
    assert found["comprehensiveness at random"] is not None
    assert found["comprehensiveness at random"] > 0
    assert found["falls more"] == 0.0


def test_as_many_others_are_taken_out_and_the_draws_repeat() -> None:
    asked: list[str] = []

    def score(texts: Sequence[str]) -> list[float]:
        asked.extend(texts)
        return [0.5] * len(texts)

    headline = marked("A jaw-dropping and insane week at the local zoo", LOUD)
    faithfulness([headline], score, resamples=5)
    whole, without, alone, *drawn = asked
    assert (whole, without, alone) == (headline.text, "A and week at the local zoo", "jaw-dropping insane")
    assert len(drawn) == 2 * DRAWS
    assert all(len(text.split()) == 7 and set(text.split()) >= LOUD for text in drawn[::2])
    assert all(len(text.split()) == 2 and not LOUD & set(text.split()) for text in drawn[1::2])
    assert len(set(drawn[1::2])) > 1
    first = list(asked)
    asked.clear()
    faithfulness([headline], score, resamples=5)
    assert asked == first


def test_where_most_words_are_marked_the_lacking_ones_are_drawn_from_these() -> None:
    asked: list[str] = []

    def score(texts: Sequence[str]) -> list[float]:
        asked.extend(texts)
        return [0.5] * len(texts)

    faithfulness([MarkedHeadline("g", "one two three four", ((0, 13),), is_flagged=True)], score, resamples=5)
    assert asked[:3] == ["one two three four", "four", "one two three"]
    assert {len(text.split()) for text in asked[3::2]} == {1}
    assert all("four" in text and len(text.split()) == 3 for text in asked[4::2])


def test_what_cannot_be_compared_is_counted() -> None:
    long_cue = replace(marked("Insane jaw-dropping bill", frozenset({"jaw-dropping"})), cues=((0, 24),))
    headlines = [
        marked(TEXTS[0], LOUD),
        marked(TEXTS[1], LOUD, is_flagged=False),
        long_cue,
        marked("Bridge opens", frozenset()),
    ]
    flagged, every = faithfulness(headlines, by_words(LOUD), resamples=5)
    assert (flagged.n, flagged.without_cues, flagged.left_out) == (1, 1, 1)
    assert (every.n, every.without_cues, every.left_out) == (2, 0, 1)
    assert faithfulness([marked("Bridge opens", frozenset())], by_words(LOUD), resamples=5) == []


def test_the_headlines_of_a_test_split_are_measured_by_their_records(tiny_bundle: Bundle) -> None:
    """The tiny model marks nothing by itself: its threshold is put where a word of ten is marked."""
    framing = TOKEN_TAGS.index("framing")
    found = [scores.tags_TK[:, framing] for _, s, scores in hold_out(tiny_bundle).scored if s.kind == "headline"]
    thresholds = {**tiny_bundle.manifest.tag_thresholds, "framing": float(np.quantile(np.concatenate(found), 0.9))}
    manifest = tiny_bundle.manifest.model_copy(update={"tag_thresholds": thresholds, "trained_tags": list(TOKEN_TAGS)})
    held = hold_out(Bundle(tiny_bundle.path, manifest))
    headlines = [document.headline.text for document in held.test if document.headline]
    records = held.scorer.score(Article(str(n), text, None) for n, text in enumerate(headlines))
    with_cues = sum(bool(record.headline and record.headline.cues) for record in records)
    assert with_cues > 0
    every = measure_faithfulness(held.scorer, held.test, resamples=20)[-1]
    assert every.n + every.left_out == with_cues
    assert every.figures["comprehensiveness"].lower is not None
    assert 0 < every.words < 1
