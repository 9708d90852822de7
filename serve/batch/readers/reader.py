"""Reads inputs row by row: each row as bytes with its position, a damaged one as an error. Every engine uses it.

A file's bytes are hashed as they are stored and unpacked as far as they go.

Rows are only cut and located here; `presscheck.data.rows.row` makes an article of it where it is scored.
"""

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from typing import IO, Any

from backports.zstd import ZstdError
from fsspec.compression import compr

from presscheck.data.rows.columns import Columns, Role, article_columns
from presscheck.data.rows.delimited import csv_rows
from presscheck.data.rows.lines import jsonl_rows, lines_of
from presscheck.data.rows.raw import DamagedError, LineCount, RawRow, Tally
from presscheck.data.rows.refusal import Fault
from presscheck.serve.batch.job import Input
from presscheck.serve.batch.readers.discover import open_raw

_CHUNK = 1 << 20
_UNPACKED_CHUNK = 1 << 14
_BROKEN: tuple[type[Exception], ...] = (
    EOFError,
    zlib.error,
    gzip.BadGzipFile,
    ZstdError,
)  # what damaged archives raise


class HashingStream(io.RawIOBase):
    """Passes a file's bytes through and hashes them (sha256); closing it, as readers above it do, leaves the file open for `finish`."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()

    def readable(self) -> bool:
        """Always true."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Reads into the buffer, as `io.RawIOBase` asks."""
        block = self._stream.read(len(buffer))
        buffer[: len(block)] = block
        self._hash.update(block)
        return len(block)

    def finish(self) -> str:
        """Reads what is left and returns the hash of the whole file."""
        while block := self._stream.read(_CHUNK):
            self._hash.update(block)
        return self._hash.hexdigest()


class _Unpacked(io.RawIOBase):
    """Unpacked bytes as they come, so that those before a damaged place are not lost with it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readable(self) -> bool:
        """Always true."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Reads into the buffer, as `io.RawIOBase` asks."""
        try:
            block = self._stream.read1(min(len(buffer), _UNPACKED_CHUNK))
        except _BROKEN as error:
            raise DamagedError(str(error)) from None
        buffer[: len(block)] = block
        return len(block)


def unpacked(stored: HashingStream, compression: str | None) -> IO[bytes]:
    """The content of a stored file."""
    plain = io.BufferedReader(stored, _CHUNK)
    if compression is None:
        return plain
    return io.BufferedReader(_Unpacked(compr[compression](plain, mode="rb")))


class InputReader:
    """The rows of one input, in order.

    Args:
        further: other columns to read where the input has them, with their roles.

    Attributes:
        sha256: of the stored file, once it was read to its end.
        lines: where its lines went, once it was read to its end; None for Parquet, which has none, unless its rows were left unread.
    """

    def __init__(self, source: Input, columns: Columns, *, encoding: str | None = None, further: Mapping[str, Role] | None = None) -> None:
        self._source = source
        wanted = article_columns(columns)
        self._wanted = replace(wanted, roles={**(further or {}), **wanted.roles})
        self._encoding = encoding
        self.sha256: str | None = None
        self.lines: LineCount | None = None

    def __iter__(self) -> Iterator[RawRow]:
        tally, line = Tally(), 0
        with closing(open_raw(self._source.name)) as file:
            stored = HashingStream(file)
            try:
                for row in self._rows(stored, tally):
                    line = row.line + row.lines - 1
                    tally["in_rows"] += row.lines
                    yield row
            except DamagedError as error:
                message = f"the {self._source.compression} data end early or are damaged here ({error}); the rest was not read"
                yield RawRow(line + 1, b"", Fault("damaged", message), lines=0)
            self.sha256 = stored.finish()
        if self._source.kind != "parquet" or tally["unread"]:
            self.lines = LineCount.model_validate(tally)

    def _rows(self, stored: HashingStream, tally: Tally) -> Iterator[RawRow]:
        if self._source.kind == "parquet":
            return self._parquet_rows(tally)
        lines = lines_of(unpacked(stored, self._source.compression), tally, encoding=self._encoding)
        if self._source.kind == "csv":
            return csv_rows(lines, self._wanted, tally)
        return jsonl_rows(lines, tally)

    def _parquet_rows(self, tally: Tally) -> Iterator[RawRow]:
        from presscheck.data.rows.parquet import parquet_rows

        name = self._source.name
        with open_raw(name) as stream:  # it is read from its end, which a stream that is hashed is not
            yield from parquet_rows(stream, self._wanted, tally, name=name)
