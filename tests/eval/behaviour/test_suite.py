"""The behavioural suite: its data, its changes, and what it makes of scores that are known."""

import random
from collections.abc import Sequence
from itertools import chain

import pytest

from presscheck.data.starter import read_starter
from presscheck.data.text.words import shingles
from presscheck.eval.behaviour import suite
from presscheck.eval.behaviour.fairness import measure_fairness
from presscheck.eval.behaviour.perturb import perturbations
from presscheck.serve.scorer import Scorer

NAMES = {1: ["Lagos", "Quito"], 2: ["Ana Ruiz", "Bo Lind"]}


@pytest.mark.slow
def test_no_case_stands_in_the_starter_corpus() -> None:
    cases = suite.read_cases()
    texts = [
        *chain.from_iterable(test.texts for test in cases.minimum.values()),
        *chain.from_iterable(chain.from_iterable(test.pairs) for test in cases.direction.values()),
        *cases.headlines,
    ]
    corpus = [shingles(segment.text) for document in read_starter() for segment in document.segments]
    for text in texts:
        pairs = shingles(text)
        if pairs:  # a single word has none
            overlap = max(len(pairs & known) / len(pairs | known) for known in corpus)
            assert overlap < 0.5, text


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("lower case", "Has X Won?", "has x won?"),
        ("upper case", "Has X Won?", "HAS X WON?"),
        ("punctuation", "“It fell” – mayor", '"It fell" - mayor.'),
        ("punctuation", "It fell.", "It fell"),
        ("punctuation", "Did it fall?", "Did it fall?"),
        ("curly quotes", 'Mayor\'s "plan"', "Mayor’s “plan”"),
        ("curly quotes", "It fell", None),
        ("genders swapped", "Woman and his brothers", "Man and his sisters"),
        ("genders swapped", "It fell", None),
        ("leaders swapped", "It fell", None),
    ],
)
def test_a_change_does_what_its_name_says(name: str, text: str, expected: str | None) -> None:
    change, _ = perturbations(NAMES)[name]
    assert change(text, random.Random(1)) == expected


@pytest.mark.parametrize("name", ["countries swapped", "leaders swapped", "outlets swapped"])
def test_a_swap_takes_another_word_of_its_list(name: str) -> None:
    change, _ = perturbations(NAMES)[name]
    text = "Peru meets Putin, Reuters says"
    found = change(text, random.Random(1))
    assert found is not None
    assert len({word in found for word in ("Peru", "Putin", "Reuters")}) == 2, "one is swapped, the others stay"


def test_invisible_marks_are_invisible_to_the_model(tiny_scorer: Scorer) -> None:
    text = "Council approves new ferry timetable"
    for name in ("zero-width marks", "homoglyphs", "upper case"):
        changed = perturbations(NAMES)[name][0](text, random.Random(2))
        assert changed not in (None, text)
        assert suite.scores_of(tiny_scorer, [text, changed or ""], "sensational") == pytest.approx(
            [suite.scores_of(tiny_scorer, [text], "sensational")[0]] * 2
        )


@pytest.mark.parametrize("name", ["label before", "site name after"])
def test_the_model_does_not_read_what_stands_around_a_headline(name: str, tiny_scorer: Scorer) -> None:
    text = "Council approves new ferry timetable"
    changed = [perturbations(NAMES)[name][0](text, random.Random(seed)) or "" for seed in range(9)]
    assert len(set(changed)) > 2
    assert len(set(suite.scores_of(tiny_scorer, [text, *changed], "sensational"))) == 1


def test_failures_are_counted_against_the_bound(tiny_scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scorer that goes by the letter e: every outcome follows by hand."""

    def by_letter(_: Scorer, texts: Sequence[str], _score: str) -> list[float]:
        return [0.9 if "e" in text else 0.1 for text in texts]

    monkeypatch.setattr(suite, "scores_of", by_letter)
    cases = suite.Cases.model_validate(
        {
            "headlines": (),
            "direction": {"up": {"score": "sensational", "expects": "higher", "at_least": 0.5, "pairs": (("a", "e"), ("e", "a"))}},
            "minimum": {"must": {"score": "sensational", "flagged": True, "at_least": 0.8, "texts": ("e", "e", "a")}},
        }
    )
    (up,) = suite.direction(tiny_scorer, cases)
    assert (up.n, up.failures, up.failure_rate, up.holds) == (2, 1, 0.5, True)
    assert up.drift == pytest.approx(0.8)
    assert up.worst[0].before == "e"
    (must,) = suite.minimum(tiny_scorer, cases)
    assert (must.failures, must.holds) == (1, False)
    upper = next(o for o in suite.invariance(tiny_scorer, ["tree", "oak"], NAMES) if o.name == "upper case")
    assert (upper.n, upper.failures, upper.holds) == (2, 1, False)


def test_a_headline_is_scored_once_for_all_its_changes(tiny_scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def noted(_: Scorer, texts: Sequence[str], _score: str) -> list[float]:
        asked.extend(texts)
        return [0.5] * len(texts)

    monkeypatch.setattr(suite, "scores_of", noted)
    outcomes = suite.invariance(tiny_scorer, ["Peru meets Putin", "Ferry sinks off Peru"], NAMES)
    assert len(asked) == len(set(asked))
    assert {one.name: one.n for one in outcomes}["upper case"] == 2
    assert {one.name: one.n for one in outcomes}["leaders swapped"] == 1


def test_fairness_gaps_are_those_of_the_members(tiny_scorer: Scorer) -> None:
    found = measure_fairness(tiny_scorer)
    assert {gap.group for gap in found.gaps} == {"countries", "religions", "ethnic groups", "genders", "dialect"}
    for gap in found.gaps:
        assert 0 <= gap.false_positive_gap <= 1
        assert gap.score_gap == max(gap.scores.values()) - min(gap.scores.values())
        assert len(gap.scores) >= 2
