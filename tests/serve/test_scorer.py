"""The scorer on a tiny model: the contract of the record, whatever the weights say."""

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import jsonschema
import pytest
from pydantic import ValidationError
from record_support import headline, record
from tests_support import RECORD_SCHEMA, assert_same_records

from presscheck.data.article import Article, Rejected, parse_plain
from presscheck.serve.bundle import Bundle
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.manifest import Precision
from presscheck.serve.record import Record, json_schema
from presscheck.serve.scorer import Scorer

SEED = Path(__file__).parents[1] / "e2e" / "seed-article.txt"


def articles() -> list[Article | Rejected]:
    seed = parse_plain(SEED.read_text(encoding="utf-8"), identifier="seed")
    sentences = (seed.body or "").split("\n\n")
    mixed: list[Article | Rejected] = [
        seed,
        Article("headline only", "Has X just declared war on Y?", None),
        Article("body only", None, seed.body),
    ]
    mixed += [Article(f"cut {n}", seed.headline, "\n\n".join(sentences[:n])) for n in range(1, 13)]
    mixed += [Rejected("bad", "json", "rows:3: invalid JSON"), Article("one word", "Rain", "Wet.")]
    mixed += [
        Article(
            "deutsch",
            "Hafen gesperrt",
            "Der Stadtrat hat am Montag beschlossen, den Hafen ein Jahr lang zu schließen. " * 3,
        )
    ]
    return mixed


def records(scorer: Scorer, inputs: Sequence[Article | Rejected]) -> list[Record]:
    return list(scorer.score(inputs))


def test_the_shipped_schema_is_that_of_the_code() -> None:
    assert json.loads(RECORD_SCHEMA.read_text()) == json_schema()


def test_a_record_says_its_version_and_no_other_is_read() -> None:
    written = record("a", headline("Ferry sinks"), []).model_dump_json()
    assert written.startswith('{"schema":1,"id":"a"')
    assert Record.model_validate_json(written.replace('"schema":1,', "")) == Record.model_validate_json(written)
    with pytest.raises(ValidationError, match="schema"):
        Record.model_validate_json(written.replace('"schema":1', '"schema":2'))


def test_every_record_meets_the_schema_and_its_offsets_hold(tiny_scorer: Scorer) -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    inputs = articles()
    for article, found in zip(inputs, records(tiny_scorer, inputs), strict=True):
        validator.validate(json.loads(found.model_dump_json()))
        assert found.id == article.id
        if not isinstance(article, Article):
            continue
        for segment in found.segments:
            assert article.body is not None
            assert article.body[segment.start : segment.end] == segment.text
            if segment.source is not None:
                assert article.body[segment.source.start : segment.source.end] == segment.source.text
        for cue in found.headline.cues if found.headline else []:
            assert article.headline is not None
            assert article.headline[cue.start : cue.end] == cue.text


@pytest.mark.parametrize("precision", ["f32", "bf16", "int8"])
def test_a_score_depends_on_nothing_but_its_article(tiny_bundle: Bundle, precision: Precision, monkeypatch: pytest.MonkeyPatch) -> None:
    if precision not in tiny_bundle.manifest.calibration:
        pytest.skip(f"this CPU does not compute {precision} in hardware")
    inputs = articles()
    expected = records(Scorer(tiny_bundle, precision=precision, threads=1), inputs)
    order = list(range(len(inputs)))
    random.Random(3).shuffle(order)
    for threads in (1, 2):
        scorer = Scorer(tiny_bundle, precision=precision, threads=threads)
        assert_same_records([records(scorer, [article])[0] for article in inputs], expected, precision)
        for window in (1, 7, 64):
            monkeypatch.setattr("presscheck.serve.scorer.WINDOW_ARTICLES", window)
            shuffled = records(scorer, [inputs[i] for i in order])
            assert_same_records([shuffled[order.index(i)] for i in range(len(inputs))], expected, precision)


def test_records_come_while_the_input_goes_on(tiny_scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two windows ahead at most: memory does not grow with the input."""
    monkeypatch.setattr("presscheck.serve.scorer.WINDOW_ARTICLES", 3)
    taken = 0

    def endless() -> Iterator[Article]:
        nonlocal taken
        while True:
            taken += 1
            yield Article(str(taken), "Rain", "Wet.")

    found = tiny_scorer.score(endless())
    for number in range(1, 20):
        assert next(found).id == str(number)
        assert taken <= number + 2 * 3


def test_a_huge_article_is_cut_where_it_must_be_and_scored(tiny_scorer: Scorer) -> None:
    words = "The levee broke at noon and " * 4_000  # one sentence of 24,000 words
    (record,) = records(tiny_scorer, [Article("giant", "Levee breaks", f"{words}the town flooded. It was quiet after.")])
    assert record.notes.truncated
    assert record.segments[-1].claim is not None


def test_partial_and_rejected(tiny_scorer: Scorer) -> None:
    found = {record.id: record for record in records(tiny_scorer, articles())}
    assert found["seed"].status == "ok"
    assert found["headline only"].status == found["body only"].status == found["deutsch"].status == "partial"
    assert found["headline only"].headline is not None
    assert found["headline only"].risk.p is None
    assert found["body only"].segments[0].claim is not None
    foreign = found["deutsch"]
    assert foreign.notes.language == "de"
    assert {s.claim for s in foreign.segments} == {None}
    assert foreign.headline is not None
    assert foreign.headline.sensational is None
    assert found["bad"].status == "rejected"
    assert found["bad"].notes.rejected is not None
    assert found["bad"].notes.rejected.code == "json"


def test_a_sentence_longer_than_a_window_is_marked(tiny_scorer: Scorer) -> None:
    (record,) = records(tiny_scorer, [Article("long", "Rain", "The rain fell on and on and " * 400 + "stopped.")])
    assert record.notes.truncated
    assert len(record.segments) == 1


def test_policies_and_precisions_that_are_not_there_are_refused(tiny_bundle: Bundle) -> None:
    with pytest.raises(ModelRefusedError, match="no policy 'lenient'; it has balanced"):
        Scorer(tiny_bundle, policy="lenient")


def test_segments_agree_whatever_the_document_count(tiny_scorer: Scorer) -> None:
    texts = [["One sentence."], ["Two sentences.", "Here they are."], []]
    found = tiny_scorer.segments(texts)
    assert [len(part) for part in found] == [1, 2, 0]
    assert found[1][0].labels == tiny_scorer.segments([texts[1]])[0][0].labels
