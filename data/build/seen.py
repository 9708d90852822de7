"""Texts seen so far, exact and near, in a temporary SQLite file: memory does not grow with their number."""

import hashlib
import sqlite3
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

from presscheck.data.schema import SplitName
from presscheck.data.text.words import MIN_WORDS, shingles, words_of

_BANDS, _ROWS = 16, 4
_MAX_CANDIDATES = 50
Match = Literal["exact", "near"]


def _digest(*parts: str) -> bytes:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).digest()


@dataclass(frozen=True, slots=True)
class Signed:
    """What is compared of a text: digests of its words and of its group, its MinHash values, and a key per band of them."""

    words: bytes
    story: bytes
    hashes: NDArray[np.uint32]
    keys: tuple[bytes, ...]


def _band_keys(kind: str, hashes: NDArray[np.uint32]) -> tuple[bytes, ...]:
    parts = hashes.reshape(_BANDS, _ROWS)
    return tuple(hashlib.blake2b(f"{kind}\0{band}\0".encode() + parts[band].tobytes(), digest_size=8).digest() for band in range(_BANDS))


def sign(texts: Sequence[tuple[str, str, str]]) -> list[Signed | None]:
    """Texts as (kind, group, text), each hashed once; None for those under MIN_WORDS words, which are copies of nothing."""
    words = [words_of(text) for _, _, text in texts]
    asked = [index for index, found in enumerate(words) if len(found) >= MIN_WORDS]
    hashed = MinHash.bulk([[s.encode() for s in shingles(texts[i][2])] for i in asked], num_perm=_BANDS * _ROWS)
    signed: list[Signed | None] = [None] * len(texts)
    for index, found in zip(asked, hashed, strict=True):
        kind, group, _ = texts[index]
        hashes = np.asarray(found.hashvalues, dtype=np.uint32)
        signed[index] = Signed(_digest(kind, *words[index]), _digest(group), hashes, _band_keys(kind, hashes))
    return signed


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
            "CREATE TABLE stories (story BLOB PRIMARY KEY, split TEXT) WITHOUT ROWID;"
            "CREATE TABLE bands (key BLOB, text INTEGER, PRIMARY KEY (key, text)) WITHOUT ROWID;"
        )

    def __enter__(self) -> "SeenTexts":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._data.close()
        self._folder.cleanup()

    def is_new_id(self, identifier: str) -> bool:
        """Remembers an id; False where it was there."""
        return self._data.execute("INSERT OR IGNORE INTO ids VALUES (?)", (_digest(identifier),)).rowcount == 1

    def is_first_split(self, group: str, split: SplitName) -> bool:
        """Remembers the split in which a group is met first; False where that was another."""
        story = _digest(group)
        self._data.execute("INSERT OR IGNORE INTO stories VALUES (?, ?)", (story, split))
        (first,) = self._data.execute("SELECT split FROM stories WHERE story = ?", (story,)).fetchone()
        return bool(first == split)

    def match(self, texts: Sequence[Signed | None]) -> list[Match | None]:
        """What each text is a copy of among those added before.

        An exact copy has the same words, whatever its group; a near copy lies in another group: the two sides of a contrast pair are none.
        """
        return [self._match(text) if text else None for text in texts]

    def add(self, texts: Sequence[Signed | None]) -> None:
        """Remembers texts."""
        for text in filter(None, texts):
            row = self._data.execute(
                "INSERT INTO texts (words, story, hashes) VALUES (?, ?, ?)",
                (text.words, text.story, text.hashes.tobytes()),
            )
            self._data.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(key, row.lastrowid) for key in text.keys])

    def _match(self, text: Signed) -> Match | None:
        if self._data.execute("SELECT 1 FROM texts WHERE words = ? LIMIT 1", (text.words,)).fetchone():
            return "exact"
        rows = self._data.execute(
            f"SELECT DISTINCT hashes FROM bands JOIN texts ON texts.id = bands.text "  # noqa: S608 - only question marks are put in
            f"WHERE key IN ({','.join('?' * len(text.keys))}) AND story != ? LIMIT ?",
            (*text.keys, text.story, _MAX_CANDIDATES),
        )
        near = any(np.mean(np.frombuffer(row[0], dtype=np.uint32) == text.hashes) >= self._jaccard for row in rows)
        return "near" if near else None
