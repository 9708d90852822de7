"""Reads labelled rows with the library `datasets`."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import datasets

from presscheck.configs.config_error import ConfigError
from presscheck.data.errors import DataError
from presscheck.data.labelled.hf_open import BATCH_ROWS, ParquetFiles, library, open_splits, told
from presscheck.data.labelled.items import LabelledRow, documents_of
from presscheck.data.labelled.layout import Layout
from presscheck.data.rows.columns import shown
from presscheck.data.schema import Document, SplitName

_OURS: Mapping[str, SplitName] = {"train": "train", "validation": "dev", "valid": "dev", "val": "dev", "dev": "dev", "test": "test"}
Splits = str | Mapping[str, SplitName | None] | None
Decoder = Callable[[Any], Any]


def read_dataset(
    path: str,
    layout: Layout,
    *,
    split: Splits = None,
    subset: str | None = None,
    revision: str | None = None,
    online: bool = False,
    keeps_splits: bool = True,
) -> Iterator[Document]:
    """The documents of a data set: see `DatasetSource` for its options; a batch of rows is in memory at a time.

    Args:
        keeps_splits: documents keep their splits; otherwise something else, such as their days, decides.

    Raises:
        ConfigError: if there is no such data set here and `online` is not set, or the options do not fit it.
        DataError: with split and row of every bad row (the first 20), or if the library cannot read the data set.
    """

    def rows() -> Iterator[LabelledRow]:
        with library(online=online), tempfile.TemporaryDirectory(prefix="presscheck-datasets-") as cache:
            with told(path):
                parts = open_splits(path, subset=subset, revision=revision, online=online, cache=cache)
            placed = _placed(path, list(parts), split) if keeps_splits or split else dict.fromkeys(parts)
            yield from _rows(path, parts, placed, layout)

    return documents_of(rows(), layout, name=path)


def _rows(path: str, parts: Mapping[str, Any], placed: Mapping[str, SplitName | None], layout: Layout) -> Iterator[LabelledRow]:
    for name, ours in placed.items():
        where = f"{path}, split {name}" if len(parts) > 1 else path
        prefix = f"{name}/" if len(parts) > 1 else ""
        for index, cells in enumerate(_cells(parts[name], layout, where)):
            yield LabelledRow(f"{where}, row {index}", f"{prefix}{index}", cells, ours)


def _placed(path: str, names: list[str], split: Splits) -> dict[str, SplitName | None]:
    """The splits to read, each with ours; None leaves it to the config.

    Raises:
        ConfigError: if a split is named that there is not, or one is there that nobody placed.
    """
    have = ", ".join(filter(None, names)) or "one, without a name"
    asked = [split] if isinstance(split, str) else list(split or ())
    lacking = [name for name in asked if name not in names]
    if lacking:
        raise ConfigError(f"{path} has no split {lacking[0]!r}; it has {have}")
    if isinstance(split, str):
        return {split: None}
    if split:
        rest = [name for name in names if name not in split]
        if rest:
            raise ConfigError(f"{path} has the split {rest[0]!r} too; give it a place in `split`, or null if it is not to be read")
        return {name: ours for name, ours in split.items() if ours is not None}
    if len(names) == 1:
        return {names[0]: None}
    unknown = [name for name in names if name not in _OURS]
    if unknown:
        raise ConfigError(f"{path} has the splits {have}; say which of ours each is, for example split: {{{unknown[0]}: train}}")
    return {name: _OURS[name] for name in names}


def _cells(data: Any, layout: Layout, where: str) -> Iterator[Mapping[str, Any]]:
    """The wanted cells of each row.

    Raises:
        DataError: if the data set lacks a required column, or cannot be read.
    """
    wanted = layout.wanted()
    features = data.features
    if features is None:  # a format that tells its columns only row by row
        yield from _guarded(iter(data), where)
        return
    missing = [column for column in wanted.all_of if column not in features]
    if missing or (wanted.any_of and not any(column in features for column in wanted.any_of)):
        named = repr(missing[0]) if missing else " or ".join(map(repr, wanted.any_of))
        raise DataError(f"{where}: there is no column {named}; there are {shown(list(features))}")
    kept = [column for column in wanted.roles if column in features]
    decoders = {column: decode for column in kept if (decode := _decoder(features[column]))}
    in_parts = isinstance(data, ParquetFiles)
    batches = data.batches(kept) if in_parts else data.select_columns(kept).with_format("arrow").iter(BATCH_ROWS)
    for batch in _guarded(iter(batches), where):
        for row in batch.to_pylist():
            yield {**row, **{name: decode(row[name]) for name, decode in decoders.items() if name in row}} if decoders else row


def _guarded(items: Iterator[Any], where: str) -> Iterator[Any]:
    while True:
        with told(where):
            item = next(items, None)
        if item is None:
            return
        yield item


def _decoder(feature: Any) -> Decoder | None:
    """Writes names for a `ClassLabel`'s integers, at any depth; None if there is none. An integer below 0 is a missing label."""
    if isinstance(feature, datasets.ClassLabel):
        names = feature.names
        return lambda value: None if value is None or value < 0 else names[value] if value < len(names) else value
    if isinstance(feature, datasets.List | datasets.LargeList):
        inner = _decoder(feature.feature)
        return inner and (lambda cell: cell and [inner(one) for one in cell])
    if isinstance(feature, dict):
        inside = {name: decode for name, one in feature.items() if (decode := _decoder(one))}
        return (lambda cell: cell and {**cell, **{name: decode(cell[name]) for name, decode in inside.items()}}) if inside else None
    return None
