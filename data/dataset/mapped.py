"""Rows and documents in memory-mapped Arrow files, written and read by `datasets`: memory does not grow with their number."""

import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, overload

from datasets import Dataset, Features, concatenate_datasets
from datasets.exceptions import DatasetGenerationError
from datasets.utils import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

from presscheck.data.dataset.features import FEATURES, document_of, row_of
from presscheck.data.schema import SPLITS, Document, SplitName

_ROWS_AT_ONCE = 1000
_PREFIX = "rows-"
_LEFT_BEHIND_S = 24 * 3600


@contextmanager
def _without_bars() -> Iterator[None]:
    """Turns the progress bars of `datasets` off: ours are shown. The switch is the whole process', so it is put back."""
    if are_progress_bars_disabled():
        yield
        return
    disable_progress_bars()
    try:
        yield
    finally:
        enable_progress_bars()


def write_rows(rows: Iterable[Mapping[str, Any]], features: Features, folder: Path) -> list[Path]:
    """Writes rows to Arrow files in a folder; several where they are large, none without a row.

    Raises:
        Exception: what the rows raise.
    """
    left = iter(rows)
    first = next(left, None)
    if first is None:
        return []
    cache = folder / "cache"  # else it is in the user's home
    try:
        with _without_bars():
            written = Dataset.from_generator(lambda: chain([first], left), features=features, cache_dir=str(cache), fingerprint="rows")
    except DatasetGenerationError as error:
        raise error.__cause__ or error from None
    files = []
    for number, file in enumerate(written.cache_files):
        files.append(Path(file["filename"]).rename(folder / f"{number:05}.arrow"))
    shutil.rmtree(cache)
    return files


def map_files(files: Sequence[Path], features: Features) -> Dataset:
    """The rows of Arrow files, in their order, mapped into memory."""
    if not files:
        return Dataset.from_dict({name: [] for name in features}, features=features)
    return concatenate_datasets([Dataset.from_file(str(file)) for file in files])


@contextmanager
def _passing_folder(beside: Path) -> Iterator[Path]:
    """A folder that goes with the context; those of processes that were killed a day ago go, too."""
    beside.mkdir(parents=True, exist_ok=True)
    for left in beside.glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > _LEFT_BEHIND_S:
                shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(dir=beside, prefix=_PREFIX, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def map_rows(rows: Iterable[Mapping[str, Any]], features: Features, *, beside: Path) -> Dataset:
    """Rows on disk, mapped into memory.

    Their files have no name any more, so that nothing remains of them when the process ends, however it ends.

    Args:
        beside: folder on the disk that holds them.
    """
    with _passing_folder(beside) as folder:
        return map_files(write_rows(rows, features, folder), features)


class Documents(Sequence[Document]):
    """Documents of a `datasets.Dataset` with FEATURES, made when they are asked for."""

    def __init__(self, rows: Dataset) -> None:
        self._rows = rows.with_format("arrow")

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Document]:
        for table in self._rows.iter(batch_size=_ROWS_AT_ONCE):
            yield from map(document_of, table.to_pylist())

    @overload
    def __getitem__(self, index: int) -> Document: ...
    @overload
    def __getitem__(self, index: slice) -> list[Document]: ...
    def __getitem__(self, index: int | slice) -> Document | list[Document]:
        found = [document_of(row) for row in self._rows[index].to_pylist()]
        return found if isinstance(index, slice) else found[0]

    def select(self, indices: Sequence[int]) -> "Documents":
        """Some of the documents, in this order."""
        return Documents(self._rows.select(indices, new_fingerprint=f"{self._rows._fingerprint}-part"))  # else it hashes all indices


def subset(documents: Sequence[Document], indices: Sequence[int]) -> Sequence[Document]:
    """Some of the documents, in this order; those on disk stay there."""
    return documents.select(indices) if isinstance(documents, Documents) else [documents[index] for index in indices]


def by_split(documents: Iterable[tuple[SplitName, Document]]) -> Iterator[tuple[SplitName, Iterator[Document]]]:
    """Each split with its documents, which follow each other."""
    known: set[SplitName] = set()
    for split, part in groupby(documents, key=itemgetter(0)):
        assert split not in known, f"documents of {split} do not follow each other"
        known.add(split)
        yield split, (document for _, document in part)


def map_documents(documents: Iterable[tuple[SplitName, Document]], *, beside: Path) -> dict[SplitName, Documents]:
    """Documents by split, on disk; those of one split follow each other. See `map_rows`."""
    found: dict[SplitName, Documents] = {}
    with _passing_folder(beside) as folder:
        for split, part in by_split(documents):
            place = folder / split
            place.mkdir()
            found[split] = Documents(map_files(write_rows(map(row_of, part), FEATURES, place), FEATURES))
    return {split: found.get(split) or Documents(map_files((), FEATURES)) for split in SPLITS}
