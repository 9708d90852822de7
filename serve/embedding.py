"""Where a text lies among others: the mean of its words' vectors, on a few axes and in whole numbers.

The vectors are those that the encoder itself reads words by (its input table, in the bundle's weights), as in static embeddings, so words
of one meaning lie together and a word that was never seen before still has a place. They are projected on DIMENSIONS axes of random signs
(Achlioptas 2003), which keeps distances in proportion. It says what texts are about and hardly how they say it; the model's own output
is compared as scores. Whole numbers add up to the same sum in any order, so that every engine writes the same bytes.
"""

import hashlib
import json
import math
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from presscheck.serve.moments import Moments

DIMENSIONS = 16
MIN_WORDS = 5
_SCALE = 1 << 14
_ROWS = 4096
_KEPT_WORDS = 1 << 16
_NUMBERS = {"F32": "<f4", "F16": "<f2"}
Whole = NDArray[np.int64]


def _signs(width: int) -> NDArray[np.float64]:
    """The axes, (width, DIMENSIONS) of -1 and 1: the same in every version of numpy."""
    raw = hashlib.shake_256(b"presscheck.embedding").digest(math.ceil(width * DIMENSIONS / 8))
    bits = np.unpackbits(np.frombuffer(raw, np.uint8))[: width * DIMENSIONS]
    return bits.reshape(width, DIMENSIONS).astype(np.float64) * 2 - 1


def _table(weights: Path, vocabulary: int) -> NDArray[Any] | None:
    """The encoder's input table, mapped and not read; None where the weights hold none that is known."""
    with weights.open("rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))  # the format: huggingface.co/docs/safetensors
        header = json.loads(stream.read(length))
    for name, about in header.items():
        shape = about.get("shape", [])
        if len(shape) == 2 and shape[0] >= vocabulary and "embedding" in name and about["dtype"] in _NUMBERS:
            offset = 8 + length + about["data_offsets"][0]
            return np.memmap(weights, _NUMBERS[about["dtype"]], "r", offset, tuple(shape))
    return None


class WordVectors:
    """Vectors of words, and of texts."""

    def __init__(self, table_VD: Whole, tokenizer: Tokenizer) -> None:
        self._table_VD = table_VD
        self._tokenizer = tokenizer
        self._places: dict[str, int] = {}
        self._kept = np.zeros((_KEPT_WORDS, DIMENSIONS), np.int64)
        self.name = hashlib.sha256(table_VD.tobytes()).hexdigest()[:16]

    def _place(self, word: str) -> int:
        found = self._places.get(word)
        if found is None:
            if len(self._places) == _KEPT_WORDS:
                self._places.clear()
            found = self._places[word] = len(self._places)
            ids = self._tokenizer.encode(f" {word}", add_special_tokens=False).ids
            self._kept[found] = self._table_VD[ids].sum(axis=0) // max(len(ids), 1)
        return found

    def of(self, words: Sequence[str]) -> Whole | None:
        """The mean vector of a text; None where it has fewer than MIN_WORDS."""
        if len(words) < MIN_WORDS:
            return None
        total = np.zeros(DIMENSIONS, np.int64)
        for start in range(0, len(words), _KEPT_WORDS // 2):  # words kept for one stretch are not cleared within it
            chosen = words[start : start + _KEPT_WORDS // 2]
            if len(self._places) + len(chosen) > _KEPT_WORDS:
                self._places.clear()
            total += self._kept[[self._place(word) for word in chosen]].sum(axis=0)
        return total // len(words)


def word_vectors(bundle: Path) -> WordVectors | None:
    """The word vectors of a bundle, or None where its encoder keeps them under a name that is not known here."""
    tokenizer = Tokenizer.from_file(str(bundle / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    table = _table(bundle / "model.safetensors", tokenizer.get_vocab_size())
    return None if table is None else WordVectors(np.concatenate(list(_projected(table))), tokenizer)


def _projected(table: NDArray[Any]) -> Iterator[Whole]:
    """Rows in whole numbers, which a product of doubles gives exactly, whatever the order of its sums."""
    signs = _signs(table.shape[1])
    for start in range(0, len(table), _ROWS):
        rows = np.rint(table[start : start + _ROWS].astype(np.float64) * _SCALE)
        yield (rows @ signs).astype(np.int64)


class MomentCounter:
    """Sums vectors up."""

    def __init__(self, vectors: WordVectors | None) -> None:
        self._vectors = vectors
        self._articles = 0
        self._sums = np.zeros(DIMENSIONS, np.int64)
        self._products = np.zeros((DIMENSIONS, DIMENSIONS), np.int64)

    def add(self, words: Sequence[str]) -> None:
        """Counts a text by its words."""
        vector = self._vectors.of(words) if self._vectors else None
        if vector is not None:
            self._articles += 1
            self._sums += vector
            self._products += np.outer(vector, vector)

    def moments(self) -> Moments:
        """What was counted."""
        if self._vectors is None or not self._articles:
            return Moments()
        upper = self._products[np.triu_indices(DIMENSIONS)]
        return Moments(vectors=self._vectors.name, articles=self._articles, sums=self._sums.tolist(), products=upper.tolist())
