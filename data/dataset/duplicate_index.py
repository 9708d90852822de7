"""An index of texts that finds their exact and near duplicates, in a temporary SQLite file: memory does not grow with their number."""

import hashlib
import sqlite3
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

import numpy as np

from presscheck.data.minhash import Signature, band_keys, signatures, similarity
from presscheck.data.text.words import MIN_WORDS, words_of

_MAX_CANDIDATES = 50
Match = Literal["exact", "near"]


def _digest(*parts: str) -> bytes:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).digest()


@dataclass(frozen=True, slots=True)
class Signed:
    """The keys by which a text is compared: digests of its words and of its group, its MinHash values, and a key per band of them."""

    words: bytes
    story: bytes
    hashes: Signature
    keys: tuple[bytes, ...]


def _band_keys(kind: str, hashes: Signature) -> tuple[bytes, ...]:
    return tuple(hashlib.blake2b(f"{kind}\0{band}\0".encode() + numbers, digest_size=8).digest() for band, numbers in band_keys(hashes))


def sign(texts: Sequence[tuple[str, str, str]]) -> list[Signed | None]:
    """Texts as (kind, group, text), each hashed once; None for those under MIN_WORDS words, which are never duplicates."""
    words = [words_of(text) for _, _, text in texts]
    asked = [index for index, found in enumerate(words) if len(found) >= MIN_WORDS]
    signed: list[Signed | None] = [None] * len(texts)
    for index, hashes in zip(asked, signatures([words[index] for index in asked]), strict=True):
        kind, group, _ = texts[index]
        signed[index] = Signed(_digest(kind, *words[index]), _digest(group), hashes, _band_keys(kind, hashes))
    return signed


class DuplicateIndex:
    """Finds duplicates of texts among those added before.

    Near-duplicates are found by their MinHash signatures (`data.minhash`), whose share of equal numbers is their similarity.
    """

    def __init__(self, *, jaccard: float) -> None:
        self._jaccard = jaccard
        self._folder = tempfile.TemporaryDirectory(prefix="presscheck-build-")
        self._data = sqlite3.connect(Path(self._folder.name) / "texts.sqlite")
        self._data.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"
            "CREATE TABLE texts (id INTEGER PRIMARY KEY, words BLOB, story BLOB, hashes BLOB);"
            "CREATE INDEX by_words ON texts (words);"
            "CREATE TABLE bands (key BLOB, text INTEGER, PRIMARY KEY (key, text)) WITHOUT ROWID;"
        )

    def __enter__(self) -> "DuplicateIndex":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._data.close()
        self._folder.cleanup()

    def match(self, texts: Sequence[Signed | None]) -> list[Match | None]:
        """How each text duplicates one added before, if it does.

        An exact duplicate has the same words, whatever its group; a near-duplicate is in another group, so contrast pairs are not.
        """
        return [found[0] if (found := self.find(text)) else None for text in texts]

    def add(self, texts: Sequence[Signed | None]) -> None:
        """Adds texts to the index, which numbers them from 1; None has no number."""
        for text in filter(None, texts):
            row = self._data.execute(
                "INSERT INTO texts (words, story, hashes) VALUES (?, ?, ?)",
                (text.words, text.story, text.hashes.tobytes()),
            )
            self._data.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(key, row.lastrowid) for key in text.keys])

    def find(self, text: Signed | None) -> tuple[Match, int] | None:
        """How a text duplicates one added before, and the number of the first such; see `match`."""
        if text is None:
            return None
        same = self._data.execute("SELECT MIN(id) FROM texts WHERE words = ?", (text.words,)).fetchone()[0]
        if same is not None:
            return "exact", same
        candidates = f"FROM bands JOIN texts ON texts.id = bands.text WHERE key IN ({','.join('?' * len(text.keys))}) AND story != ?"
        given = (*text.keys, text.story)
        rows = self._data.execute(f"SELECT DISTINCT hashes {candidates} LIMIT ?", (*given, _MAX_CANDIDATES))
        near = next((row[0] for row in rows if similarity(np.frombuffer(row[0], dtype="<u4"), text.hashes) >= self._jaccard), None)
        if near is None:
            return None
        first = self._data.execute(f"SELECT MIN(texts.id) {candidates} AND hashes = ?", (*given, near))
        return "near", int(first.fetchone()[0])
