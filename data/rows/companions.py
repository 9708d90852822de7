"""Recognises files that systems, editors and browsers leave beside the user's: they are passed over and counted."""

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath

_FOLDERS = ("__macosx",)
_NAMES = ("thumbs.db", "ehthumbs.db", "desktop.ini")
_UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".tmp")
COMPANION = "companion"  # the key of their count, besides extensions


def is_companion(name: str) -> bool:
    """Whether a path below a folder or a glob names such a file: a hidden file, a lock, a backup, a partial download.

    `._a.txt`, `.DS_Store` and `.#lock` are hidden files, like every name that starts with a dot.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    last = path.name.lower()
    return (
        any(part.startswith(".") and part not in (".", "..") for part in path.parts)
        or any(part.lower() in _FOLDERS for part in path.parts[:-1])
        or last in _NAMES
        or last.startswith("~$")
        or last.endswith(("~", *_UNFINISHED))
        or (last.startswith("#") and last.endswith("#"))
    )


def passed_over_note(counts: Counter[str] | dict[str, int], readable: str) -> str:
    """A sentence about the files that were passed over."""
    return f"passed over: {', '.join(_words(counts))}; supported are {readable}"


def _words(counts: Counter[str] | dict[str, int]) -> Iterable[str]:
    for what, count in sorted(counts.items()):
        if what == COMPANION:
            yield f"{count:,} hidden, temporary or companion file{'s' if count > 1 else ''} (such as ._name and name~)"
        else:
            yield f"{count:,} {what or 'without an extension'}"
