import numpy as np
import pytest
from scipy.stats import fisher_exact

from presscheck.data.schema import Document, Segment
from presscheck.eval.items import Items
from presscheck.eval.slices import slices_of


def items(wrong: dict[str, int], n: int = 100) -> Items:
    """`n` items of each genre, of which so many lie on the wrong side."""
    places, probabilities = [], []
    for genre, errors in wrong.items():
        for number in range(n):
            segment = Segment(f"Headline number {number} of the {genre}", "headline", {"loaded": 1.0})
            places.append(
                (Document(f"{genre}/{number}", f"{genre}/{number}", "test", "", (segment,), genre=genre), segment)
            )
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


def test_slices_of_the_same_quality_are_rarely_called_different() -> None:
    """Under the null, some slice of a label is called different in at most about one sample of twenty."""
    random = np.random.default_rng(1)
    called = 0
    for _ in range(200):
        drawn = items({genre: int(random.binomial(40, 0.2)) for genre in ("a", "b", "c", "d")}, n=40)
        called += any(s.p_value < 0.05 for s in slices_of(drawn))
    assert called <= 18  # of 200
