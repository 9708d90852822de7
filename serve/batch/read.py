"""Reads inputs row by row: each row as its bytes with its place, a damaged one as a fault. The one reader of every engine.

Only what a row's line says is settled here; `serve.batch.row` makes an article of it where it is scored.
"""

import csv
import gzip
import hashlib
import io
import json
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import IO, Any, cast

from backports.zstd import ZstdError
from fsspec.compression import compr

from presscheck.data.article import WIDE_MARKS
from presscheck.serve.batch.inputs import open_raw
from presscheck.serve.batch.job import Columns, Input

MAX_ROW_BYTES = 16_000_000
_CHUNK = 1 << 20
_UNPACKED_CHUNK = 1 << 14
_BROKEN: tuple[type[Exception], ...] = (EOFError, zlib.error, gzip.BadGzipFile, ZstdError)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row, or the rest of a file, could not be read; `field` is the column where one is to blame."""

    code: str
    message: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: its line in the input (its number, from 1, in Parquet) and its bytes, a JSON object where all is well."""

    line: int
    data: bytes
    fault: Fault | None = None


class HashingStream(io.RawIOBase):
    """Passes a file's bytes on and keeps their sha256; closing it, as readers above it do, leaves the file open for `finish`."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()

    def readable(self) -> bool:
        """It is."""
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
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Reads into the buffer, as `io.RawIOBase` asks."""
        block = self._stream.read1(min(len(buffer), _UNPACKED_CHUNK))
        buffer[: len(block)] = block
        return len(block)


class InputReader:
    """The rows of one input, in order; afterwards `sha256` is the hash of the stored file."""

    def __init__(self, source: Input, columns: Columns) -> None:
        self._source = source
        self._columns = columns
        self.sha256: str | None = None
        self.line = 0

    def __iter__(self) -> Iterator[RawRow]:
        with closing(open_raw(self._source.name)) as file:
            stored = HashingStream(file)
            rows = self._parquet() if self._source.kind == "parquet" else self._delimited(stored)
            try:
                for row in rows:
                    self.line = row.line
                    yield row
            except _BROKEN as error:
                message = f"the {self._source.compression} data end early or are damaged here ({error}); the rest was not read"
                yield RawRow(self.line + 1, b"", Fault("damaged", message))
            self.sha256 = stored.finish()

    def _delimited(self, stored: HashingStream) -> Iterator[RawRow]:
        stream: IO[bytes] = io.BufferedReader(stored, _CHUNK)
        if self._source.compression:
            stream = io.BufferedReader(_Unpacked(compr[self._source.compression](stream, mode="rb")))
        lines = _lines(stream)
        return csv_rows(lines, self._columns) if self._source.kind == "csv" else _jsonl_rows(lines)

    def _parquet(self) -> Iterator[RawRow]:
        return parquet_rows(self._source.name, self._columns)


def _lines(stream: IO[bytes]) -> Iterator[RawRow]:
    """Lines with their end, as UTF-8; one of more than MAX_ROW_BYTES is passed over as a fault."""
    start = cast("io.BufferedReader", stream).peek(2)[:2]
    if start in WIDE_MARKS:
        text = io.TextIOWrapper(stream, encoding="utf-16", errors="surrogatepass", newline="\n")
        yield from (RawRow(n, line.encode("utf-8", "surrogatepass")) for n, line in enumerate(text, start=1))
        return
    number = 0
    while line := stream.readline(MAX_ROW_BYTES):
        number += 1
        if len(line) < MAX_ROW_BYTES or line.endswith(b"\n"):
            yield RawRow(number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
            continue
        while (rest := stream.readline(MAX_ROW_BYTES)) and not rest.endswith(b"\n"):
            pass
        yield RawRow(number, b"", Fault("too_long", f"the row is longer than {MAX_ROW_BYTES:,} bytes"))


def _jsonl_rows(lines: Iterable[RawRow]) -> Iterator[RawRow]:
    return (row for row in lines if row.fault or row.data.strip())


def as_json(row: dict[str, Any]) -> bytes:
    """A row of a table as the JSON line it would be; a value that JSON has no type for names its type, which is then refused."""
    return json.dumps(row, ensure_ascii=True, default=lambda value: {"type": type(value).__name__}).encode()


class _Feed:
    """Text lines for `csv.reader` that can be taken back: a quote that is never closed costs its own line, not the rest of the file."""

    def __init__(self, lines: Iterable[RawRow]) -> None:
        self._lines = iter(lines)
        self._waiting: deque[RawRow] = deque()
        self.used: list[RawRow] = []
        self._size = 0

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        row = self._waiting.popleft() if self._waiting else next(self._lines)
        self.used.append(row)
        self._size += len(row.data)
        if row.fault:
            raise csv.Error(row.fault.message)
        if self._size > MAX_ROW_BYTES:
            raise csv.Error("its quotes do not close")
        try:
            return row.data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise csv.Error(f"not UTF-8 at byte {error.start} of line {row.line}") from None

    def begin_row(self) -> None:
        """Forgets the lines of the row before."""
        self.used, self._size = [], 0

    def take_back(self) -> RawRow:
        """The row's first line; the others are read again."""
        self._waiting.extendleft(reversed(self.used[1:]))
        return self.used[0]


def csv_rows(lines: Iterable[RawRow], columns: Columns) -> Iterator[RawRow]:
    """Rows of a CSV file with a header, each with the line it begins on."""
    feed = _Feed(lines)
    csv.field_size_limit(MAX_ROW_BYTES)
    header: list[str] | None = None
    wanted = set(columns.model_dump().values())
    while True:
        feed.begin_row()
        try:
            cells = next(csv.reader(feed, strict=True))
        except StopIteration:
            return
        except csv.Error as error:
            first = feed.take_back()
            yield RawRow(first.line, first.data, first.fault or Fault("csv", f"the row is no valid CSV: {error}"))
            if header is None:
                return
            continue
        line = feed.used[0].line
        if not any(cells):
            continue
        if header is None:
            header = cells
            if fault := _lacks_text(header, columns):
                yield RawRow(line, b"", fault)
                return
        elif len(cells) != len(header):
            yield RawRow(line, b"", Fault("csv", f"the row has {len(cells)} cells, the header {len(header)}"))
        else:
            named = zip(header, cells, strict=True)
            yield RawRow(line, as_json({name: cell for name, cell in named if name in wanted}))


def _lacks_text(names: Sequence[str], columns: Columns) -> Fault | None:
    if {columns.headline, columns.body} & set(names):
        return None
    message = f"the file has no column {columns.headline!r} or {columns.body!r}; it has {', '.join(names)}; nothing of it was read"
    return Fault("schema", message)


def parquet_rows(name: str, columns: Columns) -> Iterator[RawRow]:
    """Rows of a Parquet file, of the mapped columns alone; text is decoded cell by cell, so that one bad cell costs one row."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with open_raw(name) as stream:
        try:
            file = pq.ParquetFile(stream)
        except pa.ArrowInvalid as error:
            yield RawRow(1, b"", Fault("damaged", f"no readable Parquet file ({error})"))
            return
        wanted = [c for c in columns.model_dump().values() if c in file.schema_arrow.names]
        if fault := _lacks_text(file.schema_arrow.names, columns):
            yield RawRow(1, b"", fault)
            return
        number = 0
        try:
            for batch in file.iter_batches(256, columns=wanted):
                for row in _cells(batch):
                    number += 1
                    yield RawRow(number, as_json(row))
        except pa.ArrowException as error:
            yield RawRow(
                number + 1, b"", Fault("damaged", f"the Parquet data are damaged here ({error}); the rest was not read")
            )


def _cells(batch: Any) -> Iterator[dict[str, Any]]:
    import pyarrow as pa

    texts = {
        field.name for field in batch.schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
    }
    lists = {
        name: (column.cast(pa.large_binary()) if name in texts else column).to_pylist()
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    }
    for values in zip(*lists.values(), strict=True):
        yield {name: _decoded(value, is_text=name in texts) for name, value in zip(lists, values, strict=True)}


def _decoded(value: Any, *, is_text: bool) -> Any:
    """The cell's text; bytes that are no UTF-8 become lone surrogates, which no reader of texts takes."""
    return value.decode("utf-8", "surrogateescape") if is_text and isinstance(value, bytes) else value
