"""Changes that leave the labels as they are: what they do, and that spans still point at their words."""

import random

import pytest

from presscheck.configs.section import ChangeName
from presscheck.data.schema import TOKEN_TAGS, Document, Segment, Span
from presscheck.data.starter import read_starter
from presscheck.data.text.normalise import fold
from presscheck.train.augment import CHANGES, Edit, apply, augment, names_of

TEXT = 'Then Ana Ruiz said the "old" bridge fell, and Ana Ruiz wept on Monday'
SPANS = tuple(
    Span(tag, TEXT.index(words), TEXT.index(words) + len(words))
    for tag, words in (("source", "Ana Ruiz"), ("cue", "said"), ("content", 'the "old" bridge fell'))
)
SEGMENT = Segment(TEXT, "sentence", {"claim": 1.0, "attributed": 1.0}, SPANS, TOKEN_TAGS)


def words_of(segment: Segment) -> dict[str, str]:
    return {span.tag: segment.text[span.start : span.end] for span in segment.spans}


def changed(name: ChangeName, text: Segment = SEGMENT, seed: int = 0) -> Segment:
    return apply(text, CHANGES[name](text, random.Random(seed), {2: ["Bo Li"], 1: ["Friday"]}))


def test_edits_move_the_spans() -> None:
    at = TEXT.index("Ana Ruiz")
    found = apply(SEGMENT, [Edit(at, at + 8, "Bo"), Edit(0, 5, "")])
    assert found.text.startswith("Bo said")
    assert words_of(found) == {"source": "Bo", "cue": "said", "content": 'the "old" bridge fell'}
    gone = apply(SEGMENT, [Edit(at, at + 8, "")])
    assert "source" not in words_of(gone)
    assert apply(SEGMENT, [Edit(0, len(TEXT), "")]) is SEGMENT


def test_case_keeps_offsets() -> None:
    found = {changed("case", seed=seed).text for seed in range(20)}
    assert found == {TEXT.lower(), TEXT.upper(), TEXT.title()}
    assert words_of(changed("case"))["cue"].lower() == "said"


def test_only_a_headlines_last_question_mark_goes() -> None:
    asked = Segment("Has it? Fallen?", "headline")
    assert changed("question_mark", asked).text == "Has it? Fallen"
    assert changed("question_mark", Segment("Fallen?", "sentence")).text == "Fallen?"


def test_quotation_marks_change_together() -> None:
    found = {changed("quotes", seed=seed).text for seed in range(20)}
    assert found == {TEXT, TEXT.replace('"', ""), TEXT.replace('"old"', "“old”")}


@pytest.mark.parametrize("text", ["Perth's Gold Vault Has Eleven Doors", "saffron outside, ROTTEN INSIDE, COUNT the CARS"])
def test_where_most_words_are_capitalised_no_name_is_swapped(text: str) -> None:
    document = Document("d", "d", "s", "l", (Segment(text, "headline"),))
    assert augment(document, {"names": 1.0}, {1: ["Lagos"], 2: ["Bo Li"], 3: ["Ana Paz Ruiz"]}, seed="s") == document


def test_names_are_swapped_for_names() -> None:
    found = changed("names")
    assert found.text == 'Then Bo Li said the "old" bridge fell, and Bo Li wept on Friday'
    assert words_of(found) == {"source": "Bo Li", "cue": "said", "content": 'the "old" bridge fell'}


def test_typos_are_few_and_homoglyphs_fold_back() -> None:
    words, typed = TEXT.split(), changed("typos").text.split()
    assert len(words) == len(typed)
    assert sum(a != b for a, b in zip(words, typed, strict=True)) <= 1
    twins = changed("homoglyphs")
    assert twins.text != TEXT
    assert fold(twins.text) == fold(TEXT)


def test_a_document_changes_by_seed_and_keeps_its_labels() -> None:
    documents = read_starter()[:200]
    names = names_of(documents)
    shares = dict.fromkeys(CHANGES, 0.5)
    once, again = ([augment(d, shares, names, seed="7/0") for d in documents] for _ in range(2))
    other = [augment(d, shares, names, seed="7/1") for d in documents]
    assert once == again
    assert sum(a != b for a, b in zip(once, other, strict=True)) > 150
    for before, after in zip(documents, once, strict=True):
        assert [s.labels for s in before.segments] == [s.labels for s in after.segments]
        assert all(s.text[x.start : x.end].strip() for s in after.segments for x in s.spans)
    assert [augment(d, {}, names, seed="s") for d in documents] == documents


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_changes_something(change: ChangeName) -> None:
    documents = [
        Document(
            "d",
            "g",
            "s",
            "l",
            (SEGMENT,),
        ),
        Document("h", "g", "s", "l", (Segment("Fallen on Monday?", "headline"),)),
    ]
    names = {1: ["Friday"], 2: ["Bo Li"]}
    found = [augment(d, {change: 1.0}, names, seed=str(seed)) for d in documents for seed in range(5)]
    assert any(d not in documents for d in found)
