"""A body as it is read, and the place of every character in the original."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presscheck.data.text.reading import read_text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            "It is be\u00adlieved\u00a0that  it fell.\r\nTwo.\r\n\r\nThree.",
            "It is believed that it fell.\nTwo.\n\nThree.",
        ),
        ("\ufeff\u200bOne \u200b\n\u200b\n two", "One\n\ntwo"),
        ("One line\nthat was cut. Two.", "One line that was cut. Two."),
        ("A line.\nAnother line.", "A line.\nAnother line."),
        ("One.\u2029two", "One.\n\ntwo"),
        ("", ""),
        (" \n\t\u200b", ""),
    ],
)
def test_what_is_read(body: str, text: str) -> None:
    assert read_text(body).text == text


def test_a_list_is_not_taken_for_a_wrapped_paragraph() -> None:
    body = "Salt in the north tank\nLead in the south tank\nRust in the east tank\nSand in the west tank"
    assert read_text(body).text == body


def test_bullets_in_a_wrapped_text_keep_their_lines() -> None:
    wrapped = "The audit of the water board found\nthree faults that nobody had seen\nuntil the tank was opened in May:\n"
    body = wrapped + "- The lock was forced.\n- Two keys are missing."
    assert read_text(body).text.split("\n")[1:] == ["- The lock was forced.", "- Two keys are missing."]


@given(st.text(alphabet=st.sampled_from("aB .\n\r\t\u00ad\u200b\u00a0-\u2029"), max_size=80))
def test_every_character_has_its_place(body: str) -> None:
    reading = read_text(body)
    assert len(reading.places) == len(reading.text)
    assert list(reading.places) == sorted(reading.places)
    for character, place in zip(reading.text, reading.places, strict=True):
        assert body[place] == character or (character.isspace() and place < len(body))


def test_a_letter_and_its_marks_are_read_as_one_character_and_keep_their_places() -> None:
    body = "The mayor is Jose\u0301 Nu\u0301n\u0303ez.\nHe met Zoe\u0308"
    reading = read_text(body)
    assert reading.text == "The mayor is José Núñez.\nHe met Zoë"
    for name, original in (("José", "Jose\u0301"), ("Núñez", "Nu\u0301n\u0303ez"), ("Zoë", "Zoe\u0308")):
        start = reading.text.index(name)
        assert body[slice(*reading.original(start, start + len(name)))] == original


def test_a_mark_without_a_character_of_its_own_stays() -> None:
    assert read_text("Q\u0301 and \u0301").text == "Q\u0301 and \u0301"


@pytest.mark.parametrize("width", range(44, 60))
def test_a_letter_in_brackets_in_a_wrapped_sentence_does_not_end_it(width: int) -> None:
    held = "In a ruling of thirty pages the court held that the owner of the mill (a) had known of the crack in the wall since the spring, "
    text = (
        held
        + "(b) had told nobody of it before the water came in at noon on the ninth day of June, and (c) had locked the gate of the weir."
    )
    assert read_text(textwrap.fill(text, width)).text == text
