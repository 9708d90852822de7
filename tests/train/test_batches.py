import random
from collections import Counter
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from presscheck.data.schema import SEGMENT_LABELS, TOKEN_TAGS, Document, Segment, Span
from presscheck.data.starter import read_starter
from presscheck.serve.scorer import load_tokenizer
from presscheck.train.batches import Example, TokenBudgetBatches, collate, make_examples
from presscheck.train.example_store import StoredExamples, store_examples
from presscheck.train.headlines_in_front import HeadlinesInFront


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return load_tokenizer(Path("tests/assets/tiny-encoder/tokenizer.json"))


@pytest.fixture(scope="module")
def examples(tokenizer: Tokenizer, small_corpus: Path) -> list[Example]:
    return list(make_examples(read_starter(small_corpus), tokenizer, max_tokens=96))


@pytest.fixture(scope="module")
def stored(examples: list[Example], tmp_path_factory: pytest.TempPathFactory) -> StoredExamples:
    return store_examples(examples, beside=tmp_path_factory.mktemp("examples"))


def _same(one: Example, other: Example) -> bool:
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(astuple(one), astuple(other), strict=True))


def test_examples_come_back_as_they_were(examples: list[Example], tmp_path: Path) -> None:
    heavy = [replace(e, weight=1 / 3) for e in examples[:20]]
    none = np.array([], dtype=np.int32)
    bare = Example(
        np.array([1, 2], dtype=np.int32), none, np.zeros((0, len(SEGMENT_LABELS)), np.float32), none, np.zeros((0, 5), np.float32)
    )
    stored = store_examples([*examples, *heavy, bare], beside=tmp_path)
    assert not list(tmp_path.iterdir()), "nothing remains of a process that is killed"
    order = random.Random(1).sample(range(len(stored.lengths)), k=len(stored.lengths))
    found = stored.take(np.array(order, dtype=np.uint32))
    assert all(_same([*examples, *heavy, bare][index], example) for index, example in zip(order, found, strict=True))
    assert stored.lengths.tolist() == [len(e.ids) for e in [*examples, *heavy, bare]]


def test_labels_stand_at_separators_and_tags_at_tokens(tokenizer: Tokenizer) -> None:
    text = "Ana Ruiz said it fell."
    spans = (Span("source", 0, 8), Span("cue", 9, 13))
    body = (
        Segment(text, "sentence", {"claim": 1.0}, spans, TOKEN_TAGS),
        Segment("It is old.", "sentence", {"attributed": 0.0}),
    )
    headline = Segment("It fell", "headline", {"sensational": 0.25})
    document = Document("d", "g", "s", "l", (headline, *body))
    first, second = make_examples([document], tokenizer, max_tokens=96)
    assert len(first.labels) == 1
    separator = tokenizer.token_to_id("[SEP]")
    assert [second.ids[position] for position in second.labels_at] == [separator, separator]
    rows = torch.tensor(second.labels)
    assert rows[0, 2] == 1.0
    assert rows[0, [0, 1, 3]].isnan().all()
    assert rows[1, 3] == 0.0
    tokens = dict(zip(second.tags_at, second.tags, strict=True))
    inside = [position for position, values in tokens.items() if values[0] == 1.0]
    assert inside[0] == 1
    assert all(values[0] != values[0] for position, values in tokens.items() if position > second.labels_at[0])


def test_a_passage_that_teaches_nothing_is_not_read(tokenizer: Tokenizer) -> None:
    asked, tagged = Segment("It fell", "headline", {"claim": 0.0}), Segment("It is old", "sentence", {}, (), ("cue",))
    nothing = Segment("Nobody was asked.", "sentence")
    documents = [Document(name, name, "s", "l", (segment,)) for name, segment in zip("abc", (asked, nothing, tagged), strict=True)]
    found = list(make_examples(documents, tokenizer, max_tokens=96))
    assert [tokenizer.decode(one.ids.tolist(), skip_special_tokens=True) for one in found] == ["it fell", "it is old"]


def judged_article() -> Document:
    body = tuple(Segment(f"Sentence number {n} tells of the depot and its trams.", "sentence", {"claim": 1.0}) for n in range(12))
    judged = tuple(Segment(f"Depot {n} burnt", "headline", {"supported": float(n == 0)}) for n in range(3))
    return Document("d", "g", "s", "l", (Segment("Depot sold", "headline", {"sensational": 0.0}), *body), judged_headlines=judged)


def test_a_body_is_read_behind_its_judged_headlines_in_turn(tokenizer: Tokenizer) -> None:
    supported, claim = SEGMENT_LABELS.index("supported"), SEGMENT_LABELS.index("claim")
    seen = set()
    for epoch in range(3):
        alone, *windows = make_examples([judged_article()], tokenizer, max_tokens=96, in_front=HeadlinesInFront(epoch=epoch))
        assert np.isnan(alone.labels[:, supported]).all()
        assert sum((~np.isnan(window.labels[:, claim])).sum() for window in windows) == 12
        fronts = {tokenizer.decode(window.ids.tolist()).split("sentence")[0] for window in windows}
        assert len(fronts) == 1, "one headline stands in front of all windows"
        targets = [row[supported] for window in windows for row in window.labels if not np.isnan(row[supported])]
        assert targets in ([1.0], [0.0] * len(windows)), "a supporting headline is a target in the window next to it alone"
        seen |= fronts
    assert len(seen) == 3


def test_behind_further_headlines_only_the_headline_has_a_target(tokenizer: Tokenizer) -> None:
    supported, claim = SEGMENT_LABELS.index("supported"), SEGMENT_LABELS.index("claim")
    one = list(make_examples([judged_article()], tokenizer, max_tokens=96, in_front=HeadlinesInFront()))
    more = list(make_examples([judged_article()], tokenizer, max_tokens=96, in_front=HeadlinesInFront(judged=2, made=1, names=("Osk",))))
    assert all(any(_same(example, other) for other in more) for example in one)
    further = [example for example in more if not any(_same(example, other) for other in one)]
    assert further
    for example in further:
        assert np.isnan(np.delete(example.labels, supported, axis=1)).all()
        assert np.isnan(example.labels[:, claim]).all()
        assert np.isnan(example.tags).all()
    assert any(not np.isnan(example.labels[:, supported]).all() for example in further)


def test_every_passage_has_the_weight_of_its_document(tokenizer: Tokenizer) -> None:
    segments = (Segment("It fell", "headline", {"claim": 1.0}), Segment("It is old.", "sentence", {"claim": 1.0}))
    documents = [Document("a", "a", "s", "l", segments, weight=0.25), Document("b", "b", "s", "l", segments[:1])]
    examples = list(make_examples(documents, tokenizer, max_tokens=96))
    assert collate(examples, pad=0)["weights"].tolist() == [0.25, 0.25, 1.0]


def test_every_passage_comes_once_per_epoch_within_the_budget(stored: StoredExamples, examples: list[Example]) -> None:
    batches = TokenBudgetBatches(stored, tokens_per_batch=512, seed=3)
    for epoch in range(3):
        batches.set_epoch(epoch)
        found = [batches[i] for i in range(len(batches))]
        assert Counter(e.ids.tobytes() for batch in found for e in batch) == Counter(e.ids.tobytes() for e in examples)
        for batch in found:
            assert collate(batch, pad=0)["input_ids"].numel() <= 512


def test_a_batch_may_be_bounded_in_passages_too(stored: StoredExamples) -> None:
    batches = TokenBudgetBatches(stored, tokens_per_batch=4000, passages_per_batch=3, seed=1)
    found = [batches[index] for index in range(len(batches))]
    assert max(map(len, found)) == 3
    assert sum(map(len, found)) == len(stored.lengths)


def test_the_number_of_batches_never_changes_but_their_members_do(stored: StoredExamples) -> None:
    batches = TokenBudgetBatches(stored, tokens_per_batch=512, seed=3)
    lengths, members = set(), []
    for epoch in range(4):
        batches.set_epoch(epoch)
        lengths.add(len(batches))
        members.append([e.ids.tolist() for e in batches[len(batches) // 2]])
    assert len(lengths) == 1
    assert members[0] != members[1]
    batches.set_epoch(0)
    assert [e.ids.tolist() for e in batches[len(batches) // 2]] == members[0]


def test_padding_carries_no_target(examples: list[Example]) -> None:
    short, long = min(examples, key=lambda e: len(e.ids)), max(examples, key=lambda e: len(e.ids))
    batch = collate([short, long], pad=0)
    assert batch["attention_mask"][0].sum() == len(short.ids)
    assert batch["label_targets"][0, len(short.ids) :].isnan().all()
    assert batch["tag_targets"][0, len(short.ids) :].isnan().all()


def test_passages_may_differ_from_epoch_to_epoch(examples: list[Example], tmp_path: Path) -> None:
    def made(epoch: int) -> StoredExamples:
        more = np.full(9 * epoch, 7, dtype=np.int32)
        return store_examples((replace(e, ids=np.concatenate([e.ids, more])) for e in examples), beside=tmp_path)

    batches = TokenBudgetBatches(made, tokens_per_batch=512, seed=3)
    first = len(batches)
    batches.set_epoch(1)
    assert len(batches) == first
    assert {int(e.ids[-1]) for i in range(len(batches)) for e in batches[i]} == {7}
    batches.set_epoch(0)
    assert len(batches) == first
    assert sum(len(batches[i]) for i in range(len(batches))) == len(examples)
