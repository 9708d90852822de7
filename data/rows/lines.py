"""Reads lines of a stream as UTF-8, whatever its encoding, and JSONL rows."""

import codecs
import io
from collections.abc import Iterable, Iterator
from typing import IO, Any, cast

from presscheck.data.rows.encoding import WIDE_MARKS
from presscheck.data.rows.raw import MAX_ROW_BYTES, RawRow, Tally
from presscheck.data.rows.refusal import Fault

_CHUNK = 1 << 16
LONE_RETURN = "its lines end in a carriage return alone, as on an old Mac; save it with line feeds"
_MARK = codecs.BOM_UTF8  # on a later line where files were concatenated
_UTF8 = ("utf-8", "utf-8-sig")


def _too_long(number: int) -> RawRow:
    return RawRow(number, b"", Fault("too_long", f"the row is longer than {MAX_ROW_BYTES:,} bytes"))


def lines_of(stream: IO[bytes], tally: Tally, *, encoding: str | None = None) -> Iterator[RawRow]:
    """Lines with their end, as UTF-8; one of more than MAX_ROW_BYTES becomes a fault.

    Args:
        encoding: that of the stream; by default UTF-8, or UTF-16 if a byte-order mark says so.
    """
    buffered = cast("io.BufferedReader", stream if hasattr(stream, "peek") else io.BufferedReader(cast("Any", stream)))
    for row in _lines(buffered, encoding):
        tally["total"] += 1
        yield row


def _lines(stream: io.BufferedReader, encoding: str | None) -> Iterator[RawRow]:
    if encoding is None:
        return _decoded_lines(stream, "utf-16") if stream.peek(2)[:2] in WIDE_MARKS else _narrow_lines(stream)
    name = codecs.lookup(encoding).name
    if name in _UTF8:
        return _narrow_lines(stream)
    if "\n".encode(name) == b"\n" and not name.startswith(("iso2022", "hz", "utf-7")):
        return (_recoded(row, name) for row in _narrow_lines(stream))
    return _decoded_lines(stream, name)


def _narrow_lines(stream: IO[bytes]) -> Iterator[RawRow]:
    number = 0
    while line := stream.readline(MAX_ROW_BYTES):
        number += 1
        if len(line) < MAX_ROW_BYTES or line.endswith(b"\n"):
            yield RawRow(number, line.removeprefix(_MARK))
            continue
        while (rest := stream.readline(MAX_ROW_BYTES)) and not rest.endswith(b"\n"):
            pass
        yield _too_long(number)


def _recoded(row: RawRow, encoding: str) -> RawRow:
    try:
        return row if row.fault else RawRow(row.line, _encoded(row.data.decode(encoding)))
    except UnicodeDecodeError as error:
        message = f"not {encoding} at byte {error.start} of the line; name another encoding"
        return RawRow(row.line, row.data, Fault("encoding", message))


def _decoded_lines(stream: IO[bytes], encoding: str) -> Iterator[RawRow]:
    """Encodings in which a line break is not one byte, such as UTF-16.

    A lone surrogate is passed on, and the row is refused for it; half a code unit can only be at the file's end.
    """
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass" if encoding.startswith("utf-16") else "strict")
    number, rest, is_long, is_end = 1, "", False, False
    while not is_end:
        block = stream.read(_CHUNK)
        is_end = not block
        try:
            *whole, rest = (rest + decoder.decode(block, final=is_end)).split("\n")
        except UnicodeDecodeError:
            where = "the file ends inside a character of" if is_end else "from here on, the file is not"
            yield RawRow(number, _encoded(rest), Fault("encoding", f"{where} {encoding.upper()}"))
            return
        for line in whole:
            yield _too_long(number) if is_long or len(line) > MAX_ROW_BYTES else RawRow(number, _encoded(line + "\n"))
            number, is_long = number + 1, False
        if len(rest) > MAX_ROW_BYTES:
            rest, is_long = "", True
    if is_long:
        yield _too_long(number)
    elif rest:
        yield RawRow(number, _encoded(rest))


def _encoded(line: str) -> bytes:
    return line.removeprefix("\ufeff").encode("utf-8", "surrogatepass")


def jsonl_rows(lines: Iterable[RawRow], tally: Tally) -> Iterator[RawRow]:
    """One row per line; blank lines are skipped."""
    for row in lines:
        if row.fault or row.data.strip():
            yield row
        else:
            tally["blank"] += 1
