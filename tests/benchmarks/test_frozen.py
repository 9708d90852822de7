"""Frozen features and heads: what harnesses that fit many small models rest on."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import frozen
from benchmarks.frozen import Frozen, features_of, fit_head, out_of_fold
from benchmarks.label_noise.__main__ import NOISE, RANDOM, flipped, round_of, treated
from presscheck.data.schema import Document, Segment

TINY = "tests/assets/tiny-encoder"


def documents(count: int) -> list[Document]:
    return [
        Document(
            f"d{n}",
            f"g{n}",
            "ours",
            "own",
            (
                Segment(f"Ferry {n} sold", "headline"),
                Segment("It was sold.", "sentence"),
                Segment(f"Nobody bid {n} times for it.", "sentence"),
            ),
        )
        for n in range(count)
    ]


def test_features_are_of_each_segment_and_computed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from presscheck.train import encoder

    def random_weights(name: str, **options: object) -> encoder.Encoder:
        return encoder.load_encoder(name, random_init=True, freeze_embeddings=True, dropout=0.0)

    monkeypatch.setattr(frozen, "load_encoder", random_weights)
    some = documents(5)
    found = features_of(some, encoder=TINY, max_tokens=32, cache=tmp_path)
    assert [(d.id, s.text) for d, s in found.places] == [(d.id, s.text) for d in some for s in d.segments]
    assert found.features_NF.shape[0] == 15
    assert np.abs(found.features_NF).sum(axis=1).min() > 0
    monkeypatch.setattr(frozen, "load_encoder", None)
    again = features_of(some, encoder=TINY, max_tokens=32, cache=tmp_path)
    np.testing.assert_array_equal(again.features_NF, found.features_NF)


def test_heads_learn_soft_targets_weights_and_constants() -> None:
    source = np.random.default_rng(1)
    features_NF = source.normal(size=(400, 6)).astype(np.float32)
    targets_N = (features_NF[:, 0] > 0).astype(float)
    head = fit_head(features_NF, targets_N)
    assert ((head.probabilities(features_NF) >= 0.5) == (targets_N == 1)).mean() > 0.9
    np.testing.assert_allclose(fit_head(features_NF, np.full(400, 0.3)).probabilities(features_NF).mean(), 0.3, atol=0.01)
    wrong_N = np.where(np.arange(400) < 150, 1 - targets_N, targets_N)
    weights_N = np.where(np.arange(400) < 150, 0.0, 1.0)
    right = fit_head(features_NF, wrong_N, weights_N).probabilities(features_NF)
    assert ((right >= 0.5) == (targets_N == 1)).mean() > 0.9
    assert fit_head(features_NF, np.ones(400)).probabilities(features_NF[:3]).tolist() == [1.0, 1.0, 1.0]
    assert ((out_of_fold(features_NF, targets_N, np.arange(400) % 4) >= 0.5) == (targets_N == 1)).mean() > 0.85


def test_a_round_finds_flips_and_treats_only_the_first_tenth() -> None:
    source = np.random.default_rng(2)
    features_NF = source.normal(size=(600, 6)).astype(np.float32)
    places = tuple(
        (
            Document(f"d{n}", f"g{n}", "ours", "own", (Segment("It fell.", "sentence"),)),
            Segment("It fell.", "sentence", {"claim": float(features_NF[n, 0] > 0)}),
        )
        for n in range(600)
    )
    every = Frozen(places, features_NF)
    found = round_of(every.of(np.arange(400)), every.of(np.arange(400, 600)), "claim", kind=RANDOM, seed=0)
    assert found["flips"] == 40
    assert found["found in the first tenth"] > 0.7
    assert found["clean"] >= found["review"] >= found["noisy"] - 0.01
    mask_N = flipped(200, np.ones(200), source)
    assert mask_N.sum() == round(NOISE * 200)
    clean_N = np.zeros(200)
    ways = treated(clean_N, np.where(mask_N, 1.0, 0.0), mask_N, np.zeros(200, dtype=bool))
    assert ways["review"][0].sum() == 0
    assert ways["random review"][0].sum() == 20
    assert ways["drop"][1].sum() == 180
