"""Which files a job reads: paths, folders, globs and fsspec URLs, made into a list in one order."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import IO, Any, Literal

import fsspec

from presscheck.data.article import printable
from presscheck.data.errors import DataError
from presscheck.serve.batch.job import Input

_KINDS: dict[str, Literal["jsonl", "csv", "parquet"]] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
}
_COMPRESSIONS: dict[str, Literal["gzip", "zstd"]] = {".gz": "gzip", ".zst": "zstd", ".zstd": "zstd"}
READABLE = f"{', '.join(_KINDS)}, plain or {', '.join(_COMPRESSIONS)}"


def as_input(name: str, size: int | None) -> Input | None:
    """The file as an input, or None where its name ends like none that can be read."""
    suffixes = [suffix.lower() for suffix in PurePosixPath(name).suffixes]
    compression = _COMPRESSIONS.get(suffixes[-1]) if suffixes else None
    kind = _KINDS.get(suffixes[-2 if compression and len(suffixes) > 1 else -1]) if suffixes else None
    if kind is None or (kind == "parquet" and compression):
        return None
    return Input(name=printable(name), kind=kind, compression=compression, size=size)


def _files_of(pattern: str) -> Iterator[tuple[str, int | None]]:
    """Names (with the protocol where one was given) and sizes of what a path, folder, glob or URL means."""
    filesystem, path = _connect(pattern)
    if filesystem.isfile(path):
        yield pattern, _size(filesystem.info(path))
        return
    if filesystem.isdir(path):
        base, found = path.rstrip("/"), filesystem.find(path, detail=True)
        for name in sorted(found):
            inside = name[len(base) :] if name.startswith(base) else "/" + name.rsplit("/", 1)[-1]
            if as_input(name, None):
                yield pattern.rstrip("/") + inside, _size(found[name])
        return
    matches: dict[str, Any] = filesystem.glob(path, detail=True) if any(c in path for c in "*?[") else {}
    readable = [name for name in sorted(matches) if matches[name]["type"] == "file" and as_input(name, None)]
    if not readable:
        raise DataError(f"{pattern}: no such file or folder, and no readable file matches it ({READABLE})")
    for name in readable:
        yield filesystem.unstrip_protocol(name) if "://" in pattern else name, _size(matches[name])


def _size(info: dict[str, Any]) -> int | None:
    size = info.get("size")
    return None if size is None else int(size)


def _connect(url: str) -> tuple[Any, str]:
    try:
        filesystem, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise DataError(f"{url}: {error}") from None
    return filesystem, path


def open_raw(name: str) -> IO[bytes]:
    """The bytes of an input as they are stored.

    Raises:
        DataError: where it is no longer there.
    """
    filesystem, path = _connect(name)
    try:
        stream: IO[bytes] = filesystem.open(path, "rb")
    except FileNotFoundError:
        raise DataError(f"{name}: this input is gone; put it back and give the same command again") from None
    return stream


def find_inputs(patterns: Sequence[str]) -> tuple[Input, ...]:
    """Every input once, in the order given and by name within a folder or glob.

    Raises:
        DataError: where a pattern finds nothing that can be read.
    """
    found: dict[str, Input] = {}
    for pattern in patterns:
        files = list(_files_of(pattern))
        for name, size in files:
            one = as_input(name, size)
            if one is None:
                raise DataError(f"{name}: cannot be read by its name; a batch reads {READABLE}")
            found.setdefault(one.name, one)
        if not files:
            raise DataError(f"{pattern}: the folder holds no readable file ({READABLE})")
    return tuple(found.values())
