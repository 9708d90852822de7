"""Who stands behind a claim, on texts as people write them. The cases are data: sources.yaml."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from presscheck.data.article import parse_plain
from presscheck.data.schema import TOKEN_TAGS
from presscheck.data.text.hedging import is_speculation, unnamed_source
from presscheck.data.text.source_type import is_pronoun, source_type
from presscheck.serve.assemble import cues_of_the_author
from presscheck.serve.predict import SegmentScores
from presscheck.serve.record import Source
from presscheck.serve.scorer import Scorer
from presscheck.serve.spans import FoundSpan
from presscheck.serve.verdict import Sentence, judge

CASES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "sources.yaml").read_text(encoding="utf-8"))
ATTRIBUTED, AUTHORS_OWN = 0.9, 0.05


def places(text: str, wanted: list[str]) -> list[tuple[int, int]]:
    return [(text.index(words), text.index(words) + len(words)) for words in wanted]


def scores_of(text: str, *, attributed: float, tagged: dict[str, list[str]]) -> SegmentScores:
    """Scores as a model gives them that tags just these words; every character run is a token."""
    offsets, position = [], 0
    for word in text.split():
        start = text.index(word, position)
        position = start + len(word)
        bare = len(word.rstrip(".,:”’'\""))
        offsets += [(start, start + bare), (start + bare, position)] if 0 < bare < len(word) else [(start, position)]
    tags = np.full((len(offsets), len(TOKEN_TAGS)), 0.01)
    for tag, wanted in tagged.items():
        for first, last in places(text, wanted):
            inside = [first <= start and end <= last for start, end in offsets]
            tags[inside, TOKEN_TAGS.index(tag)] = 0.9
    labels = {"claim": 0.95, "attributed": attributed, "loaded": 0.05, "needs_source": 0.95, "sensational": 0.0}
    return SegmentScores(labels, tuple(offsets), tags, truncated=False)


def sentence(case: dict[str, Any], start: int) -> Sentence:
    tagged = {tag: case.get(tag, []) for tag in ("source", "cue")}
    attributed = case.get("attributed", ATTRIBUTED if case.get("source") else AUTHORS_OWN)
    scores = scores_of(case["text"], attributed=attributed, tagged=tagged)
    return Sentence(start, start + len(case["text"]), case["text"], scores, case.get("paragraph", 0))


def shown(source: Source | None) -> tuple[str, str, bool] | None:
    return (source.text, source.type, source.carried_over) if source else None


@pytest.mark.parametrize(("kind", "case"), [(kind, case) for kind, listed in CASES["types"].items() for case in listed])
def test_the_type_of_a_source(kind: str, case: dict[str, str]) -> None:
    text = case.get("text", case["source"])
    ((start, end),) = places(text, [case["source"]])
    assert source_type(text, start, end) == kind


def test_an_acronym_is_no_pronoun() -> None:
    assert [word for word in CASES["pronouns"] if not is_pronoun(word)] == []
    assert [word for word in CASES["no_pronouns"] if is_pronoun(word)] == []


@pytest.mark.parametrize("gap", [" ", "\n", "  ", "\u00a0"])
@pytest.mark.parametrize("case", CASES["hidden"], ids=lambda case: case["text"])
def test_a_hidden_source_at_any_line_width(case: dict[str, str], gap: str) -> None:
    text = case["text"].replace(" ", gap)
    place = unnamed_source(text)
    assert (place and text[slice(*place)]) == (case["words"] and case["words"].replace(" ", gap))


@pytest.mark.parametrize("gap", [" ", "\n", "\u00a0"])
def test_speculation_at_any_line_width(gap: str) -> None:
    for answer, texts in ((True, CASES["speculation"]["guesses"]), (False, CASES["speculation"]["plain"])):
        assert [text for text in texts if is_speculation(text.replace(" ", gap)) is not answer] == []


@pytest.mark.parametrize("name", CASES["bodies"])
def test_verdicts_and_sources_of_a_body(name: str) -> None:
    sentences, start = [], 0
    body = CASES["bodies"][name]
    for case in body:
        sentences.append(sentence(case, start))
        start += len(case["text"]) + 1
    found = judge(sentences, threshold=0.5, span_threshold=0.5)
    for segment, case in zip(found, body, strict=True):
        holds = case["holds"]
        wanted = holds["source"] and (holds["source"], holds["type"], holds.get("carried", False))
        assert (segment.verdict, shown(segment.source)) == (holds["verdict"], wanted), segment.text
        assert segment.flagged == (holds["verdict"] in ("vague_source", "unsourced"))


def test_loaded_words_that_a_speaker_says_are_not_the_authors() -> None:
    """The sentence's own wording is loaded only where a loaded word stands outside what somebody is quoted as saying."""
    texts = ("“They butchered the weir,” Anna Holt said.", "The ruthless reeve said the weir was “sold”.")
    found = []
    for text, loaded, speaker in zip(texts, ("butchered", "ruthless"), ("Anna Holt", "reeve"), strict=True):
        scores = scores_of(text, attributed=ATTRIBUTED, tagged={"loaded": [loaded], "source": [speaker], "cue": ["said"]})
        labels = {**scores.labels, "loaded": 0.8}
        scores = SegmentScores(labels, scores.offsets, scores.tags_TK, truncated=False)
        found += judge([Sentence(0, len(text), text, scores)], threshold=0.5, span_threshold=0.5)
    assert [segment.loaded for segment in found] == [0.0, 0.8]


@pytest.mark.parametrize("case", CASES["headlines"], ids=lambda case: case["text"])
def test_quoted_words_with_a_speaker_are_no_cues(case: dict[str, Any]) -> None:
    text = case["text"]
    spans = [FoundSpan(start, end, 0.9) for start, end in places(text, case["loaded"])]
    kept = cues_of_the_author(text, spans, scores_of(text, attributed=AUTHORS_OWN, tagged={}))
    assert [text[span.start : span.end] for span in kept] == case["kept"]


@pytest.mark.trained
@pytest.mark.parametrize("case", CASES["trained"], ids=lambda case: case["text"].partition("\n")[0])
def test_articles_on_the_default_model(case: dict[str, Any], default_scorer: Scorer) -> None:
    (record,) = default_scorer.score([parse_plain(case["text"], identifier="field")])
    for opening, holds in case["holds"].items():
        (segment,) = [s for s in record.segments if s.text.startswith(opening)]
        assert segment.source is not None, opening
        assert segment.source.text == holds["source"]
        assert segment.verdict == holds.get("verdict", segment.verdict)


@pytest.mark.parametrize("text", CASES["own_comments"])
def test_a_comment_of_the_author_attributes_nothing(text: str) -> None:
    """Not even where the tagger takes the dummy subject for a source and the sentence before has one."""
    before = {"text": "The weir is old, Tove Lind said.", "source": ["Tove Lind"], "cue": ["said"]}
    first = sentence(before, 0)
    found = judge(
        [first, sentence({"text": text, "source": [text.split()[0]], "attributed": 0.9}, first.end + 1)],
        threshold=0.5,
        span_threshold=0.5,
    )
    assert found[1].source is None
    assert found[1].verdict in ("unsourced", "speculation")
    assert found[1].flagged
