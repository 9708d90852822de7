"""A built data set on disk: Parquet files, and the manifest that names them.

The manifest decides. A new set is written beside the old one under other names, and takes effect when its manifest
replaces the old one, so that there is a complete set at every moment.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, BinaryIO

from presscheck.data.atomic import TEMPORARY, sync_file, write_atomically
from presscheck.data.errors import DataError
from presscheck.data.files import file_sha256
from presscheck.data.lock import LOCK, OWNER, sole_writer
from presscheck.data.parquet import DocumentWriter, read_documents
from presscheck.data.schema import SPLITS, Document, SplitName

MANIFEST = "manifest.json"
_PART = ".part"
_NAME = re.compile(rf"({'|'.join(SPLITS)})(-[0-9a-f]{{12}})?\.parquet")


def _files(folder: Path) -> list[str]:
    """The file of each split, in their order.

    Raises:
        DataError: if there is no manifest, or it names none.
    """
    path = folder / MANIFEST
    anew = f"write it with: presscheck data build CONFIG --out {folder}"
    try:
        named = [match for name in json.loads(path.read_text(encoding="utf-8"))["files"] if (match := _NAME.fullmatch(name))]
    except FileNotFoundError:
        raise DataError(f"{path} is missing; {anew}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} is not a manifest of a data set ({error}); {anew}") from None
    by_split = {match[1]: match[0] for match in named}
    if set(by_split) != set(SPLITS):
        raise DataError(f"{path} names no file for {', '.join(sorted(set(SPLITS) - set(by_split)))}; {anew}")
    return [by_split[split] for split in SPLITS]


def _is_ours(folder: Path) -> bool:
    """Whether the folder holds only a data set or the remains of an interrupted build."""
    if (folder / MANIFEST).is_file():
        with suppress(DataError):
            return bool(_files(folder))
        return False
    return not folder.exists() or all(p.name in (LOCK, OWNER, _PART) or _is_file_of_ours(p) for p in folder.iterdir())


def _is_file_of_ours(path: Path) -> bool:
    return bool(_NAME.fullmatch(path.name)) or path.name.startswith(TEMPORARY)


def _open(folder: Path, stack: ExitStack) -> list[tuple[Path, BinaryIO]]:
    """Opens all files of one set at once: a set that replaces it meanwhile removes names, not open files."""
    known: list[str] = []
    while True:
        names = _files(folder)
        try:
            return [(folder / name, stack.enter_context((folder / name).open("rb"))) for name in names]
        except FileNotFoundError as error:
            if names == known:
                raise DataError(f"{error.filename} is missing; write it with: presscheck data build CONFIG --out {folder}") from None
            known = names


def read_built(folder: Path) -> Iterator[Document]:
    """The documents of a built data set, split by split.

    Raises:
        DataError: if a file is missing, invalid or of another version.
    """
    with ExitStack() as stack:
        for path, stream in _open(folder, stack):
            yield from read_documents(path, stream)


def _clear(folder: Path) -> None:
    """Removes files that the manifest does not name: remains of an interrupted build, and the old set."""
    shutil.rmtree(folder / _PART, ignore_errors=True)
    kept = _files(folder) if (folder / MANIFEST).is_file() else []
    for path in folder.iterdir():
        if _is_file_of_ours(path) and path.name not in kept:
            path.unlink()


def write_built(folder: Path, documents: Iterable[tuple[SplitName, Document]], about: Callable[[], Mapping[str, Any]]) -> None:
    """Writes a data set; an existing one is replaced once all of it is written.

    Args:
        about: further fields of the manifest; called after the last document.

    Raises:
        DataError: if the folder holds something else, or another process writes there.
    """
    if not _is_ours(folder):
        raise DataError(f"{folder} holds something other than a built data set; give another --out")
    with sole_writer(folder, otherwise="wait for it or give another --out"):
        try:
            _clear(folder)
            part = folder / _PART
            part.mkdir()
            with ExitStack() as stack:
                writers = {split: DocumentWriter(part / f"{split}.parquet") for split in SPLITS}
                for writer in writers.values():
                    stack.callback(writer.close)
                for split, document in documents:
                    writers[split].write(document)
            files = {}
            for split in SPLITS:
                path = part / f"{split}.parquet"
                digest = file_sha256(path)
                name = f"{split}-{digest[:12]}.parquet"
                sync_file(path)
                path.replace(folder / name)
                files[name] = digest
            with write_atomically(folder / MANIFEST) as stream:
                stream.write(json.dumps({**about(), "files": files}, indent=2) + "\n")
        finally:
            if (folder / MANIFEST).is_file():
                _clear(folder)
            else:
                shutil.rmtree(folder, ignore_errors=True)
