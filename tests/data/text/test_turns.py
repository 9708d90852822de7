"""Where a text is told in turns, and where it only looks so."""

import pytest

from presscheck.data.text.quotation import paragraphs_of, quoted
from presscheck.data.text.segmentation import segment_body
from presscheck.data.text.turns import Turn, turns_of


def turns(text: str) -> tuple[list[str], list[Turn]]:
    body = segment_body(text)
    return body.texts, turns_of(body.texts, paragraphs_of(body.reading.text, body.spans))


def shown(text: str) -> list[tuple[str | None, bool, str]]:
    """Of each turn the speaker, whether it asks, and what is said."""
    texts, found = turns(text)
    return [
        (
            texts[turn.sentences[0]][turn.label.start : turn.label.end] if turn.label else None,
            turn.asks,
            " ".join(texts[i] for i in turn.sentences)[turn.label.said_from if turn.label else 0 :].strip(),
        )
        for turn in found
    ]


@pytest.mark.parametrize(
    ("opening", "asks", "answers"),
    [
        ("{}: {}", "Q", "A"),
        ("{}. {}", "Q", "A"),
        ("**{}:** {}", "Lena Stark", "Otto Brink"),
        ("(({})) {}", "GZ", "Otto Brink"),
        ("{} (for the county): {}", "Lena Stark", "Mr. Brink"),
        ("{}: {}", "THE CHAIR", "WITNESS 2"),
        ("{}: {}", "INTERVIEWER", "STONE"),
        ("{}\n{}", "Interviewer", "Otto Brink"),
    ],
)
def test_labels_of_every_form(opening: str, asks: str, answers: str) -> None:
    said = (
        (asks, "Who opened the sluice that night?"),
        (answers, "I opened it. The water was high."),
        (asks, "Did you tell the miller?"),
        (answers, "We had no telephone."),
    )
    found = shown("\n\n".join(opening.format(who, words) for who, words in said))
    assert [(asked, words) for _, asked, words in found] == [(who == asks, words) for who, words in said]
    assert [who.split(" (")[0] for who, _, _ in found if who] == [who for who, _ in said]


def test_a_paragraph_without_a_label_goes_on_and_a_stage_direction_says_nothing() -> None:
    text = (
        "BRINK: I opened it.\n\nThe water was high.\n\n(The witness is shown a map.)\n\nSTARK: Did you tell the miller?\n\n"
        "BRINK: We had no telephone.\n\nThe hearing was adjourned."
    )
    assert shown(text) == [
        ("BRINK", False, "I opened it. The water was high."),
        ("STARK", True, "Did you tell the miller?"),
        ("BRINK", False, "We had no telephone."),
    ]


def test_one_speaker_who_is_labelled_answers_unlabelled_questions() -> None:
    text = "Who opened the sluice?\n\nOtto Brink: I opened it.\n\nDid you tell the miller?\n\nOtto Brink: We had no telephone."
    assert shown(text)[:2] == [("Otto Brink", False, "I opened it."), (None, True, "Did you tell the miller?")]


@pytest.mark.parametrize(
    "text",
    [
        "Verdict: I would stay away.\n\nPrice: You pay nine euros.\n\nVerdict: We came back.\n\nPrice: You pay ten euros.",
        "MORE: We tested nine kettles.\n\nThe kettle broke.\n\nMORE: We tested nine irons.",
        "Otto Brink: We were never told.\n\nThe county says it told him.",
        "Otto Brink: “We were never told”\n\nThe miller sued.\n\nIt rained.\n\nOtto Brink: “I want my mill back”",
        "Elsin: Leng, Roos, Dahl.\n\nMarle: Falk, Brink, Ude.\n\nElsin: Leng for Roos.",
        "Monday: We expect rain.\n\nTuesday: You need a coat.\n\nMonday: We expect hail.",
        "Brink, 40, said: We were never told.\n\nStark, 50, asked: Did you look?\n\nBrink, 40, said: I did.",
        # an explainer, a column that asks itself, and a report whose answers are quoted
        "What is the levy?\n\nIt is a charge on tyres.\n\nWho pays it?\n\nImporters pay it.\n\nWhen does it start?\n\nIt starts in May.",
        "Who needs a levy?\n\nNot this town.\n\nI pay enough.\n\nWhy does it rise?\n\nMy tyres are old.\n\nAnd who gains?\n\nI know who.",
        "Do you pay it?\n\n“I do,” said Brink.\n\nWould you stop?\n\n“I would,” said Stark.\n\nAre you angry?\n\n“We are,” said Roos.",
    ],
)
def test_what_only_looks_like_turns(text: str) -> None:
    assert turns(text)[1] == []


def test_letters_before_a_stop_belong_to_what_is_said_and_a_lone_one_is_a_list_mark() -> None:
    assert segment_body("Q. Who pays?\n\nA. Importers do.").texts == ["Q. Who pays?", "A. Importers do."]
    assert segment_body("Q. Who pays?\n\nImporters do.").texts == ["Who pays?", "Importers do."]


def test_a_sentence_without_its_quotations() -> None:
    """The words that are left, and a mark in the place of each quotation; without quotation marks the sentence as it is."""
    plain, two = "The tide rose.", "“Leave,” she wrote, “and lock up” on Monday."
    outside = [quote.outside(text) for text, quote in zip((plain, two), quoted([plain, two], [0, 0]), strict=True)]
    assert outside == [plain, " she wrote,  on Monday."]
    assert quoted([two], [0])[0].outside(two, between="…") == "… she wrote, … on Monday."
