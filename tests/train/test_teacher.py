"""A teacher's probabilities as soft targets."""

from pathlib import Path

import pytest
from tests_support import tiny_overrides

from presscheck.configs.loader import load
from presscheck.data.schema import Document, Segment, Span
from presscheck.data.starter import read_starter
from presscheck.serve.bundle import Bundle
from presscheck.serve.scorer import Scorer
from presscheck.train.run import train
from presscheck.train.teacher import taught

pytestmark = pytest.mark.slow


def document(*segments: Segment) -> Document:
    return Document("d", "d", "test", "none", segments)


def test_a_given_label_is_blended_and_a_missing_one_is_the_teacher_s(tiny_bundle: Bundle) -> None:
    texts = ["Police arrested two men.", "The court said that they will stay in custody."]
    first, second = Scorer(tiny_bundle, threads=1).segments([texts])[0]
    asked = Segment(texts[0], "sentence", {"claim": 1.0}, (Span("source", 0, 6),), ("source",))
    (found,) = taught([document(asked, Segment(texts[1], "sentence"))], tiny_bundle, weight=0.25)
    labels, others = (segment.labels for segment in found.segments)
    assert labels["claim"] == pytest.approx(0.75 + 0.25 * first.labels["claim"])
    assert labels["attributed"] == pytest.approx(first.labels["attributed"])
    assert others == pytest.approx({name: second.labels[name] for name in others})
    assert set(others) == {"claim", "attributed", "needs_source", "loaded"}, "not one that the teacher never learnt, nor a headline's"
    assert [span for span in found.segments[0].spans if span.tag == "source"] == [Span("source", 0, 6)], "as people gave it"
    assert set(found.segments[1].tags) == {"source", "cue", "content", "loaded"}


def test_documents_keep_their_order_and_text(tiny_bundle: Bundle, small_corpus: Path) -> None:
    documents = list(read_starter(small_corpus))[:100]
    found = list(taught(documents, tiny_bundle, weight=0.5))
    assert [d.id for d in found] == [d.id for d in documents]
    assert [[s.text for s in d.segments] for d in found] == [[s.text for s in d.segments] for d in documents]


def test_a_teacher_of_no_weight_fills_only_what_is_missing(tiny_bundle: Bundle, small_corpus: Path) -> None:
    documents = list(read_starter(small_corpus))[:100]
    for before, after in zip(documents, taught(documents, tiny_bundle, weight=0.0), strict=True):
        for old, new in zip(before.segments, after.segments, strict=True):
            assert {name: new.labels[name] for name in old.labels} == pytest.approx(dict(old.labels))
            assert new.spans[: len(old.spans)] == old.spans


def test_a_run_learns_from_its_teacher(small_corpus: Path, tmp_path: Path, tiny_bundle: Bundle) -> None:
    overrides = [*tiny_overrides(small_corpus, tmp_path), "tracking.enabled=false", "calibration.risk_folds=0"]
    alone = train(load("tiny", overrides))
    assert alone.manifest.weights_sha256 == tiny_bundle.manifest.weights_sha256
    assert alone.manifest.risk is None
    bundle = train(load("tiny", [*overrides, f"train.teacher={{bundle: {tiny_bundle.path}, weight: 1.0}}"]))
    assert bundle.manifest.weights_sha256 != alone.manifest.weights_sha256
