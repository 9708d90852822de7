import pytest

from presscheck.data.text.register import FUNCTION_WORDS, SHARES, SIGNS, register_of


def share(name: str, *texts: str) -> float:
    return register_of(texts, [0] * len(texts))[name]


@pytest.mark.parametrize(
    ("sign", "has", "lacks"),
    [
        ("first_person", "I have never liked the new pier.", "The pier, says Ivor Ing, is new."),
        ("we", "Our pier deserves better.", "The US navy left."),
        ("you", "You will not find a bench.", "Young trees stand there."),
        ("questions", "Who paid for the bench?", "He asked who paid."),
        ("should", "The council must resign.", "The council resigned."),
        ("instructions", "Bring a torch and two blankets.", "The council brought a torch."),
        ("days", "They met on Tuesday.", "They met often."),
        ("clock_or_price", "Doors open at 7.30pm.", "Doors open in the evening."),
        ("superlatives", "It is the fastest crane in Asia.", "It is a protest against a crane."),
        ("verbless", "Saturday, main hall, all ages.", "The hall was full."),
    ],
)
def test_a_sign_is_in_the_sentences_that_have_it(sign: str, has: str, lacks: str) -> None:
    assert SIGNS[sign](has)
    assert not SIGNS[sign](lacks)
    assert share(sign, has, lacks) == 0.5


def test_what_a_speaker_says_is_not_the_authors() -> None:
    assert share("first_person", '"I am sick of my bench," said Ana Ruiz.') == 0.0
    assert share("quoted", '"I am sick of my bench," said Ana Ruiz.') > 0.5


@pytest.mark.parametrize("texts", [("?",), ("“All of it.”",), ("a " * 5000,), ("The the THE the.",), ("Ruiz. Ruiz Ruiz.",)])
def test_every_share_is_bounded(texts: tuple[str, ...]) -> None:
    found = register_of(texts, [0] * len(texts))
    assert set(found) == {*SHARES, *(f"word_{word}" for word in FUNCTION_WORDS)}
    assert all(0.0 <= value <= 1.0 for value in found.values())
