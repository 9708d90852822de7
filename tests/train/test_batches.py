from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

from presscheck.data.schema import TOKEN_TAGS, Document, Segment, Span
from presscheck.data.starter import read_starter
from presscheck.serve.scorer import load_tokenizer
from presscheck.train.batches import Example, TokenBudgetBatches, collate, make_examples


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return load_tokenizer(Path("tests/assets/tiny-encoder/tokenizer.json"))


@pytest.fixture(scope="module")
def examples(tokenizer: Tokenizer, small_corpus: Path) -> list[Example]:
    return make_examples(read_starter(small_corpus), tokenizer, max_tokens=96)


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
    assert len(first.label_targets) == 1
    separator = tokenizer.token_to_id("[SEP]")
    assert [second.ids[position] for position, _ in second.label_targets] == [separator, separator]
    rows = torch.tensor([values for _, values in second.label_targets])
    assert rows[0, 2] == 1.0
    assert rows[0, [0, 1, 3]].isnan().all()
    assert rows[1, 3] == 0.0
    tokens = dict(second.tag_targets)
    inside = [position for position, values in tokens.items() if values[0] == 1.0]
    assert inside[0] == 1
    assert all(values[0] != values[0] for position, values in tokens.items() if position > second.label_targets[0][0])


def test_every_passage_has_the_weight_of_its_document(tokenizer: Tokenizer) -> None:
    segments = (Segment("It fell", "headline"), Segment("It is old.", "sentence"))
    documents = [Document("a", "a", "s", "l", segments, weight=0.25), Document("b", "b", "s", "l", segments[:1])]
    examples = make_examples(documents, tokenizer, max_tokens=96)
    assert collate(examples, pad=0)["weights"].tolist() == [0.25, 0.25, 1.0]


def test_every_passage_comes_once_per_epoch_within_the_budget(examples: list[Example]) -> None:
    batches = TokenBudgetBatches(examples, tokens_per_batch=512, seed=3)
    for epoch in range(3):
        batches.set_epoch(epoch)
        found = [batches[i] for i in range(len(batches))]
        assert Counter(id(e) for batch in found for e in batch) == Counter(map(id, examples))
        for batch in found:
            assert collate(batch, pad=0)["input_ids"].numel() <= 512


def test_a_batch_may_be_bounded_in_passages_too(examples: list[Example]) -> None:
    batches = TokenBudgetBatches(examples, tokens_per_batch=4000, passages_per_batch=3, seed=1)
    found = [batches[index] for index in range(len(batches))]
    assert max(map(len, found)) == 3
    assert sum(map(len, found)) == len(examples)


def test_the_number_of_batches_never_changes_but_their_members_do(examples: list[Example]) -> None:
    batches = TokenBudgetBatches(examples, tokens_per_batch=512, seed=3)
    lengths, members = set(), []
    for epoch in range(4):
        batches.set_epoch(epoch)
        lengths.add(len(batches))
        members.append([e.ids for e in batches[len(batches) // 2]])
    assert len(lengths) == 1
    assert members[0] != members[1]
    batches.set_epoch(0)
    assert [e.ids for e in batches[len(batches) // 2]] == members[0]


def test_padding_carries_no_target(examples: list[Example]) -> None:
    short, long = min(examples, key=lambda e: len(e.ids)), max(examples, key=lambda e: len(e.ids))
    batch = collate([short, long], pad=0)
    assert batch["attention_mask"][0].sum() == len(short.ids)
    assert batch["label_targets"][0, len(short.ids) :].isnan().all()
    assert batch["tag_targets"][0, len(short.ids) :].isnan().all()


def test_passages_may_differ_from_epoch_to_epoch(examples: list[Example]) -> None:
    def made(epoch: int) -> list[Example]:
        return [replace(e, ids=e.ids + (7,) * (9 * epoch)) for e in examples]

    batches = TokenBudgetBatches(made, tokens_per_batch=512, seed=3)
    first = len(batches)
    batches.set_epoch(1)
    assert len(batches) == first
    assert {e.ids[-1] for i in range(len(batches)) for e in batches[i]} == {7}
    batches.set_epoch(0)
    assert len(batches) == first
    assert sum(len(batches[i]) for i in range(len(batches))) == len(examples)
