"""Texts as the field gives them: what a body falls into, and what a headline is. The cases are data, in the YAML beside this file."""

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from presscheck.data.article import Article
from presscheck.data.schema import Document
from presscheck.data.starter import read_starter
from presscheck.data.text.headline_form import headline_form
from presscheck.data.text.headline_parts import bare_headline, headline_parts
from presscheck.data.text.segmentation import segment_body
from presscheck.serve.record import Record
from presscheck.serve.scorer import Scorer

HERE = Path(__file__).parent
BODIES = yaml.safe_load((HERE / "cutting.yaml").read_text(encoding="utf-8"))
HEADLINES = yaml.safe_load((HERE / "headlines.yaml").read_text(encoding="utf-8"))
CASES = [pytest.param(case, id=f"{kind}: {name}") for kind, cases in BODIES.items() if kind != "judged" for name, case in cases.items()]
WIDTHS = (40, 55, 72, 88, 100)


@pytest.mark.parametrize("case", CASES)
def test_a_body_falls_into_its_sentences(case: dict[str, Any]) -> None:
    body = segment_body(case["body"])
    cut = [case["body"][start:end] for start, end in body.sentences]
    if "read" in case:
        assert body.texts == case["read"]
        return
    assert cut == case["sentences"]
    assert [[a.kind, case["body"][a.start : a.end]] for a in body.set_aside] == case.get("set_aside", [])
    assert sorted(body.captions) == case.get("captions", [])


@pytest.mark.parametrize(
    ("headline", "form"),
    [(headline, form) for form, headlines in HEADLINES["forms"].items() for headline in headlines],
)
def test_headlines_have_their_form(headline: str, form: str) -> None:
    assert headline_form(headline) == form


@pytest.mark.parametrize("case", HEADLINES["parts"], ids=lambda case: case["headline"])
def test_labels_and_sites_are_no_part_of_the_headline(case: dict[str, str]) -> None:
    headline = case["headline"]
    parts = headline_parts(headline)
    assert {part.kind: headline[part.start : part.end] for part in parts} == {
        kind: case[kind] for kind in ("label", "site") if kind in case
    }
    assert headline_form(headline) == case["form"] == headline_form(bare_headline(headline, parts).strip())


@pytest.mark.parametrize("headline", HEADLINES["whole"])
def test_marks_of_the_headlines_own_stay(headline: str) -> None:
    assert headline_parts(headline) == []


def wrapped(body: str, width: int) -> str:
    """The body with its paragraphs wrapped; a row of entries with wide gaps between them is none."""
    paragraphs = body.split("\n\n")
    return "\n\n".join(p if "  " in p else textwrap.fill(p, width) for p in paragraphs)


def articles() -> Iterator[tuple[Document, str]]:
    for document in read_starter():
        body = document.body_text()[0]
        if body:
            yield document, body


@pytest.mark.parametrize("width", WIDTHS)
def test_the_starter_corpus_reads_the_same_at_any_width(width: int) -> None:
    for document, body in articles():
        flat, folded = segment_body(body), segment_body(wrapped(body, width))
        assert folded.texts == flat.texts, document.id
        assert folded.captions == flat.captions
        assert [a.kind for a in folded.set_aside] == [a.kind for a in flat.set_aside]


def verdicts(record: Record) -> list[tuple[object, ...]]:
    return [
        (s.claim, s.attributed, s.unsourced, s.verdict, s.source and (" ".join(s.source.text.split()), s.source.type))
        for s in record.segments
    ]


def test_verdicts_and_places_do_not_depend_on_the_width(tiny_scorer: Scorer) -> None:
    some = [body for _, body in articles()][:6]
    flat = list(tiny_scorer.score(Article(str(i), None, body) for i, body in enumerate(some)))
    for width in WIDTHS:
        texts = [wrapped(body, width) for body in some]
        for one, text, record in zip(
            flat, texts, tiny_scorer.score(Article(str(i), None, text) for i, text in enumerate(texts)), strict=True
        ):
            assert verdicts(record) == verdicts(one)
            for segment in record.segments:
                assert text[segment.start : segment.end] == segment.text
                if segment.source:
                    assert text[segment.source.start : segment.source.end] == segment.source.text


@pytest.mark.parametrize("case", HEADLINES["parts"], ids=lambda case: case["headline"])
def test_the_model_does_not_read_labels_and_sites(case: dict[str, str], tiny_scorer: Scorer) -> None:
    headline = case["headline"]
    start = len(case.get("label", ""))
    bare = headline[start : len(headline) - len(case.get("site", ""))]
    one, other = tiny_scorer.score([Article("1", bare, None), Article("2", headline, None)])
    assert one.headline is not None
    assert other.headline is not None
    assert other.headline.sensational == one.headline.sensational
    assert [(cue.cue, cue.start - start, cue.end - start) for cue in other.headline.cues] == [
        (cue.cue, cue.start, cue.end) for cue in one.headline.cues
    ]
    assert all(headline[cue.start : cue.end] == cue.text for cue in other.headline.cues)
    kinds = [part.kind for part in other.notes.headline_parts]
    assert kinds == [kind for kind in ("label", "site") if kind in case]


def test_a_caption_is_no_claim_and_hands_no_source_on(tiny_scorer: Scorer) -> None:
    body = "A diver said the valve was sold. Nordpix/Lena Kai\n\nThe tank is empty."
    (record,) = tiny_scorer.score([Article("1", None, body)])
    caption, sentence = record.segments
    assert (caption.verdict, caption.flagged, caption.source) == ("not_a_claim", False, None)
    assert sentence.source is None or not sentence.source.carried_over


@pytest.mark.parametrize("case", [case for kind in ("fragments", "captions") for case in BODIES[kind].values() if "set_aside" in case])
def test_what_is_set_aside_does_not_count(case: dict[str, Any], tiny_scorer: Scorer) -> None:
    """Around one sentence, fragments and credits leave the record as it is: no number of theirs is a reason."""
    plain = "The tank at Salto is empty, the water board said on Monday."
    aside = [text for kind, text in case["set_aside"] if kind != "list_mark"]
    body = "\n\n".join([plain, *aside])
    one, other = tiny_scorer.score([Article("1", "Tank is empty", plain), Article("2", "Tank is empty", body)])
    assert [s.text for s in other.segments] == [plain]
    assert other.risk == one.risk


@pytest.mark.trained
@pytest.mark.parametrize("case", BODIES["judged"].values(), ids=BODIES["judged"])
def test_verdicts_of_real_layouts(case: dict[str, Any], default_scorer: Scorer) -> None:
    (record,) = default_scorer.score([Article("1", case.get("headline"), case["body"])])
    assert {s.text: s.verdict for s in record.segments} == case["verdicts"]
    assert [s.text for s in record.segments if s.flagged] == [text for text, verdict in case["verdicts"].items() if verdict == "unsourced"]
