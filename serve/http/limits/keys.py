"""API keys. The file holds only their SHA-256: a key is 256 random bits, so a slow hash would add nothing."""

import hashlib
import hmac
import json
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from presscheck.configs.section import Section
from presscheck.data.atomic import write_atomically
from presscheck.data.errors import DataError

FILE_NAME = "keys.json"
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


class KeyEntry(Section):
    """One key: when it was made, and its hash."""

    sha256: str
    created: datetime


_FILE = TypeAdapter(dict[str, KeyEntry])


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def read_keys(path: Path) -> dict[str, KeyEntry]:
    """The keys by name; none where there is no file.

    Raises:
        DataError: if the file is not a key file.
    """
    try:
        return _FILE.validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValidationError as error:
        raise DataError(f"{path}: not a key file ({error.errors()[0]['msg']}); restore or remove it") from None


def _write(path: Path, keys: dict[str, KeyEntry]) -> None:
    with write_atomically(path) as stream:
        json.dump(_FILE.dump_python(keys, mode="json"), stream, indent=2)
        stream.write("\n")
    path.chmod(0o600)


def new_key(path: Path, name: str) -> str:
    """Makes a key, stores its hash under the name, and returns it: it cannot be shown again.

    Raises:
        DataError: if the name is taken or not allowed.
    """
    if not _NAME.fullmatch(name):
        raise DataError(f"{name!r} cannot name a key; use 1 to 64 letters, digits, dots, hyphens and underscores")
    keys = read_keys(path)
    if name in keys:
        raise DataError(f"{path}: there is a key {name!r} already; revoke it first: presscheck keys revoke {name} --state {path.parent}")
    key = f"pck_{secrets.token_urlsafe(32)}"
    _write(path, {**keys, name: KeyEntry(sha256=_digest(key), created=datetime.now(UTC))})
    return key


def revoke_key(path: Path, name: str) -> None:
    """Removes a key.

    Raises:
        DataError: if there is no key of that name.
    """
    keys = read_keys(path)
    if name not in keys:
        raise DataError(f"{path}: no key {name!r}; there are {', '.join(keys) or 'none'}")
    _write(path, {other: entry for other, entry in keys.items() if other != name})


class Keyring:
    """The valid keys, read again when the file changes. While the file cannot be read, no key is valid."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, ...] | None = None
        self._keys: dict[str, KeyEntry] = {}

    @property
    def is_read(self) -> bool:
        """Whether the last read of the file succeeded."""
        return self._stamp is not None

    def refresh(self) -> None:
        """Reads the file where it changed.

        Raises:
            DataError: if it is not a key file.
            OSError: if it cannot be read.
        """
        try:
            stamp = self._stamp_of_file()
            if stamp != self._stamp:
                self._keys = read_keys(self._path)
                self._stamp = stamp
        except BaseException:
            self._keys, self._stamp = {}, None
            raise

    def _stamp_of_file(self) -> tuple[int, ...]:
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return ()
        # ctime too: removing the permission to read does not change the content.
        return status.st_mtime_ns, status.st_ctime_ns, status.st_ino

    def owner(self, key: str) -> str | None:
        """The name of a key. Every hash is compared, each in constant time, whichever one matches."""
        digest = _digest(key)
        found = None
        for name, entry in self._keys.items():
            if hmac.compare_digest(entry.sha256, digest):
                found = name
        return found
