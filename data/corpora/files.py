"""What the readers share: files with a clear error, rows with their line, and one-segment documents."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from presscheck.data.article import decode
from presscheck.data.errors import DataError, located
from presscheck.data.schema import Document, Segment, SegmentKind, Span


def read_text(path: Path) -> str:
    """A file's text.

    Raises:
        DataError: when it cannot be read or decoded.
    """
    try:
        return decode(path.read_bytes(), where=str(path))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None


def read_rows(
    path: Path, *, delimiter: str, columns: Sequence[str], quoted: bool = True
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a delimited file, each with its line number.

    Raises:
        DataError: when a column is missing or a row is broken, as `file:line: message`.
    """
    stream = io.StringIO(read_text(path), newline="")
    reader = csv.DictReader(stream, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE)
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise DataError(located(path, 1, f"no column {missing[0]!r}; there are {', '.join(reader.fieldnames or ())}"))
    for row in reader:
        if None in row or None in row.values():
            raise DataError(
                located(
                    path, reader.line_num, f"the row does not have the header's {len(reader.fieldnames or ())} columns"
                )
            )
        yield reader.line_num, row


def mapped(value: str, values: Mapping[str, float | None], *, path: Path, line: int) -> float | None:
    """The label that a publisher's value stands for.

    Raises:
        DataError: on a value that the publisher's scheme does not have.
    """
    if value not in values:
        raise DataError(located(path, line, f"unknown label {value!r}; known: {', '.join(values)}"))
    return values[value]


def single(
    text: str,
    *,
    identifier: str,
    group: str,
    source: str,
    licence: str,
    kind: SegmentKind,
    labels: Mapping[str, float],
    spans: tuple[Span, ...] = (),
    tags: tuple[str, ...] = (),
) -> Document:
    """A document of one segment."""
    segment = Segment(text, kind, labels, spans, tags)
    return Document(
        id=f"{source}/{identifier}", group=f"{source}/{group}", source=source, licence=licence, segments=(segment,)
    )
