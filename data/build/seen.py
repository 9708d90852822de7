"""Texts seen so far, exact and near, in a temporary SQLite file: memory does not grow with their number."""

import hashlib
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

from presscheck.data.text.words import shingles, words_of

_BANDS, _ROWS = 16, 4
_MAX_CANDIDATES = 50
MIN_WORDS = 5
Match = Literal["exact", "near"]


def _digest(*parts: str) -> bytes:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).digest()


class SeenTexts:
    """Finds copies of texts among those that were added before.

    Near copies are found by MinHash (Broder 1997) over word pairs in 16 bands of 4; their similarity is the share of equal hashes.
    """

    def __init__(self, *, jaccard: float) -> None:
        self._jaccard = jaccard
        self._folder = tempfile.TemporaryDirectory(prefix="presscheck-build-")
        self._data = sqlite3.connect(Path(self._folder.name) / "seen.sqlite")
        self._data.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"
            "CREATE TABLE texts (id INTEGER PRIMARY KEY, words BLOB, story BLOB, hashes BLOB);"
            "CREATE INDEX by_words ON texts (words);"
            "CREATE TABLE ids (id BLOB PRIMARY KEY) WITHOUT ROWID;"
            "CREATE TABLE bands (key BLOB, text INTEGER, PRIMARY KEY (key, text)) WITHOUT ROWID;"
        )

    def __enter__(self) -> "SeenTexts":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._data.close()
        self._folder.cleanup()

    def is_new_id(self, identifier: str) -> bool:
        """Remembers an id; False where it was there."""
        return self._data.execute("INSERT OR IGNORE INTO ids VALUES (?)", (_digest(identifier),)).rowcount == 1

    def match(self, texts: Sequence[tuple[str, str, str]]) -> list[Match | None]:
        """What each text is a copy of among those added before; texts are (kind, group, text).

        An exact copy has the same words, whatever its group; a near copy lies in another group: the two sides of a contrast pair are none.
        Texts under MIN_WORDS words are copies of nothing.
        """
        return [
            self._match(kind, group, text, hashes) if hashes is not None else None
            for (kind, group, text), hashes in zip(texts, self._hashes(texts), strict=True)
        ]

    def add(self, texts: Sequence[tuple[str, str, str]]) -> None:
        """Remembers texts."""
        for (kind, group, text), hashes in zip(texts, self._hashes(texts), strict=True):
            if hashes is None:
                continue
            row = self._data.execute(
                "INSERT INTO texts (words, story, hashes) VALUES (?, ?, ?)",
                (self._words(kind, text), _digest(group), hashes.tobytes()),
            )
            self._data.executemany(
                "INSERT OR IGNORE INTO bands VALUES (?, ?)", [(key, row.lastrowid) for key in _band_keys(kind, hashes)]
            )

    @staticmethod
    def _words(kind: str, text: str) -> bytes:
        return _digest(kind, *words_of(text))

    @staticmethod
    def _hashes(texts: Sequence[tuple[str, str, str]]) -> list[NDArray[np.uint32] | None]:
        asked = [index for index, (_, _, text) in enumerate(texts) if len(words_of(text)) >= MIN_WORDS]
        found: list[NDArray[np.uint32] | None] = [None] * len(texts)
        sets = [[s.encode() for s in shingles(texts[index][2])] for index in asked]
        for index, hashed in zip(asked, MinHash.bulk(sets, num_perm=_BANDS * _ROWS), strict=True):
            found[index] = np.asarray(hashed.hashvalues, dtype=np.uint32)
        return found

    def _match(self, kind: str, group: str, text: str, hashes: NDArray[np.uint32]) -> Match | None:
        if self._data.execute("SELECT 1 FROM texts WHERE words = ? LIMIT 1", (self._words(kind, text),)).fetchone():
            return "exact"
        keys = _band_keys(kind, hashes)
        rows = self._data.execute(
            f"SELECT DISTINCT hashes FROM bands JOIN texts ON texts.id = bands.text "  # noqa: S608 - only question marks are put in
            f"WHERE key IN ({','.join('?' * len(keys))}) AND story != ? LIMIT ?",
            (*keys, _digest(group), _MAX_CANDIDATES),
        )
        near = any(np.mean(np.frombuffer(row[0], dtype=np.uint32) == hashes) >= self._jaccard for row in rows)
        return "near" if near else None


def _band_keys(kind: str, hashes: NDArray[np.uint32]) -> list[bytes]:
    parts = hashes.reshape(_BANDS, _ROWS)
    return [
        hashlib.blake2b(f"{kind}\0{band}\0".encode() + parts[band].tobytes(), digest_size=8).digest()
        for band in range(_BANDS)
    ]
