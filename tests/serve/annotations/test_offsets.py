"""Offsets of any tool become code points of the same words."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from presscheck.serve.annotations.answers import AnswerError
from presscheck.serve.annotations.offsets import place

TEXTS = st.text(st.sampled_from("ab c\n\u0301é漢😀𝒜\U0001f1e9"), min_size=1, max_size=30)


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@st.composite
def stretches(draw: st.DrawFn) -> tuple[str, int, int]:
    text = draw(TEXTS)
    start = draw(st.integers(0, len(text) - 1))
    return text, start, draw(st.integers(start + 1, len(text)))


@given(stretches())
def test_the_unit_that_the_user_names(stretch: tuple[str, int, int]) -> None:
    text, start, end = stretch
    assert place(text, start, end, unit="code-points") == (start, end)
    assert place(text, utf16(text[:start]), utf16(text[:end]), unit="utf-16") == (start, end)


@given(stretches())
def test_the_marked_words_tell_the_unit(stretch: tuple[str, int, int]) -> None:
    text, start, end = stretch
    words = text[start:end]
    assume(words.strip())
    assert text[slice(*place(text, start, end, quoted=words))].split() == words.split()
    assert text[slice(*place(text, utf16(text[:start]), utf16(text[:end]), quoted=words))].split() == words.split()


@given(stretches())
def test_without_words_a_unit_is_never_guessed(stretch: tuple[str, int, int]) -> None:
    text, start, end = stretch
    readings = {utf16(text[:place_]): place_ for place_ in range(len(text) + 1)}
    other = (readings.get(start), readings.get(end))
    if other == (start, end) or None in other:
        assert place(text, start, end) == (start, end)
    else:
        with pytest.raises(AnswerError, match="--offsets utf-16"):
            place(text, start, end)


@given(TEXTS, st.integers(-3, 40), st.integers(-3, 40))
def test_no_place_is_ever_outside_the_text(text: str, start: int, end: int) -> None:
    try:
        first, last = place(text, start, end, quoted=None, unit="utf-16")
    except AnswerError:
        return
    assert 0 <= first < last <= len(text)


def test_half_a_character_is_no_place() -> None:
    with pytest.raises(AnswerError, match="no place at 1 to 3"):
        place("😀 fire", 1, 3, unit="utf-16")


def test_other_words_are_told() -> None:
    with pytest.raises(AnswerError, match="with the words 'fire'"):
        place("water", 0, 4, quoted="fire")
