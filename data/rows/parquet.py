"""Reads Parquet by row group: a damaged group costs only its own rows, each of which is counted."""

import math
from collections.abc import Iterator, Mapping
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from presscheck.data.errors import DataError
from presscheck.data.rows.columns import Role, Wanted
from presscheck.data.rows.raw import RawRow, Tally, as_json
from presscheck.data.rows.refusal import Fault, RowError

_BATCH_ROWS = 256
_DAMAGED = (pa.ArrowException, OSError, UnicodeDecodeError)
_SAYS: Mapping[Role, str] = {
    "text": "a string",
    "id": "a string or a whole number",
    "name": "a string or a number",
    "label": "a number, a boolean, a string or a list of them",
    "day": "a day or a string",
    "nested": "a list, an object or a string of JSON",
}


def _is_text(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_list(kind: Any) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def _may_stand(kind: Any, role: Role) -> bool:
    """Whether a column's type fits the role; for floats and strings each cell decides."""
    if _is_text(kind) or pa.types.is_null(kind):
        return True
    if role == "nested":
        return _is_list(kind) or bool(pa.types.is_struct(kind))
    if role == "label" and _is_list(kind):
        return _may_stand(kind.value_type, role)
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind)
    return bool(
        (role in ("id", "name", "label") and is_number)
        or (role in ("name", "label") and pa.types.is_boolean(kind))
        or (role == "label" and pa.types.is_decimal(kind))
        or (role == "day" and (pa.types.is_date(kind) or pa.types.is_timestamp(kind)))
    )


def _cause(error: Exception, name: str) -> str:
    """What is wrong with the file's content.

    Raises:
        OSError: if the machine failed and the file may be intact.
        DataError: if there is not enough memory.
    """
    if isinstance(error, OSError) and error.errno is not None:
        raise error
    if isinstance(error, MemoryError):
        raise DataError(f"{name}: too large for this machine's memory ({error})") from None
    return " ".join(str(error).split())


def parquet_rows(stream: IO[bytes], wanted: Wanted, tally: Tally, *, name: str) -> Iterator[RawRow]:
    """Rows of a Parquet file, of the wanted columns alone; text is decoded cell by cell, so that one bad cell costs one row.

    A file with unusable columns is one fault; its rows count as unread.
    """
    try:
        file = pq.ParquetFile(stream, page_checksum_verification=True)
        schema = file.schema_arrow
    except _DAMAGED as error:
        yield RawRow(1, b"", Fault("damaged", f"not a readable Parquet file ({_cause(error, name)})"))
        return
    try:
        columns = {column: schema.names[place] for column, place in wanted.places(schema.names).items()}
        for column, own in columns.items():
            _hold(column, schema.field(own).type, wanted.roles[column])
    except RowError as error:
        tally["total"] = file.metadata.num_rows
        tally["unread"] = max(file.metadata.num_rows - 1, 0)
        yield RawRow(1, b"", error.fault, lines=min(file.metadata.num_rows, 1))
        return
    first = 1
    for group in range(file.num_row_groups):
        end = first + file.metadata.row_group(group).num_rows
        yield from _group_rows(file, group, columns, first=first, end=end, name=name)
        first = end


def _hold(column: str, kind: Any, role: Role) -> None:
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    if not _may_stand(inner, role):
        message = f'"{column}" must be {_SAYS[role]}, not {kind}; nothing of the file was read'
        raise RowError("type", message, column)


def _group_rows(file: Any, group: int, columns: Mapping[str, str], *, first: int, end: int, name: str) -> Iterator[RawRow]:
    """The rows of one group, `first` to before `end`; those after damage as faults."""
    number, cause = first, "it holds fewer rows than it says"
    try:
        for batch in file.iter_batches(_BATCH_ROWS, row_groups=[group], columns=list(columns.values())):
            for row in _cells(batch, columns):
                yield RawRow(number, as_json(row))
                number += 1
    except _DAMAGED as error:
        cause = _cause(error, name)
    if number < end:
        place = f"row group {group + 1}, rows {number} to {end - 1}"
        fault = Fault("damaged", f"{place}: the Parquet data are damaged ({cause})")
        yield from (RawRow(missing, b"", fault) for missing in range(number, end))


def _cells(batch: Any, columns: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    values = [_values(batch.column(own)) for own in columns.values()]
    for row in zip(*values, strict=True):
        yield dict(zip(columns, row, strict=True))


def _values(column: Any) -> list[Any]:
    """A column's cells; invalid UTF-8 becomes lone surrogates, which are refused as text, and NaN is missing."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if _is_text(column.type):
        raw = column.cast(pa.large_binary()).to_pylist()
        return [None if cell is None else cell.decode("utf-8", "surrogateescape") for cell in raw]
    if pa.types.is_floating(column.type):
        return [None if cell is None or math.isnan(cell) else cell for cell in column.to_pylist()]
    if pa.types.is_temporal(column.type):
        column = column.cast(pa.string())
    if pa.types.is_nested(column.type):
        return [_plain(cell) for cell in column.to_pylist()]
    return list(column.to_pylist())


def _plain(cell: Any) -> Any:
    """A nested cell as JSON has it: NaN is missing, and what JSON has no value for is text."""
    if isinstance(cell, list):
        return [_plain(one) for one in cell]
    if isinstance(cell, dict):
        return {name: _plain(one) for name, one in cell.items()}
    if isinstance(cell, float) and math.isnan(cell):
        return None
    return cell if cell is None or isinstance(cell, str | bool | int | float) else str(cell)
