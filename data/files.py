"""Reads a file's hash and text, with clear errors."""

import hashlib
from pathlib import Path

from presscheck.data.errors import DataError
from presscheck.data.rows.encoding import decode


def file_sha256(path: Path) -> str:
    """sha256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_text(path: Path) -> str:
    """A file's text.

    Raises:
        DataError: if it cannot be read or decoded.
    """
    try:
        return decode(path.read_bytes(), where=str(path))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None
