"""Cuts inputs into shards, the units of work. Memory holds the rows of one shard at a time, whatever the size of the job."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from presscheck.data.rows.raw import LineCount, RawRow
from presscheck.serve.batch.job import Input, Settings
from presscheck.serve.batch.readers.reader import InputReader


@dataclass(frozen=True, slots=True)
class Shard:
    """Consecutive rows of one input.

    Attributes:
        index: position in the job; it orders the parts and names the file. `key` identifies the content.
        key: hash of the rows with their positions, of the model and of the settings.
    """

    index: int
    key: str
    name: str
    rows: tuple[RawRow, ...]


@dataclass(frozen=True, slots=True)
class InputDone:
    """An input was read to its end: its stored bytes' sha256, how many rows it had, and where its lines went."""

    name: str
    sha256: str
    rows: int
    lines: LineCount | None


def _hash_row(digest: "hashlib._Hash", row: RawRow) -> None:
    fault = "" if row.fault is None else f"{row.fault.code}\0{row.fault.message}"
    digest.update(f"{row.line}\0{len(row.data)}\0{fault}\0".encode())
    digest.update(row.data)


class Planner:
    """Cuts inputs into shards, in order, and marks each input's end."""

    def __init__(self, settings: Settings, *, model_sha256: str) -> None:
        self._settings = settings
        self._salt = f"{model_sha256}\0{settings.sha256()}\0".encode()
        self.index = 0

    def _shard(self, name: str, rows: Sequence[RawRow]) -> Shard:
        digest = hashlib.sha256(self._salt + name.encode() + b"\0")
        for row in rows:
            _hash_row(digest, row)
        self.index += 1
        return Shard(self.index - 1, digest.hexdigest(), name, tuple(rows))

    def shards(self, inputs: Sequence[Input]) -> Iterator[Shard | InputDone]:
        """Yields every shard of every input; a shard never spans two inputs."""
        for source in inputs:
            reader = InputReader(source, self._settings.columns, encoding=self._settings.encoding)
            rows: list[RawRow] = []
            size = count = 0
            for row in reader:
                rows.append(row)
                size += len(row.data)
                count += 1
                if len(rows) >= self._settings.shard_rows or size >= self._settings.shard_bytes:
                    yield self._shard(source.name, rows)
                    rows, size = [], 0
            if rows:
                yield self._shard(source.name, rows)
            assert reader.sha256 is not None, "the reader was read to its end"
            yield InputDone(source.name, reader.sha256, count, reader.lines)
