"""Vectors of texts, and the order that puts similar ones together."""

from itertools import pairwise

import numpy as np

from presscheck.eval.selection.text_vectors import TextVectors, neighbour_order

SUBJECTS = ("harbour crane cargo docks tugboat", "senate vote ballot candidate recount", "glacier meltwater moraine crevasse icefield")


def texts() -> list[str]:
    random = np.random.default_rng(0)
    return [" ".join(random.permutation(SUBJECTS[n % 3].split())[:4]) + f" story{n}" for n in range(60)]


def test_texts_of_a_subject_stand_together() -> None:
    found = texts()
    order = neighbour_order(TextVectors(found)(found))
    assert sorted(order) == list(range(60))
    changes = sum(first % 3 != second % 3 for first, second in pairwise(order))
    assert changes < 20, "at random there are about 39"


def test_few_and_equal_texts_have_vectors() -> None:
    for sample in (["one text alone"], ["the same"] * 8, ["", ""]):
        vectors = TextVectors(sample)(sample)
        assert vectors.shape[0] == len(sample)
        assert np.isfinite(vectors).all()
        assert sorted(neighbour_order(vectors)) == list(range(len(sample)))
