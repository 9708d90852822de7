"""Examples in memory-mapped Arrow files: memory does not grow with the number of passages."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from datasets import Dataset, Features, List, Value
from numpy.typing import NDArray

from presscheck.data.dataset.mapped import map_rows
from presscheck.train.batches import Example

_IDS, _PLACES, _TARGETS = List(Value("int32")), List(Value("int32")), List(List(Value("float32")))
_FEATURES = Features({"ids": _IDS, "labels_at": _PLACES, "labels": _TARGETS, "tags_at": _PLACES, "tags": _TARGETS})
_ROWS_AT_ONCE = 10_000


def _row_of(example: Example) -> dict[str, Any]:
    labels_at, labels = zip(*example.label_targets, strict=True) if example.label_targets else ((), ())
    tags_at, tags = zip(*example.tag_targets, strict=True) if example.tag_targets else ((), ())
    return {"ids": example.ids, "labels_at": labels_at, "labels": labels, "tags_at": tags_at, "tags": tags}


def _example_of(row: dict[str, Any]) -> Example:
    return Example(
        tuple(row["ids"]),
        tuple(zip(row["labels_at"], map(tuple, row["labels"]), strict=True)),
        tuple(zip(row["tags_at"], map(tuple, row["tags"]), strict=True)),
    )


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

    def take(self, indices: Sequence[int] | NDArray[np.uint32]) -> list[Example]:
        """The passages with these indices, in this order."""
        return [_example_of(row) for row in self._rows[[int(index) for index in indices]].to_pylist()]


def store_examples(examples: Iterable[Example], *, beside: Path) -> StoredExamples:
    """Writes passages to a file without a name on the folder's disk, and maps it into memory."""
    return StoredExamples(map_rows(map(_row_of, examples), _FEATURES, beside=beside))
