from typing import Any

import pytest

from presscheck.data.text.source_type import SourceType
from presscheck.serve.record import Cue, Headline, MissingWords, ScoredSegment, Source, Support
from presscheck.serve.render.questions import framing_question, question_of, support_question


def flagged(text: str, verdict: Any, source: tuple[str, SourceType] | None = None, **values: Any) -> ScoredSegment:
    usual: dict[str, Any] = {"claim": 0.9, "attributed": 0.1, "needs_source": 0.9, "loaded": 0.1, "unsourced": 0.8, "flagged": True}
    found = None
    if source:
        words, kind = source
        start = text.index(words)
        found = Source(start=start, end=start + len(words), text=words, type=kind, carried_over=False)
    return ScoredSegment(start=0, end=len(text), text=text, verdict=verdict, source=found, **{**usual, **values})


@pytest.mark.parametrize(
    ("segment", "question"),
    [
        (flagged("Some 2,400\n herders left.", "unsourced"), "Who counted “2,400 herders”?"),
        (flagged("Output fell by 17 per cent.", "unsourced"), "Where does the figure “17 per cent” come from?"),
        (
            flagged("It could be the reason for all the delays.", "speculation"),
            "What is this inference based on: “could be the reason for …”?",
        ),
        (flagged("“Old” ships lay there.", "unsourced"), "Who says so: “'Old' ships lay there”?"),
        (flagged("The convoy left.", "unsourced"), "Who says so: “The convoy left”?"),
        (flagged("Experts fear a flood.", "vague_source", ("Experts", "vague")), "Who stands behind “Experts”, and how do they know?"),
        (flagged("On Vk, the bridge fell.", "vague_source", ("Vk", "platform")), "Who posted it on “Vk”, and who has checked it?"),
        (flagged("It is very likely that he left.", "speculation"), "What is this inference based on: “likely that he left”?"),
    ],
)
def test_a_flag_asks_by_its_verdict_and_kind(segment: ScoredSegment, question: str) -> None:
    assert question_of(segment) == question


def test_a_question_says_that_it_quotes_a_part() -> None:
    asked = question_of(flagged("The old convoy of grey lorries left the harbour town of Elsin long before dawn.", "unsourced"))
    assert asked == "Who says so: “The old convoy of grey lorries left the harbour town …”?"


def test_what_is_not_flagged_asks_nothing() -> None:
    assert question_of(flagged("Some 2,400 herders left.", "unsourced", flagged=False)) is None
    assert question_of(flagged("Ruiz said so.", None, flagged=None)) is None


def headline(**values: Any) -> Headline:
    usual: dict[str, Any] = {"sensational": 0.9, "loaded": 0.1, "form": "statement", "flagged": True, "cues": []}
    return Headline(text="Mayor slams 40 rivals", **{**usual, **values})


def test_a_headline_is_asked_for_its_framing_words_and_for_what_the_body_lacks() -> None:
    cue = Cue(cue="loaded_words", start=6, end=11, text="slams", score=0.9)
    assert framing_question(headline(cues=[cue])) == "What would the headline lose without “slams”?"
    assert framing_question(headline()) == "What would a plain headline say?"
    assert framing_question(headline(flagged=False)) is None
    missing = [MissingWords(start=12, end=14, text="40", kind="number")]
    lacking = Support(p=0.1, verdict="overstated", segments=[], missing=missing)
    assert support_question(headline(support=lacking)) == "Where does the body say “40”?"
    assert support_question(headline(support=lacking.model_copy(update={"missing": []}))) is not None
    assert support_question(headline(support=lacking.model_copy(update={"verdict": "supported"}))) is None
    assert support_question(headline()) is None
