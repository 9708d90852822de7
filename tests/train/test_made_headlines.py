"""Headlines that a program makes of a body's own sentences."""

from presscheck.data.schema import Document, Segment
from presscheck.train.made_headlines import made_part

CLAIMS = (
    "The port of Varn was closed by 12 pilots on Monday, the harbour office said.",
    "The new pilots of the Salt Islands will have been trained by Mara Lind in 2019.",
    "Two ferries were damaged while the storm crossed the bay of Osk.",
)
NAMES = ("Tilo Brandt", "Ostrava")


def article() -> Document:
    sentences = tuple(Segment(text, "sentence", {"claim": 1.0}) for text in CLAIMS)
    return Document("d", "g", "s", "l", (Segment("Port closed", "headline"), *sentences, Segment("What now?", "sentence", {"claim": 0.0})))


def test_a_headline_is_as_its_sentence_or_changed_and_says_which() -> None:
    made = [made_part(article(), names=NAMES, seed=str(seed)) for seed in range(200)]
    labels = {0.0: 0, 1.0: 0}
    for part in made:
        assert part is not None
        assert part.headline is not None
        label = part.headline.labels["supported"]
        labels[label] += 1
        body = " ".join(s.text for s in part.segments)
        is_whole = all(word.strip(".,").lower() in body.lower() for word in part.headline.text.split())
        assert is_whole or label == 0.0, part.headline.text
        assert not any(s.labels or s.tags for s in part.segments)
    assert min(labels.values()) > 50


def test_the_seed_and_the_document_decide() -> None:
    assert made_part(article(), names=NAMES, seed="a") == made_part(article(), names=NAMES, seed="a")
    assert len({repr(made_part(article(), names=NAMES, seed=str(seed))) for seed in range(20)}) > 5


def test_a_body_without_claims_has_none() -> None:
    opinion = Document("d", "g", "s", "l", (Segment("It is a shame, all of it.", "sentence", {"claim": 0.0}),))
    assert made_part(opinion, names=NAMES, seed="a") is None
