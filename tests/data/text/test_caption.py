import pytest

from presscheck.data.text.caption import ends_in_credit, is_caption


@pytest.mark.parametrize(
    "text",
    [
        '"Watchmen" in Harbour Street (Source: Twitter).',
        "The crane in March. Photo: Rut Ek / Harbour News",
        "the box, photo by Luz",
        "Photo: Lorenz with his mother",
        "Ron Ashby with Duchess, winner in 1996. Photograph courtesy of the club",
    ],
)
def test_a_credit_at_the_end_makes_a_caption(text: str) -> None:
    assert ends_in_credit(text)


@pytest.mark.parametrize(
    "text",
    [
        "A photo by the agency showed the crane on its side.",
        "The source: a leak in the third tank. It was closed in May.",
        "The picture was taken by a neighbour, police said.",
        "Sources said the bridge fell.",
        "He took credit for the bridge.",
        "word " * 40 + "(Source: Twitter)",
    ],
)
def test_a_sentence_about_a_picture_is_none(text: str) -> None:
    assert not ends_in_credit(text)


def test_a_source_in_brackets_makes_a_caption_of_a_scene_and_not_of_a_statement() -> None:
    assert is_caption("“Harbour guards” at the north gate (Source: Telegram).")
    assert not is_caption("Harbour guards closed the north gate (Source: Telegram).")
    assert not is_caption("(Source: Telegram)")
