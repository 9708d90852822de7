"""The documents of a simulated year, with the frozen features of their segments.

Shapes: N segments.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.frozen import Frozen, features_of
from presscheck.configs.loader import load
from presscheck.configs.sources import CorpusSource, DataConfig, DeduplicateConfig, StarterSource
from presscheck.data.corpora.registry import folder_of
from presscheck.data.dataset.documents import load_splits
from presscheck.data.schema import Document
from presscheck.eval.selection.text_vectors import TextVectors, neighbour_order

CORPORA = ("ptc", "babe", "polnear", "claimbuster")  # public corpora of the labels that the flags depend on
_MOST_SENTENCES = 4_000  # of one corpus in the pool, and a third of it in the test split: by the hashes of its documents
Numbers = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Material:
    """The pool, whose labels a review reveals, and the test split.

    Attributes:
        documents: the pool.
        dev: for the early stopping and the calibration of full models; no selection looks at it.
        segments: the segments of each document of the pool, by their numbers in `train`.
        order: the pool's documents, similar ones near each other.
    """

    documents: tuple[Document, ...]
    dev: tuple[Document, ...]
    test_documents: tuple[Document, ...]
    train: Frozen
    test: Frozen
    segments: tuple[Numbers, ...]
    order: tuple[int, ...]


def data_of(corpora: Path | None) -> DataConfig:
    """The starter corpus, and the public corpora that are in the folder."""
    here = [name for name in CORPORA if corpora is not None and folder_of(name, corpora).is_dir()]
    sources = [CorpusSource(kind="corpus", name=name, root=corpora or Path()) for name in here]
    starter = load("starter").data
    return starter.model_copy(
        update={
            "sources": (StarterSource.model_validate({"kind": "starter"}), *sources),
            "deduplicate": DeduplicateConfig.model_validate({}) if here else None,
        }
    )


def _bounded(documents: Sequence[Document], most: int) -> list[Document]:
    """The starter's documents, and of every other corpus those of the lowest hashes, up to `most` sentences."""
    taken: dict[str, int] = defaultdict(int)
    kept = set()
    for document in sorted(documents, key=lambda document: hashlib.sha256(document.id.encode()).digest()):
        if document.source == "starter" or taken[document.source] < most:
            taken[document.source] += len(document.segments)
            kept.add(document.id)
    return [document for document in documents if document.id in kept]


def _features(documents: Sequence[Document]) -> Frozen:
    """The features of each source by itself, so that those of one are computed once, whatever others there are."""
    sources = dict.fromkeys(document.source for document in documents)
    parts = [features_of([document for document in documents if document.source == source]) for source in sources]
    return Frozen(tuple(place for part in parts for place in part.places), np.concatenate([part.features_NF for part in parts]))


def material(corpora: Path | None) -> Material:
    """Reads everything and computes the features, which are kept in the temporary folder."""
    splits = load_splits(data_of(corpora))
    pool, test = _bounded(splits["train"], _MOST_SENTENCES), _bounded(splits["test"], _MOST_SENTENCES // 3)
    train = _features(pool)
    owners: dict[str, list[int]] = defaultdict(list)
    for number, (document, _) in enumerate(train.places):
        owners[document.id].append(number)
    texts = [_text(document) for document in pool]
    return Material(
        documents=tuple(pool),
        dev=tuple(splits["dev"]),
        test_documents=tuple(test),
        train=train,
        test=_features(test),
        segments=tuple(np.array(owners[document.id], dtype=np.intp) for document in pool),
        order=tuple(neighbour_order(TextVectors(texts)(texts))),
    )


def _text(document: Document) -> str:
    return "\n".join(segment.text for segment in document.segments)


def segments_of(found: Material, chosen: Sequence[int]) -> Numbers:
    """The segments of some documents of the pool."""
    return np.concatenate([found.segments[number] for number in chosen])
