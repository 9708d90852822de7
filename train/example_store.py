"""Examples in memory-mapped Arrow files: memory does not grow with the number of passages."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from datasets import Dataset, Features, List, Value
from numpy.typing import NDArray

from presscheck.data.dataset.mapped import map_rows
from presscheck.data.schema import SEGMENT_LABELS, TOKEN_TAGS
from presscheck.train.batches import Example

_PLACES, _TARGETS = List(Value("int32")), List(Value("float32"))
_FEATURES = Features(  # targets lie one after the other: L of a label's place, K of a tag's
    {"ids": _PLACES, "labels_at": _PLACES, "labels": _TARGETS, "tags_at": _PLACES, "tags": _TARGETS, "weight": Value("float64")}
)
_ARRAYS = tuple(name for name in _FEATURES if name != "weight")
_ROWS_AT_ONCE = 10_000


def _row_of(example: Example) -> dict[str, Any]:
    return {**{name: getattr(example, name).ravel() for name in _ARRAYS}, "weight": example.weight}


def _examples_of(table: Any) -> Iterator[Example]:
    """The examples of an Arrow table of _FEATURES."""
    columns = ([value.values.to_numpy() for value in table[name]] for name in _ARRAYS)
    for ids, labels_at, labels, tags_at, tags, weight in zip(*columns, table["weight"].to_pylist(), strict=True):
        yield Example(ids, labels_at, labels.reshape(-1, len(SEGMENT_LABELS)), tags_at, tags.reshape(-1, len(TOKEN_TAGS)), weight)


class StoredExamples:
    """Passages on disk, which are read when they are asked for.

    Attributes:
        lengths: number of tokens of each.
    """

    def __init__(self, rows: Dataset) -> None:
        self._rows = rows.with_format("arrow")
        self.lengths: NDArray[np.int32] = np.zeros(len(rows), dtype=np.int32)
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            ids = self._rows[start : start + _ROWS_AT_ONCE].column("ids")
            self.lengths[start : start + _ROWS_AT_ONCE] = np.concatenate([chunk.value_lengths().to_numpy() for chunk in ids.chunks])

    def take(self, indices: NDArray[np.uint32]) -> list[Example]:
        """The passages with these indices, in this order."""
        return list(_examples_of(self._rows[indices.tolist()]))


def store_examples(examples: Iterable[Example], *, beside: Path) -> StoredExamples:
    """Writes passages to a file without a name on the folder's disk, and maps it into memory."""
    return StoredExamples(map_rows(map(_row_of, examples), _FEATURES, beside=beside))
