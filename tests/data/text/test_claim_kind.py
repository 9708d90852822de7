import pytest

from presscheck.data.text.claim_kind import claim_of

KINDS = [
    ("Some 2,400 herders crossed the pass before the snow.", "number", "2,400 herders"),
    ("The harvest fell by 17 per cent.", "number", "17 per cent"),
    ("Repairs cost $3.2 million.", "number", "$3.2 million"),
    ("Hundreds of thousands of Ruritanian conscripts are on the move.", "number", "Hundreds of thousands of Ruritanian conscripts"),
    ("Forty thousand people marched.", "number", "Forty thousand people"),
    ("The treasurer embezzled the relief fund.", "allegation", "embezzled"),
    ("The clerk had stolen it.", "allegation", "stolen"),
    ("Two of the guards are accused of looking away.", "allegation", "accused of looking away"),
    ("The dam broke because of years of neglect, and nobody was told.", "cause", "because of years of neglect"),
    ("The strike led to shortages.", "cause", "led to shortages"),
    ("Rain held the race up, due to a blocked drain.", "cause", "due to a blocked drain"),
    ("He resigned in order to hide the losses.", "motive", "in order to hide the losses"),
    ("The general wants to please the court.", "motive", "wants to please the court"),
    ("This newspaper has learned that the yard is for sale.", "exclusive", "This newspaper has learned"),
    ("The ministers met secretly in a barn.", "exclusive", "secretly"),
    ("It is the deepest quarry in the land.", "superlative", "the deepest"),
    ("Boats docked there for the first time.", "superlative", "for the first time"),
    ("During the third week, smugglers took over the quay.", "other", "smugglers took over the quay"),
    ('"Old" ships lay there.', "other", '"Old" ships lay there'),
    ("The convoy left before dawn, and a tanker followed it.", "other", "The convoy left before dawn"),
]


@pytest.mark.parametrize(("sentence", "kind", "words"), KINDS, ids=[words for *_, words in KINDS])
def test_a_claim_has_a_kind_and_the_words_that_tell_it(sentence: str, kind: str, words: str) -> None:
    claim = claim_of(sentence)
    assert (claim.kind, sentence[claim.start : claim.end]) == (kind, words)


@pytest.mark.parametrize(
    "sentence",
    [
        "The school is due to open next spring.",
        "She was elected in 1987.",
        "A 61-year-old woman waited for 12 hours.",
        "Three men stood at the gate.",
        "The rest of the market was calm.",
        "They moved the stolen goods at night.",
        "At least they came.",
        "The paper was read on the first Sunday of Lent.",
    ],
)
def test_what_only_looks_like_a_kind_is_another_claim(sentence: str) -> None:
    assert claim_of(sentence).kind == "other"


def test_counts_and_measures_are_told_apart() -> None:
    assert claim_of("Some 2,400 herders left.").is_counted
    assert not claim_of("Output fell by 17 per cent.").is_counted


@pytest.mark.parametrize("text", ["", " ", "…", "\u200b12\u00a0000", "x" * 5000, "because", "due to", "the most"])
def test_any_text_has_a_claim_within_it(text: str) -> None:
    claim = claim_of(text)
    assert 0 <= claim.start <= claim.end <= len(text)
