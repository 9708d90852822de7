"""The benchmark of students: its teacher with fewer or thinner layers, and what it reads."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from benchmarks.student.changed_texts import changed
from benchmarks.student.passages import changed_passages, judged_headlines
from benchmarks.student.student import Teacher, Weights, imitation_loss, load_teacher, outputs_of, thin, with_layers
from presscheck.data.passages import special_tokens
from presscheck.data.starter import read_starter
from presscheck.data.text.capitalised_names import names_of
from presscheck.serve.bundle import Bundle
from presscheck.serve.scorer import load_tokenizer
from presscheck.train.batches import make_examples
from presscheck.train.model import PressModel

pytestmark = pytest.mark.slow

NEURONS = 64  # of the tiny encoder's layers
IDS = torch.tensor([[2, 40, 41, 42, 3, 43, 3], [2, 50, 51, 3, 0, 0, 0]])
BATCH = {"input_ids": IDS, "attention_mask": (IDS != 0).long()}


@pytest.fixture(scope="module")
def teacher(tiny_bundle: Bundle) -> Teacher:
    return load_teacher(tiny_bundle)


def loss(student: PressModel, teacher: Teacher) -> float:
    with torch.no_grad():
        own, wanted = (outputs_of(model.eval(), BATCH) for model in (student, teacher.model))
        return float(
            imitation_loss(
                own,
                wanted,
                teacher=teacher,
                weights=Weights(inner=0.2, last=1.0, labels=0.5),
                is_token_BT=BATCH["attention_mask"].bool(),
                is_separator_BT=IDS == 3,
            )
        )


def test_a_teacher_scores_as_its_bundle_does(teacher: Teacher, tiny_bundle: Bundle) -> None:
    assert load_file(tiny_bundle.path / "model.safetensors")["label_head.weight"].equal(teacher.model.label_head.weight)
    assert not teacher.model.training
    assert not any(parameter.requires_grad for parameter in teacher.model.parameters())


def test_a_student_of_all_neurons_is_its_teacher(teacher: Teacher) -> None:
    student = thin(teacher, NEURONS, [BATCH])
    assert loss(student, teacher) == pytest.approx(0.0, abs=1e-9)
    learning = {name for name, parameter in student.named_parameters() if parameter.requires_grad}
    assert learning == {name for name, _ in student.named_parameters() if not name.startswith("encoder.embeddings.")}


def test_the_neurons_that_move_the_output_most_are_kept(tiny_bundle: Bundle) -> None:
    teacher = load_teacher(tiny_bundle)
    whole: Any = teacher.model.encoder.get_submodule("encoder.layer.0")
    with torch.no_grad():
        whole.output.dense.weight[:, : NEURONS // 2] *= 1e-6
    student = thin(teacher, NEURONS // 2, [BATCH])
    kept: Any = student.encoder.get_submodule("encoder.layer.0.intermediate.dense")
    assert kept.weight.equal(whole.intermediate.dense.weight[NEURONS // 2 :])
    assert loss(student, teacher) > 0


def test_layers_are_kept_by_their_numbers(teacher: Teacher) -> None:
    student = with_layers(teacher, [1])
    own, whole = (model.state_dict() for model in (student, teacher.model))
    kept = [name for name in own if name.startswith("encoder.encoder.layer.0.")]
    assert kept
    assert all(own[name].equal(whole[name.replace(".layer.0.", ".layer.1.")]) for name in kept)
    assert not any(name.startswith("encoder.encoder.layer.1.") for name in own)


def test_changed_passages_are_passages_and_the_same_seed_makes_the_same(small_corpus: Path, tiny_bundle: Bundle) -> None:
    tokenizer = load_tokenizer(tiny_bundle.path / "tokenizer.json")
    special = special_tokens(tokenizer)
    passages = [one.ids for one in make_examples(read_starter(small_corpus), tokenizer, max_tokens=96)]

    def made(seed: str) -> list[list[int]]:
        return [one.ids.tolist() for one in changed_passages(passages, special=special, max_tokens=96, seed=seed)]

    first = made("a")
    assert first == made("a")
    assert first != made("b")
    known = {tuple(ids.tolist()) for ids in passages}
    assert sum(tuple(ids) not in known for ids in first) > 0.8 * len(first)
    for ids in first:
        assert (ids[0], ids[-1]) == (special.cls, special.sep)
        assert 3 <= len(ids) <= 96
    assert {identifier for ids in first for identifier in ids} <= set(np.concatenate(passages).tolist())


def test_judged_headlines_stand_alone(small_corpus: Path, tiny_bundle: Bundle) -> None:
    tokenizer = load_tokenizer(tiny_bundle.path / "tokenizer.json")
    documents = list(read_starter(small_corpus))
    found = list(judged_headlines(documents, tokenizer, max_tokens=96))
    assert len(found) == sum(len(document.judged_headlines) for document in documents) > 0
    assert all((one.ids == special_tokens(tokenizer).sep).sum() == 1 for one in found)


def test_changed_texts_differ_by_seed_and_keep_their_labels() -> None:
    documents = read_starter()[:200]
    names = names_of(documents)
    once, again, other = ([changed(d, names, seed=seed) for d in documents] for seed in ("7/0", "7/0", "7/1"))
    assert once == again
    assert sum(a != b for a, b in zip(once, other, strict=True)) > 50
    pairs = [pair for d, e in zip(documents, once, strict=True) for pair in zip(d.segments, e.segments, strict=True)]
    assert all(a.labels == b.labels and not b.spans for a, b in pairs)
    texts = [(a.text, b.text) for a, b in pairs if a.text != b.text]
    assert any(a == f"{b}?" for a, b in texts), "a question mark goes"
    assert any('"' in a and "“" in b for a, b in texts), "quotation marks become curly"
