"""Changes of letters and names: few, where they should be, and the same for one seed."""

import random

import pytest

from presscheck.data.schema import Document, Segment
from presscheck.data.text.capitalised_names import names_of
from presscheck.data.text.normalise import fold
from presscheck.eval.behaviour.edits import with_homoglyphs, with_other_names, with_typos

TEXT = 'Then Ana Ruiz said the "old" bridge fell, and Ana Ruiz wept on Monday'
NAMES = {2: ["Bo Li"], 1: ["Friday"]}


def test_one_word_of_twelve_is_mistyped() -> None:
    text = f"{TEXT} {TEXT}"
    words, typed = text.split(), with_typos(text, random.Random(0)).split()
    assert len(words) == len(typed)
    assert 1 <= sum(a != b for a, b in zip(words, typed, strict=True)) <= 2


def test_look_alike_letters_fold_back() -> None:
    twins = with_homoglyphs(TEXT, random.Random(0))
    assert twins != TEXT
    assert len(twins) == len(TEXT)
    assert fold(twins) == fold(TEXT)


def test_names_are_swapped_for_names_of_as_many_words() -> None:
    assert with_other_names(TEXT, random.Random(0), NAMES) == 'Then Bo Li said the "old" bridge fell, and Bo Li wept on Friday'
    assert with_other_names(TEXT, random.Random(0), {3: ["Ana Paz Ruiz"]}) == TEXT


@pytest.mark.parametrize("text", ["Perth's Gold Vault Has Eleven Doors", "saffron outside, ROTTEN INSIDE, COUNT the CARS"])
def test_where_most_words_are_capitalised_no_name_is_swapped(text: str) -> None:
    assert with_other_names(text, random.Random(0), {1: ["Lagos"], 2: ["Bo Li"], 3: ["Ana Paz Ruiz"]}) == text


def test_names_of_texts_are_those_that_come_again() -> None:
    texts = ("the crew later met Ana Ruiz there", "nobody here saw Ana Ruiz leave", "the crew later met Bo Li there")
    documents = [Document(text, text, "s", "l", (Segment(text, "sentence"),)) for text in texts]
    assert names_of(documents) == {2: ["Ana Ruiz"]}
    assert names_of(documents, least=1) == {2: ["Ana Ruiz", "Bo Li"]}
