from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import fisher_exact

from presscheck.data.schema import Document, Segment
from presscheck.eval.items import Items
from presscheck.eval.slices import slices_of, too_small


def items(wrong: dict[str, int], n: int = 100) -> Items:
    """`n` items of each genre, of which so many lie on the wrong side."""
    places, probabilities = [], []
    for genre, errors in wrong.items():
        for number in range(n):
            segment = Segment(f"Headline number {number} of the {genre}", "headline", {"loaded": 1.0})
            places.append((Document(f"{genre}/{number}", f"{genre}/{number}", "test", "", (segment,), genre=genre), segment))
            probabilities.append(0.2 if number < errors else 0.8)
    return Items("loaded", tuple(places), np.array(probabilities), np.ones(len(places)))


def test_a_bad_slice_is_found_and_its_figures_are_right() -> None:
    found = {s.value: s for s in slices_of(items({"wire": 5, "blog": 40, "satire": 6})) if s.facet == "genre"}
    blog = found["blog"]
    assert (blog.n, blog.positives, blog.error_rate) == (100, 100, 0.4)
    assert blog.gap == pytest.approx(0.4 * 0.2 + 0.6 * 0.8 - 1)
    plain = fisher_exact(np.array([[40, 60], [11, 189]])).pvalue
    assert plain < blog.p_value < 0.001, "adjusted for the other slices"
    assert found["wire"].error_rate == 0.05


def test_small_slices_and_facets_of_one_value_are_left_out() -> None:
    assert not [s for s in slices_of(items({"wire": 5}, n=19)) if s.facet == "genre"]
    assert not slices_of(items({"wire": 5}))


@pytest.mark.slow
def test_slices_of_the_same_quality_are_rarely_called_different() -> None:
    """Under the null, some slice of a label is called different in at most about one sample of twenty."""
    random = np.random.default_rng(1)
    called = 0
    for _ in range(200):
        drawn = items({genre: int(random.binomial(40, 0.2)) for genre in ("a", "b", "c", "d")}, n=40)
        called += any(s.p_value < 0.05 for s in slices_of(drawn))
    assert called <= 18  # of 200


def texts(*given: str, genre: str = "wire") -> Items:
    """Headlines that are negative and scored 0.8 and 0.2 in turn."""
    segments = [Segment(text, "headline", {"loaded": 0.0}) for text in given]
    places = tuple((Document(str(i), str(i), "test", "", (segment,), genre=genre), segment) for i, segment in enumerate(segments))
    return Items("loaded", places, np.resize([0.8, 0.2], len(given)), np.zeros(len(given)))


def test_who_is_named_is_a_slice_with_its_false_positives() -> None:
    named = ["Peru votes", "Police meet Somali traders", "Women win", "White paper is out"] * 20
    found = {s.value: s for s in slices_of(texts(*named)) if s.facet == "names"}
    assert {value: s.n for value, s in found.items()} == {"a country": 20, "an ethnic group": 20, "a woman": 20}
    assert found["a country"].false_positives.value == 1.0, "Peru stands where 0.8 does"
    assert found["an ethnic group"].false_positives.value == 0.0


def test_translated_style_is_a_slice_of_its_own_and_counted_once() -> None:
    both = texts(*["Gate is open"] * 30, genre="translated"), texts(*["Gate is open"] * 30)
    joined = Items(
        "loaded",
        both[0].places + both[1].places,
        np.concatenate([one.probabilities_N for one in both]),
        np.zeros(60),
    )
    found = [(s.facet, s.value) for s in slices_of(joined)]
    assert ("translated style", "translated or non-native") in found
    assert ("genre", "translated") not in found


def test_slices_that_are_too_small_are_named_with_their_number() -> None:
    named = ["Peru votes"] * 19 + ["Council votes"] * 20
    assert too_small(texts(*named))["names a country"] == 19
    assert not [s for s in slices_of(texts(*named)) if s.facet == "names"]


def test_baselines_stand_beside_a_slice() -> None:
    model = texts(*["Peru votes", "Council votes"] * 20)
    other = replace(model, probabilities_N=np.zeros(40))
    (peru,) = (s for s in slices_of(model, baselines={"shape": other}) if s.facet == "names")
    assert (peru.error_rate, peru.baselines) == (1.0, {"shape": 0.0})
