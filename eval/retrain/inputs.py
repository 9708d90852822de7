"""Hashes of what a retraining reads: a step is done anew if one of them has changed."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from presscheck.configs.sources import CorpusSource, Source, StarterSource
from presscheck.data.corpora.registry import folder_of
from presscheck.data.files import file_sha256
from presscheck.data.starter import STARTER
from presscheck.serve.bundle import SUMS


def digest_of(value: Any) -> str:
    """sha256 of a value as JSON."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def files_digest(paths: Iterable[Path]) -> str:
    """sha256 over names and contents of files, and of those below folders; names that begin with a dot are left out."""
    found: list[tuple[str, str]] = []
    for path in paths:
        if path.is_dir():
            below = sorted(p for p in path.rglob("*") if p.is_file())
            parts = ((str(p.relative_to(path)), p) for p in below if not any(part[0] == "." for part in p.relative_to(path).parts))
            found += [(name, file_sha256(p)) for name, p in parts]
        else:
            found.append((path.name, file_sha256(path) if path.is_file() else "missing"))
    return digest_of(found)


def _files(source: Source) -> list[Path]:
    """The files and folders that a source reads."""
    if isinstance(source, StarterSource):
        folder = source.path or STARTER
        return [folder / "headlines", folder / "articles"]
    if isinstance(source, CorpusSource):
        return [folder_of(source.name, source.root)]
    return [value for name in type(source).model_fields if isinstance(value := getattr(source, name), Path)]


def source_digests(sources: Iterable[Source]) -> dict[str, str]:
    """The hash of each source's files, by its number, kind and name."""
    return {
        f"source {number} ({source.kind} {getattr(source, 'name', '') or getattr(source, 'path', '') or ''})".replace(
            " )", ")"
        ): files_digest(_files(source))
        for number, source in enumerate(sources)
    }


def bundle_digest(bundle: Path) -> str:
    """The hash of a bundle's checksum file: it changes with any file of it."""
    return file_sha256(bundle / SUMS)
