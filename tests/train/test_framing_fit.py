"""The type of framing words is fitted on their features, stored in the bundle and read from there."""

from collections.abc import Mapping, Sequence

import pytest

from presscheck.data.schema import TOKEN_TAGS, Document, Segment, Span
from presscheck.data.text.framing import framing_features
from presscheck.serve.framing import framing_type
from presscheck.serve.manifest import FramingModel
from presscheck.train.framing_fit import fit_framing

SPANS = {
    "assertion_question": ["Is the pier on fire?", "Did the mayor sell us out?", "Are we at war with gulls?"],
    "scare_quotes": ['"reform"', '"heroes"', '"progress"'],
    "direct_address": ["your kettle", "you will pay", "what you drink"],
}


def document(number: int, text: str, start: int, end: int, kind: str | None) -> Document:
    spans = (Span("framing", start, end, kind),)
    segment = Segment(text, "headline", {"sensational": 1.0}, spans, TOKEN_TAGS)
    return Document(f"d{number}", f"g{number}", "test", "none", (segment,))


def documents(spans: Mapping[str, Sequence[str]]) -> list[Document]:
    listed = [(kind, words) for kind, found in spans.items() for words in found]
    return [document(n, f"Port says {words}", 10, 10 + len(words), kind) for n, (kind, words) in enumerate(listed)]


def test_the_types_are_told_apart_on_new_words() -> None:
    model = fit_framing(documents(SPANS))
    assert model is not None
    for words, kind in (
        ("Was the ferry sunk by crabs?", "assertion_question"),
        ('"experts"', "scare_quotes"),
        ("you and your dog", "direct_address"),
    ):
        text = f"Harbour hears {words}"
        assert framing_type(model, text, 14, len(text)) == kind


def test_two_types_are_told_apart_too() -> None:
    model = fit_framing(documents({kind: SPANS[kind] for kind in ("scare_quotes", "direct_address")}))
    assert model is not None
    assert framing_type(model, 'A "triumph" of paint', 2, 11) == "scare_quotes"
    assert framing_type(model, "A tax on you and your hat", 9, 25) == "direct_address"


def test_without_types_there_is_no_model() -> None:
    assert fit_framing([document(1, "Port burns", 0, 4, None)]) is None
    assert fit_framing(documents({"teaser": ["what she saw", "what he said"]})) is None
    assert fit_framing(documents({"teaser": ["what she saw", "what he said"], "urgency": ["now"]})) is None


def test_a_model_has_one_weight_per_type() -> None:
    with pytest.raises(ValueError, match="one weight per type"):
        FramingModel(types=("teaser", "urgency"), bias=(0.0, 0.0), weights={"you": (1.0,)})


def test_features_see_the_words_and_what_stands_around_them() -> None:
    found = framing_features("Burning: YOUR TEA", 9, 17)
    assert {"word your", "first your", "last tea", "you", "capitals", "behind a colon", "closes"} <= set(found)
    assert "opens" not in found
    assert "quoted" not in framing_features("tea", 0, 3)
