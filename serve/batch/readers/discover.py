"""Lists the files that a job reads, in a fixed order, from paths, folders, globs and fsspec URLs."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Literal, NamedTuple

import fsspec
from fsspec.implementations.local import LocalFileSystem

from presscheck.data.article import printable
from presscheck.data.errors import DataError
from presscheck.data.rows.companions import COMPANION, is_companion, passed_over_note
from presscheck.serve.batch.job import Input

_KINDS: dict[str, Literal["jsonl", "csv", "parquet"]] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
}
_COMPRESSIONS: dict[str, Literal["gzip", "zstd"]] = {".gz": "gzip", ".zst": "zstd", ".zstd": "zstd"}
_EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs", "abfs": "abfs", "abfss": "abfs", "az": "abfs"}
READABLE = f"{', '.join(_KINDS)}, plain or {', '.join(_COMPRESSIONS)}"


def as_input(name: str, size: int | None) -> Input | None:
    """The file as an input, or None if its extension is not supported."""
    suffixes = [suffix.lower() for suffix in PurePosixPath(name).suffixes]
    compression = _COMPRESSIONS.get(suffixes[-1]) if suffixes else None
    kind = _KINDS.get(suffixes[-2 if compression and len(suffixes) > 1 else -1]) if suffixes else None
    if kind is None or (kind == "parquet" and compression):
        return None
    return Input(name=printable(name), kind=kind, compression=compression, size=size)


@dataclass(frozen=True, slots=True)
class Found:
    """The files that the patterns match.

    Attributes:
        passed_over: unsupported extensions ("" for none) to how many files of folders and globs have them; COMPANION to how many
            stand beside files of the user's.
    """

    inputs: tuple[Input, ...]
    passed_over: dict[str, int]

    def note(self) -> str:
        """A sentence about the files that were passed over."""
        return passed_over_note(self.passed_over, READABLE)


class _File(NamedTuple):
    """A file that a pattern matches; `inside` is its path below the folder or the fixed part of the glob, "" where it was named itself."""

    name: str
    size: int | None
    inside: str = ""


def _files_of(pattern: str) -> Iterator[_File]:
    """Names (with the protocol where one was given) and sizes of all files that a path, folder, glob or URL matches."""
    filesystem, path = _connect(pattern)
    if filesystem.isfile(path):
        yield _File(pattern, _size(filesystem.info(path)))
        return
    if filesystem.isdir(path):
        base, found = path.rstrip("/"), filesystem.find(path, detail=True)
        for name in sorted(found):
            inside = name[len(base) :] if name.startswith(base) else "/" + name.rsplit("/", 1)[-1]
            yield _File(pattern.rstrip("/") + inside, _size(found[name]), inside.lstrip("/"))
        return
    matches: dict[str, Any] = filesystem.glob(path, detail=True) if any(c in path for c in "*?[") else {}
    folder = re.split(r"[*?\[]", path, maxsplit=1)[0].rpartition("/")[0]
    is_named = path.rpartition("/")[2].startswith(".")  # hidden files are what was asked for
    for name in sorted(matches):
        if matches[name]["type"] == "file":
            shown = filesystem.unstrip_protocol(name) if "://" in pattern else name
            inside = "" if is_named else name.removeprefix(folder).lstrip("/")
            yield _File(shown, _size(matches[name]), inside)


def _lies_in(name: str, folder: Path) -> bool:
    filesystem, path = _connect(name)
    return isinstance(filesystem, LocalFileSystem) and Path(path).resolve().is_relative_to(folder)


def _size(info: dict[str, Any]) -> int | None:
    size = info.get("size")
    return None if size is None else int(size)


def _connect(url: str) -> tuple[Any, str]:
    try:
        filesystem, path = fsspec.core.url_to_fs(url)
    except ImportError as error:
        extra = _EXTRAS.get(url.partition("://")[0])
        raise DataError(f"{url}: {error}" + (f": pip install 'presscheck[{extra}]'" if extra else "")) from None
    except ValueError as error:
        raise DataError(f"{url}: {error}") from None
    return filesystem, path


def open_raw(name: str) -> IO[bytes]:
    """The bytes of an input as they are stored.

    Raises:
        DataError: if it is no longer there.
    """
    filesystem, path = _connect(name)
    try:
        stream: IO[bytes] = filesystem.open(path, "rb")
    except FileNotFoundError:
        raise DataError(f"{name}: this input is gone; put it back and give the same command again") from None
    return stream


def list_inputs(patterns: Sequence[str], *, out: Path | None = None) -> Found:
    """Every input once, in the order given and by name within a folder or glob. Files in `out` are the job's own output and never inputs.

    Raises:
        DataError: if a pattern finds nothing that can be read.
    """
    found: dict[str, Input] = {}
    passed_over: Counter[str] = Counter()
    own = out.resolve() if out else None
    for pattern in patterns:
        files = list(_files_of(pattern))
        others = [file for file in files if own is None or not _lies_in(file.name, own)]
        if files and not others:
            raise DataError(f"{pattern}: all of it is in --out {out}, where the job writes; give another --out")
        meant = [file for file in others if not is_companion(file.inside)]
        passed_over[COMPANION] += len(others) - len(meant)
        readable = [one for file in meant if (one := as_input(file.name, file.size))]
        if not readable:
            raise DataError(f"{pattern}: {_why_nothing(pattern, files)}; a batch reads {READABLE}")
        found.update((one.name, one) for one in readable if one.name not in found)
        passed_over.update(_ending(file.name) for file in meant if as_input(file.name, file.size) is None)
    return Found(tuple(found.values()), {what: count for what, count in sorted(passed_over.items()) if count})


def find_inputs(patterns: Sequence[str]) -> tuple[Input, ...]:
    """The inputs alone."""
    return list_inputs(patterns).inputs


def _why_nothing(pattern: str, files: Sequence[_File]) -> str:
    if [file.name for file in files] == [pattern]:
        return "cannot be read by its name"
    return "no file there can be read by its name" if files else "no such file or folder, or nothing in it"


def _ending(name: str) -> str:
    return printable(PurePosixPath(name).suffix.lower())
