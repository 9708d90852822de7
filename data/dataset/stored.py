"""A built data set on disk: a `datasets.DatasetDict` in Arrow files, the manifest that names them, and the dataset card.

The manifest decides. A new set is written beside the old one under other names, and takes effect when its manifest
replaces the old one, so that there is a complete set at every moment. The card follows from the manifest; until it is
replaced, the files that the old card names stay.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from datasets import Dataset, DatasetDict

from presscheck.data.atomic import TEMPORARY, sync_file, write_atomically
from presscheck.data.dataset.card import CARD, card_of
from presscheck.data.dataset.features import FEATURES, row_of
from presscheck.data.dataset.mapped import Documents, by_split, map_files, write_rows
from presscheck.data.errors import DataError
from presscheck.data.files import file_sha256
from presscheck.data.lock import LOCK, OWNER, sole_writer
from presscheck.data.schema import SPLITS, Document, SplitName

MANIFEST = "manifest.json"
_PART = ".part"
_NAME = re.compile(rf"({'|'.join(SPLITS)})-[0-9a-f]{{12}}\.arrow")
_EARLIER = re.compile(rf"({'|'.join(SPLITS)})(-[0-9a-f]{{12}})?\.parquet")  # of versions that wrote Parquet


def _anew(folder: Path) -> str:
    return f"write it with: presscheck data build CONFIG --out {folder}"


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest, whose `files` are names of ours.

    Raises:
        DataError: if there is none, or it names no file.
    """
    path = folder / MANIFEST
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        names = list(found["files"])
    except FileNotFoundError:
        raise DataError(f"{path} is missing; {_anew(folder)}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} is not a manifest of a data set ({error}); {_anew(folder)}") from None
    if not names or not all(_NAME.fullmatch(name) or _EARLIER.fullmatch(name) for name in names):
        raise DataError(f"{path} names no files of a data set; {_anew(folder)}")
    return found


def _is_ours(folder: Path) -> bool:
    """Whether the folder holds only a data set or the remains of an interrupted build."""
    if (folder / MANIFEST).is_file():
        with suppress(DataError):
            return bool(_manifest(folder))
        return False
    return not folder.exists() or all(p.name in (LOCK, OWNER, _PART) or _is_file_of_ours(p) for p in folder.iterdir())


def _is_file_of_ours(path: Path) -> bool:
    return bool(_NAME.fullmatch(path.name) or _EARLIER.fullmatch(path.name)) or path.name.startswith(TEMPORARY)


def _verified(folder: Path, name: str, sha256: str) -> Path:
    """The file of the data set.

    Raises:
        DataError: if it is torn or changed.
    """
    path = folder / name
    if not _NAME.fullmatch(name):
        raise DataError(f"{path} was written by an earlier version of presscheck; {_anew(folder)}")
    if file_sha256(path) != sha256:
        raise DataError(f"{path} is not the file that {MANIFEST} names: it is torn or was changed; {_anew(folder)}")
    return path


def _opened(folder: Path, manifest: Mapping[str, Any]) -> DatasetDict:
    found = DatasetDict()
    for split in SPLITS:
        files = {name: sha256 for name, sha256 in manifest["files"].items() if name.startswith(split)}
        rows = map_files([_verified(folder, *named) for named in files.items()], FEATURES)
        if rows.features != FEATURES:
            raise DataError(f"{folder} was written by another version of presscheck; {_anew(folder)}")
        found[split] = Dataset(rows.data, split=split, fingerprint=hashlib.sha256("".join(files.values()).encode()).hexdigest()[:16])
    return found


def open_built(folder: Path) -> DatasetDict:
    """A built data set, mapped into memory, with all of its splits; a split's fingerprint follows from its files' hashes.

    All files are opened at once: a set that replaces it meanwhile removes names, not open files.

    Raises:
        DataError: if a file is missing, torn, changed or of another version.
    """
    known: dict[str, Any] = {}
    while True:
        manifest = _manifest(folder)
        try:
            return _opened(folder, manifest)
        except FileNotFoundError as error:
            if manifest == known:
                raise DataError(f"{error.filename} is missing; {_anew(folder)}") from None
            known = manifest


def verified_sha256(folder: Path) -> str:
    """The fingerprint of the documents, which the build wrote down, once every file is the one that was written. Raises as `open_built`."""
    open_built(folder)
    return str(_manifest(folder)["data_sha256"])


def read_built(folder: Path) -> Iterator[Document]:
    """The documents of a built data set, split by split. Raises as `open_built`."""
    for rows in open_built(folder).values():
        yield from Documents(rows)


def _settle(folder: Path) -> None:
    """Writes the manifest's card, and removes what the manifest does not name: remains of an interrupted build, and the old set."""
    shutil.rmtree(folder / _PART, ignore_errors=True)
    kept: Mapping[str, str] = {}
    if (folder / MANIFEST).is_file():
        manifest = _manifest(folder)
        kept = manifest["files"]
        if "splits" in manifest:
            with write_atomically(folder / CARD) as stream:
                stream.write(card_of(manifest))
    for path in folder.iterdir():
        if _is_file_of_ours(path) and path.name not in kept:
            path.unlink()


def write_built(folder: Path, documents: Iterable[tuple[SplitName, Document]], about: Callable[[], Mapping[str, Any]]) -> None:
    """Writes a data set; an existing one is replaced once all of it is written.

    Args:
        documents: those of one split follow each other. A split without any has no file.
        about: further fields of the manifest, among them `name`, `licences` and `data_sha256`; called after the last document.

    Raises:
        DataError: if the folder holds something else, or another process writes there, or there is no document.
    """
    if not _is_ours(folder):
        raise DataError(f"{folder} holds something other than a built data set; give another --out")
    with sole_writer(folder, otherwise="wait for it or give another --out"):
        try:
            _settle(folder)
            hashes: dict[str, str] = {}
            splits: dict[SplitName, dict[str, Any]] = {}
            for split, part in by_split(documents):
                place = folder / _PART / split
                place.mkdir(parents=True)
                files = {path: file_sha256(path) for path in write_rows(map(row_of, part), FEATURES, place)}
                splits[split] = {
                    "documents": len(map_files([*files], FEATURES)),
                    "bytes": sum(path.stat().st_size for path in files),
                    "files": [f"{split}-{sha256[:12]}.arrow" for sha256 in files.values()],
                }
                for (path, sha256), name in zip(files.items(), splits[split]["files"], strict=True):
                    sync_file(path)
                    path.replace(folder / name)
                    hashes[name] = sha256
            if not splits:
                raise DataError("the sources hold no document; there is nothing to write")
            ordered = {split: splits[split] for split in SPLITS if split in splits}
            with write_atomically(folder / MANIFEST) as stream:
                stream.write(json.dumps({**about(), "splits": ordered, "files": hashes}, indent=2) + "\n")
        finally:
            if (folder / MANIFEST).is_file():
                _settle(folder)
            else:
                shutil.rmtree(folder, ignore_errors=True)
