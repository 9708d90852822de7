"""The interval of a share against its formula, and against a simulation with a known answer."""

import math

import numpy as np
import pytest

from presscheck.data.intervals import wilson


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (7, 10), (10, 10), (340, 400)])
def test_it_is_wilsons_formula(hits: int, n: int) -> None:
    """Wilson 1927, as it stands in Brown, Cai and DasGupta 2001, equation 4."""
    z, share = 1.959964, hits / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    found = wilson(hits, n)
    assert (found.value, found.lower, found.upper) == pytest.approx((share, middle - half, middle + half), abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_it_covers_the_true_share_about_95_times_in_100(share: float) -> None:
    found = [wilson(int(hits), 60) for hits in np.random.default_rng(4).binomial(60, share, 2000)]
    covered = np.mean([(one.lower or 0.0) <= share <= (one.upper or 0.0) for one in found])
    assert 0.93 <= covered <= 0.975


def test_of_nothing_there_is_no_share() -> None:
    assert wilson(0, 0).value is None
