"""Reads the cells of labelled rows that are more than a text: votes, weights, and lists of objects; in CSV these are JSON."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from presscheck.configs.spelling import spelling
from presscheck.data.labelled.layout import LabelCells
from presscheck.data.rows.cell import is_missing, label_cell
from presscheck.data.rows.json_text import parse_json
from presscheck.data.rows.refusal import RowError


def _parsed(value: str, column: str) -> Any:
    try:
        return parse_json(value)
    except json.JSONDecodeError as error:
        raise RowError("json", f'"{column}" must hold JSON: {error.msg} at character {error.colno}', column) from None


def votes(row: Mapping[str, Any], cells: LabelCells) -> list[float]:
    """The votes for a label, from all of its columns; an empty cell is none.

    Raises:
        RowError: on a cell that is neither a label nor a list of them.
    """
    return [vote for column in cells.columns for vote in _votes(row.get(column), column, cells.values)]


def _votes(value: Any, column: str, values: Mapping[str, float | None] | None) -> list[float]:
    if isinstance(value, str) and value.lstrip().startswith("[") and spelling(value) not in (values or {}):
        value = _parsed(value, column)
    many = value if isinstance(value, list) else [value]
    return [vote for one in many if (vote := label_cell(one, column, values)) is not None]


def mean(found: Sequence[float], *, min_votes: int) -> float | None:
    """The soft target of votes; None if there are too few."""
    return sum(found) / len(found) if len(found) >= max(min_votes, 1) else None


def weight_cell(value: Any, column: str) -> float | None:
    """A number above 0; None if the cell is empty.

    Raises:
        RowError: `type` for anything else.
    """
    if is_missing(value):
        return None
    try:
        number = math.nan if isinstance(value, bool | list | dict) else float(value)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise RowError("type", f'"{column}" must be a number above 0, not {value!r}; leave a row out that must not count', column)
    return number


def object_cell(value: Any, column: str) -> dict[str, Any]:
    """An object, or a text that holds one as JSON; an empty one for a missing cell.

    Raises:
        RowError: `json` or `type`, if it is something else.
    """
    if isinstance(value, str) and value.strip():
        value = _parsed(value, column)
    if is_missing(value):
        return {}
    if not isinstance(value, dict):
        raise RowError("type", f'"{column}" must be an object', column)
    return value


def objects_cell(value: Any, column: str) -> list[dict[str, Any]]:
    """A list of objects, or a text that holds one as JSON; an object of lists, as `datasets` stores them, is turned into one.

    Raises:
        RowError: `json` or `type`, if it is something else.
    """
    if isinstance(value, str) and value.strip():
        value = _parsed(value, column)
    if is_missing(value):
        return []
    if isinstance(value, dict) and all(isinstance(cells, list) for cells in value.values()):
        if len(set(map(len, value.values()))) > 1:
            raise RowError("type", f'the lists in "{column}" differ in length', column)
        return [dict(zip(value, cells, strict=True)) for cells in zip(*value.values(), strict=True)]
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise RowError("type", f'"{column}" must be a list of objects', column)
    return value


def names_cell(value: Any, column: str) -> tuple[str, ...] | None:
    """A list of names; None if the cell is empty.

    Raises:
        RowError: `type`, if it is something else.
    """
    if is_missing(value):
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise RowError("type", f'"{column}" must be a list of names', column)
    return tuple(value)


def offsets(entry: Mapping[str, Any], column: str, *, length: int, what: str) -> tuple[int, int]:
    """`start` and `end` of an entry, inside a text of `length` code points.

    Raises:
        RowError: `type` if they are not whole numbers, or outside the text.
    """
    found = [entry.get(name) for name in ("start", "end")]
    if not all(isinstance(place, int | float) and not isinstance(place, bool) and place == place // 1 for place in found):
        raise RowError("type", f'an entry of "{column}" needs "start" and "end", whole numbers; it has {dict(entry)!r:.80}', column)
    start, end = (int(place or 0) for place in found)
    if not 0 <= start < end <= length:
        message = (
            f'[{start}, {end}) of "{column}" is outside the {what} of {length:,} characters; count code points from 0, the end exclusive'
        )
        raise RowError("type", message, column)
    return start, end
