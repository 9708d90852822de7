"""The headlines that were held against the bodies of the starter corpus."""

from pathlib import Path

import pytest

from presscheck.data.errors import DataError
from presscheck.data.schema import Document, Segment
from presscheck.data.starter import read_starter
from presscheck.data.starter.support import read_judged, with_judged

OWN = {"quarry-vote": "Council closes the quarry"}


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "crime.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_lines_become_judged_headlines_with_what_the_body_lacks(tmp_path: Path) -> None:
    path = written(tmp_path, "@ quarry-vote\ns = |\no | Council closes [number: nine] quarries\nn | Council [event: sells] the quarry\n")
    own, overstated, not_reported = read_judged(path, OWN)["quarry-vote"]
    assert (own.text, own.labels, set(own.notes)) == ("Council closes the quarry", {"supported": 1.0}, {"support:supported"})
    assert (overstated.text, overstated.labels) == ("Council closes nine quarries", {"supported": 0.0})
    assert [(s.tag, s.type, overstated.text[s.start : s.end]) for s in overstated.spans] == [("missing", "number", "nine")]
    assert not_reported.notes == {"support:not_reported"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("s | Too early\n", r"crime\.txt:1: text before the first story"),
        ("@ gone-story\ns = |\n", r"crime\.txt:1: no article has the story 'gone-story'"),
        ("@ quarry-vote\n@ quarry-vote\n", r"crime\.txt:2: story quarry-vote is repeated"),
        ("@ quarry-vote\nx | What\n", r"crime\.txt:2: a line has the form"),
        ("@ quarry-vote\ns = | Another headline\n", r"crime\.txt:2: the article's own headline is"),
        ("@ quarry-vote\no | Council sells the quarry\n", r"crime\.txt:2: .* are marked"),
        ("@ quarry-vote\ns | Council [event: closes] it\n", r"crime\.txt:2: a supported headline has no missing words"),
        ("@ quarry-vote\ns |\n", r"crime\.txt:2: a headline has no text"),
        ("@ quarry-vote\no | Council [colour: red]\n", r"crime\.txt:2: '\[' at column"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        read_judged(written(tmp_path, text), OWN)


def article(story: str, headline: str, body: str) -> Document:
    segments = (Segment(headline, "headline", {"sensational": 0.0}), Segment(body, "sentence", {"claim": 1.0}))
    return Document(f"{story}/article", story, "starter", "l", segments, topic="crime")


def test_two_more_are_made_by_program() -> None:
    documents = [
        article("a-story", "Court frees Mara Lind after 20 days", "Mara Lind was freed after 20 days."),
        article("b-story", "Judge in Osby fined", "A judge was fined in Osby."),
    ]
    judged = {d.group: [Segment(d.segments[0].text, "headline", {"supported": 1.0}, tags=("missing",))] for d in documents}
    first, _ = with_judged(documents, judged)
    own, swapped, other = first.judged_headlines
    assert own.labels == {"supported": 1.0}
    assert swapped.labels == other.labels == {"supported": 0.0}
    (span,) = swapped.spans
    assert swapped.text[span.start : span.end] not in first.segments[1].text
    assert other.text == "Judge in Osby fined"


def test_every_article_of_the_corpus_has_headlines_of_both_kinds() -> None:
    articles = [d for d in read_starter() if d.sentences]
    for document in articles:
        labels = {one.labels["supported"] for one in document.judged_headlines}
        assert labels == {0.0, 1.0}, document.group
