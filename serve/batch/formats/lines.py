"""Lines of a text, and JSONL, which is nothing else."""

import codecs
import io
from collections.abc import Iterable, Iterator
from typing import IO, cast

from presscheck.data.article import WIDE_MARKS
from presscheck.serve.batch.formats.raw import MAX_ROW_BYTES, Fault, RawRow, Tally

_CHUNK = 1 << 16


def _too_long(number: int) -> RawRow:
    return RawRow(number, b"", Fault("too_long", f"the row is longer than {MAX_ROW_BYTES:,} bytes"))


def lines_of(stream: IO[bytes], tally: Tally) -> Iterator[RawRow]:
    """Lines with their end, as UTF-8; one of more than MAX_ROW_BYTES is passed over as a fault."""
    start = cast("io.BufferedReader", stream).peek(2)[:2]
    read = _wide_lines if start in WIDE_MARKS else _narrow_lines
    for row in read(stream):
        tally["total"] += 1
        yield row


def _narrow_lines(stream: IO[bytes]) -> Iterator[RawRow]:
    number = 0
    while line := stream.readline(MAX_ROW_BYTES):
        number += 1
        if len(line) < MAX_ROW_BYTES or line.endswith(b"\n"):
            yield RawRow(number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
            continue
        while (rest := stream.readline(MAX_ROW_BYTES)) and not rest.endswith(b"\n"):
            pass
        yield _too_long(number)


def _wide_lines(stream: IO[bytes]) -> Iterator[RawRow]:
    """UTF-16. Half a surrogate pair goes on as it is, and the row is refused for it; half a code unit can only be the file's end."""
    decoder = codecs.getincrementaldecoder("utf-16")("surrogatepass")
    number, rest, is_long = 1, "", False
    while block := stream.read(_CHUNK):
        *whole, rest = (rest + decoder.decode(block)).split("\n")
        for line in whole:
            yield _too_long(number) if is_long or len(line) > MAX_ROW_BYTES else RawRow(number, _encoded(line + "\n"))
            number, is_long = number + 1, False
        if len(rest) > MAX_ROW_BYTES:
            rest, is_long = "", True
    try:
        rest += decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        fault = Fault("encoding", "the file ends inside a UTF-16 character")
        yield RawRow(number, _encoded(rest), fault)
        return
    if is_long:
        yield _too_long(number)
    elif rest:
        yield RawRow(number, _encoded(rest))


def _encoded(line: str) -> bytes:
    return line.encode("utf-8", "surrogatepass")


def jsonl_rows(lines: Iterable[RawRow], tally: Tally) -> Iterator[RawRow]:
    """A row a line; blank ones are passed over."""
    for row in lines:
        if row.fault or row.data.strip():
            yield row
        else:
            tally["blank"] += 1
