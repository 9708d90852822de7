"""Signatures estimate the overlap of texts, and bands find those that overlap."""

import numpy as np
import pytest

from presscheck.data.minhash import BANDS, NUMBERS, FirstAlike, band_keys, signatures, similarity


def pair(kept: int, *, count: int = 200, name: str = "a") -> tuple[list[str], list[str]]:
    """Two texts of which the second keeps the first words."""
    first = [f"{name}{i}" for i in range(count)]
    return first, [*first[:kept], *(f"{name}o{i}" for i in range(count - kept))]


def test_the_share_of_equal_numbers_is_the_overlap_on_average() -> None:
    found = []
    for number in range(40):
        first, second = signatures(pair(160, name=f"{number}w"))
        found.append(similarity(first, second))
    assert np.mean(found) == pytest.approx(159 / (199 + 199 - 159), abs=0.03)
    (again,) = signatures([pair(160)[0]])
    assert similarity(again, signatures([pair(160)[0]])[0]) == 1.0


def test_bands_find_what_overlaps_and_hardly_anything_else() -> None:
    def is_candidate(kept: int, number: int) -> bool:
        first, second = signatures(pair(kept, name=f"{number}v"))
        return bool({*band_keys(first)} & {*band_keys(second)})

    assert all(is_candidate(180, number) for number in range(60))
    assert sum(is_candidate(20, number) for number in range(60)) <= 2


def test_a_text_of_one_word_and_of_none_has_a_signature() -> None:
    one, other, none = signatures([["war"], ["peace"], []])
    assert one.shape == none.shape == (NUMBERS,)
    assert len(list(band_keys(one))) == BANDS
    assert similarity(one, other) < 0.1


def test_the_first_text_that_is_alike_is_found() -> None:
    first, second = signatures(pair(196))
    other, later = signatures(pair(196, name="b"))
    index = FirstAlike(0.8)
    assert index.find(first) is None
    for text in (other, first, second):
        index.add(text)
    assert index.find(second) == 1
    assert index.find(later) == 0
    assert FirstAlike(1.0).find(first) is None
