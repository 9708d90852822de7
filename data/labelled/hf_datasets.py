"""Reads labelled rows with the library `datasets`: memory-mapped or streamed, offline, and without a copy in its cache."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from glob import glob
from pathlib import Path
from typing import Any

import datasets
import huggingface_hub.constants
from datasets.utils import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

from presscheck.configs.config_error import ConfigError
from presscheck.data.errors import DataError
from presscheck.data.labelled.items import LabelledRow, documents_of
from presscheck.data.labelled.layout import Layout
from presscheck.data.rows.columns import shown
from presscheck.data.rows.companions import is_companion
from presscheck.data.rows.refusal import RowError
from presscheck.data.schema import Document, SplitName

_BATCH_ROWS = 256
_READERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    ".parquet": ("parquet", {}),
    ".arrow": ("arrow", {}),
    ".json": ("json", {}),
    ".jsonl": ("json", {}),
    ".csv": ("csv", {}),
    ".tsv": ("csv", {"sep": "\t"}),
}
_OURS: Mapping[str, SplitName] = {"train": "train", "validation": "dev", "valid": "dev", "val": "dev", "dev": "dev", "test": "test"}
Splits = str | Mapping[str, SplitName | None] | None
Decoder = Callable[[Any], Any]


@contextmanager
def _library(*, online: bool) -> Iterator[None]:
    """Within the context the library is quiet, and reaches the network only if asked to. Afterwards its settings are restored."""
    modules = (datasets.config, huggingface_hub.constants)
    before = [module.HF_HUB_OFFLINE for module in modules]
    no_bars, level = are_progress_bars_disabled(), datasets.logging.get_verbosity()
    try:
        for module in modules:
            module.HF_HUB_OFFLINE = not online
        disable_progress_bars()
        datasets.logging.set_verbosity(datasets.logging.CRITICAL)  # its errors are raised too, and told with the file
        yield
    finally:
        for module, value in zip(modules, before, strict=True):
            module.HF_HUB_OFFLINE = value
        datasets.logging.set_verbosity(level)
        if not no_bars:
            enable_progress_bars()


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
        with _library(online=online), tempfile.TemporaryDirectory(prefix="presscheck-datasets-") as cache:
            with _told(path):
                found = _opened(path, subset=subset, revision=revision, online=online, cache=cache)
            parts = found if isinstance(found, dict) else {"": found}
            placed = _placed(path, list(parts), split) if keeps_splits or split else dict.fromkeys(parts)
            yield from _rows(path, parts, placed, layout)

    return documents_of(rows(), layout, name=path)


def _rows(path: str, parts: Mapping[str, Any], placed: Mapping[str, SplitName | None], layout: Layout) -> Iterator[LabelledRow]:
    for name, ours in placed.items():
        where = f"{path}, split {name}" if len(parts) > 1 else path
        prefix = f"{name}/" if len(parts) > 1 else ""
        for index, cells in enumerate(_cells(parts[name], layout, where)):
            yield LabelledRow(f"{where}, row {index}", f"{prefix}{index}", cells, ours)


@contextmanager
def _told(where: str) -> Iterator[None]:
    """Errors of the library as a DataError with the place; its readers raise whatever the format's own library raises."""
    try:
        yield
    except (DataError, ConfigError, MemoryError):
        raise
    except Exception as error:
        cause = error.__cause__ or error
        raise DataError(f"{where}: `datasets` cannot read it ({type(cause).__name__}: {' '.join(str(cause).split())[:300]})") from None


def _opened(path: str, *, subset: str | None, revision: str | None, online: bool, cache: str) -> Any:
    """The data set, or its splits by name, memory-mapped or to be streamed.

    Raises:
        ConfigError: if there is none, or its kind is not known.
    """
    folder = Path(path)
    if online and not folder.exists():
        return datasets.load_dataset(path, subset, revision=revision, streaming=True, cache_dir=cache)
    if any((folder / name).is_file() for name in ("state.json", "dataset_dict.json")):
        return datasets.load_from_disk(path)
    if folder.is_dir():
        builder = datasets.load_dataset_builder(str(folder.resolve()), subset, cache_dir=cache)
        _hold_complete(folder, builder.config.data_files)
    else:
        builder = _builder_of_files(path, _files(path), cache)
    if hasattr(builder.config, "batch_size"):
        builder.config.batch_size = _BATCH_ROWS  # else a whole row group, which may be the whole file
    found = builder.as_streaming_dataset()
    return next(iter(found.values())) if len(found) == 1 else found


def _hold_complete(folder: Path, used: Mapping[str, list[str]]) -> None:
    """Refuses a folder of which the library leaves files out, unless its card (README.md) says which are read.

    Raises:
        ConfigError: naming one of them.
    """
    if (folder / "README.md").is_file():
        return
    read = {Path(name) for files in used.values() for name in files}
    names = sorted(path for path in folder.rglob("*") if _ending(path) in _READERS and not is_companion(str(path.relative_to(folder))))
    left = [path for path in names if path.resolve() not in read]
    if left:
        raise ConfigError(
            f"{folder} holds {left[0].relative_to(folder)} beside files of another kind or name; name those to read with a glob"
        )


def _ending(path: Path) -> str:
    return Path(path.name.removesuffix(".gz")).suffix.lower()


def _files(path: str) -> list[str]:
    """The file of a path, or those of a glob.

    Raises:
        ConfigError: if there is none.
    """
    found = [path] if Path(path).is_file() else sorted(glob(path, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
    if not found:
        message = (
            f"{path}: there is no such file or folder; correct the path, or set online: true if it is the name of a data set on the hub"
        )
        raise ConfigError(message)
    return [str(Path(name).resolve()) for name in found]


def _builder_of_files(path: str, files: list[str], cache: str) -> Any:
    endings = {_ending(Path(name)) for name in files}
    known = ", ".join(_READERS)
    if len(endings) > 1:
        raise ConfigError(f"{path} names files of several kinds ({', '.join(sorted(endings))}); make a source of each")
    if not endings <= set(_READERS):
        raise ConfigError(f"{path} is not of a kind that is read here; known are {known}, folders of them, and folders from save_to_disk")
    reader, options = _READERS[endings.pop()]
    return datasets.load_dataset_builder(reader, data_files={"train": files}, cache_dir=cache, **options)


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


def _cells(data: Any, layout: Layout, where: str) -> Iterator[Mapping[str, Any] | RowError]:
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
    batches = data.select_columns(kept).with_format("arrow").iter(_BATCH_ROWS)
    for batch in _guarded(iter(batches), where):
        for row in batch.to_pylist():
            yield {**row, **{column: decode(row[column]) for column, decode in decoders.items()}} if decoders else row


def _guarded(items: Iterator[Any], where: str) -> Iterator[Any]:
    while True:
        with _told(where):
            item = next(items, None)
        if item is None:
            return
        yield item


def _decoder(feature: Any) -> Decoder | None:
    """Writes names for a `ClassLabel`'s integers, at any depth; None if there is none. An integer below 0 is a missing label."""
    if isinstance(feature, datasets.ClassLabel):
        names = feature.names
        return lambda value: None if value is None or value < 0 else names[value]
    if isinstance(feature, datasets.List | datasets.LargeList):
        inner = _decoder(feature.feature)
        return inner and (lambda cell: cell and [inner(one) for one in cell])
    if isinstance(feature, dict):
        inside = {name: decode for name, one in feature.items() if (decode := _decoder(one))}
        return (lambda cell: cell and {**cell, **{name: decode(cell[name]) for name, decode in inside.items()}}) if inside else None
    return None
