"""Opens data sets with the library `datasets`: memory-mapped or streamed, offline, and without a copy in its cache."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Any

import datasets
import huggingface_hub.constants
import pyarrow.parquet as pq
from datasets.packaged_modules.parquet.parquet import Parquet
from datasets.utils import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

from presscheck.configs.config_error import ConfigError
from presscheck.data.errors import DataError
from presscheck.data.rows.companions import is_companion

BATCH_ROWS = 256
_READERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    ".parquet": ("parquet", {}),
    ".arrow": ("arrow", {}),
    ".json": ("json", {}),
    ".jsonl": ("json", {}),
    ".csv": ("csv", {}),
    ".tsv": ("csv", {"sep": "\t"}),
}


@dataclass(frozen=True, slots=True)
class ParquetFiles:
    """The Parquet files of a split, read by batches of rows: the library's own reader decodes a whole row group, which may be the file."""

    files: tuple[str, ...]
    features: Any

    def batches(self, columns: list[str]) -> Iterator[Any]:
        """Record batches of the columns, file by file."""
        for name in self.files:
            with pq.ParquetFile(name) as file:
                yield from file.iter_batches(BATCH_ROWS, columns=[column for column in columns if column in file.schema_arrow.names])


@contextmanager
def library(*, online: bool) -> Iterator[None]:
    """Within the context the library is quiet, and reaches the network only if asked to. Afterwards its settings are restored."""
    modules: tuple[Any, ...] = (datasets.config, huggingface_hub.constants)
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


@contextmanager
def told(where: str) -> Iterator[None]:
    """Errors of the library as a DataError with the place; its readers raise whatever the format's own library raises."""
    try:
        yield
    except (DataError, ConfigError, MemoryError):
        raise
    except Exception as error:
        cause = error.__cause__ or error
        raise DataError(f"{where}: `datasets` cannot read it ({type(cause).__name__}: {' '.join(str(cause).split())[:300]})") from None


def open_splits(path: str, *, subset: str | None, revision: str | None, online: bool, cache: str) -> dict[str, Any]:
    """The splits by name, memory-mapped or to be streamed; "" is the name of a data set that has none.

    Args:
        cache: a temporary folder for what the library writes.

    Raises:
        ConfigError: if there is no such data set, or its kind is not known.
    """
    folder = Path(path)
    if online and not folder.exists():
        return _by_name(datasets.load_dataset(path, subset, revision=revision, streaming=True, cache_dir=cache))
    if any((folder / name).is_file() for name in ("state.json", "dataset_dict.json")):
        return _by_name(datasets.load_from_disk(path))
    if folder.is_dir():
        builder = datasets.load_dataset_builder(str(folder.resolve()), subset, cache_dir=cache)
        _hold_complete(folder, builder.config.data_files)
    else:
        builder = _builder_of_files(path, _files(path), cache)
    if isinstance(builder, Parquet):
        files = {str(name): tuple(map(str, found)) for name, found in builder.config.data_files.items()}
        return {name: ParquetFiles(found, builder.info.features or _features(found)) for name, found in files.items()}
    return _by_name(builder.as_streaming_dataset())


def _features(files: Iterable[str]) -> Any:
    """The columns of all files: a later one may have more than the first."""
    found = datasets.Features()
    for file in files:
        found = datasets.Features({**datasets.Features.from_arrow_schema(pq.read_schema(file)), **found})
    return found


def _by_name(found: Any) -> dict[str, Any]:
    return dict(found) if isinstance(found, dict) else {"": found}


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
