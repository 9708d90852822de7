"""Parquet, row group by row group: a damaged one costs its own rows, each of which is counted."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from presscheck.data.errors import DataError
from presscheck.serve.batch.formats.raw import Fault, RawRow, as_json, lacks_text
from presscheck.serve.batch.inputs import open_raw
from presscheck.serve.batch.job import Columns

_BATCH_ROWS = 256
_DAMAGED = (pa.ArrowException, OSError, UnicodeDecodeError)


def _cause(error: Exception, name: str) -> str:
    """What is wrong with the file's content.

    Raises:
        OSError: where it is the machine that failed, and the file may be whole.
        DataError: where memory does not suffice.
    """
    if isinstance(error, OSError) and error.errno is not None:
        raise error
    if isinstance(error, MemoryError):
        raise DataError(f"{name}: too large for this machine's memory ({error})") from None
    return " ".join(str(error).split())


def parquet_rows(name: str, columns: Columns) -> Iterator[RawRow]:
    """Rows of a Parquet file, of the mapped columns alone; text is decoded cell by cell, so that one bad cell costs one row."""
    with open_raw(name) as stream:
        try:
            file = pq.ParquetFile(stream, page_checksum_verification=True)
            names = file.schema_arrow.names
        except _DAMAGED as error:
            yield RawRow(1, b"", Fault("damaged", f"no readable Parquet file ({_cause(error, name)})"))
            return
        if fault := lacks_text(names, columns):
            yield RawRow(1, b"", fault)
            return
        wanted = [column for column in columns.model_dump().values() if column in names]
        first = 1
        for group in range(file.num_row_groups):
            end = first + file.metadata.row_group(group).num_rows
            yield from _group_rows(file, group, wanted, first=first, end=end, name=name)
            first = end


def _group_rows(file: Any, group: int, wanted: list[str], *, first: int, end: int, name: str) -> Iterator[RawRow]:
    """The rows of one group, `first` to before `end`; those behind a damaged place as faults."""
    number, cause = first, "it holds fewer rows than it says"
    try:
        for batch in file.iter_batches(_BATCH_ROWS, row_groups=[group], columns=wanted):
            for row in _cells(batch):
                yield RawRow(number, as_json(row))
                number += 1
    except _DAMAGED as error:
        cause = _cause(error, name)
    if number < end:
        place = f"row group {group + 1}, rows {number} to {end - 1}"
        fault = Fault("damaged", f"{place}: the Parquet data are damaged ({cause})")
        yield from (RawRow(missing, b"", fault) for missing in range(number, end))


def _cells(batch: Any) -> Iterator[dict[str, Any]]:
    columns = [_values(column) for column in batch.columns]
    for values in zip(*columns, strict=True):
        yield dict(zip(batch.schema.names, values, strict=True))


def _values(column: Any) -> list[Any]:
    """A column's cells; bytes that are no UTF-8 become lone surrogates, which no reader of texts takes."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        raw = column.cast(pa.large_binary()).to_pylist()
        return [None if cell is None else cell.decode("utf-8", "surrogateescape") for cell in raw]
    return [_value(cell) for cell in column]


def _value(cell: Any) -> Any:
    """A cell of another type; one that Python has no value for stands as its type, which is then refused."""
    try:
        return cell.as_py()
    except (ValueError, OverflowError, pa.ArrowException):
        return {"type": str(cell.type)}
