"""Reads cells: texts, names, ids, labels and days, with refusals."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from presscheck.configs.spelling import spelling
from presscheck.data.rows.encoding import NAME_IT
from presscheck.data.rows.refusal import RowError

_EXACT_BELOW = 2**53  # from here on a float represents more than one integer
_WHOLE_FLOAT = re.compile(r"(-?(?:0|[1-9][0-9]*))\.0+")
_SHAPES = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "an object"}


def _refused(column: str, wanted: str, value: Any) -> RowError:
    named = _SHAPES.get(type(value), type(value).__name__)
    shape = str(value) if isinstance(value, float) and wanted != "a string" else named
    return RowError("type", f'"{column}" must be {wanted}, not {shape}', column)


def _whole_text(value: str, column: str) -> str:
    """A string that can be stored: no NUL and no lone surrogate (which is also what invalid UTF-8 becomes)."""
    if "\0" in value:
        raise RowError("binary", f'"{column}" holds a NUL, which is not text', column)
    if not value.isascii():
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            message = f'"{column}" holds bytes that are not UTF-8, or a lone surrogate; {NAME_IT}'
            raise RowError("encoding", message, column) from None
    return value


def text_cell(value: Any, column: str) -> str | None:
    """A text, unchanged.

    Raises:
        RowError: `type` for anything but a string, `binary` or `encoding` for an invalid one.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        raise _refused(column, "a string", value)
    return _whole_text(value, column)


def _whole_number(value: float, column: str) -> str:
    if abs(value) >= _EXACT_BELOW:
        message = f'"{column}" is {value:.0f} as a float, which cannot hold integers of this size exactly; write it as a string'
        raise RowError("type", message, column)
    return str(int(value))


def is_missing(value: Any) -> bool:
    """Whether a cell is empty: None, NaN or a blank text."""
    return value is None or value != value or (isinstance(value, str) and not value.strip())  # NaN is not equal to itself


def id_cell(value: Any, column: str) -> str | None:
    """A string or a whole number as text; a whole float (101.0, also in a string) is that integer. None, NaN and blank are missing.

    Raises:
        RowError: `type` for anything else, `binary` or `encoding` for an invalid string.
    """
    if is_missing(value):
        return None
    if isinstance(value, str):
        if found := _WHOLE_FLOAT.fullmatch(value):
            return _whole_number(float(value), column) if len(found[1]) > 15 else found[1].replace("-0", "0")
        return _whole_text(value, column)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return _whole_number(value, column)
    raise _refused(column, "a string or a whole number", value)


def name_cell(value: Any, column: str) -> str | None:
    """The name of an outlet, a group or a genre: an id, or another number, or a boolean as JSON writes it.

    Raises:
        RowError: as `id_cell` does, for a list or an object.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and not is_missing(value) and not value.is_integer():
        return str(value)
    if isinstance(value, list | dict):
        raise _refused(column, "a string or a number", value)
    return id_cell(value, column)


def label_cell(value: Any, column: str, values: Mapping[str, float | None] | None) -> float | None:
    """The label's value in 0..1; an empty cell, null and NaN are a missing label, never a 0.

    Args:
        values: spelling (see `presscheck.configs.spelling`) to label; None takes numbers, true as 1 and false as 0.

    Raises:
        RowError: `type`, if the cell is neither.
    """
    if isinstance(value, list | dict):
        raise _refused(column, "a label", value)
    if is_missing(value):
        return None
    spelt = spelling(value)
    if values is not None and spelt in values:
        return values[spelt]
    if spelt == "nan":
        return None
    if values is not None:
        raise RowError("type", f"value {value!r} is not in the mapping ({', '.join(values)})", column)
    return _fraction(value, {"true": "1", "false": "0"}.get(spelt, spelt), column)


def _fraction(value: Any, spelt: str, column: str) -> float:
    try:
        number = float(spelt)
    except ValueError:
        point = spelt.replace(",", ".", 1)
        then = f"write {point}" if re.fullmatch(r"[01]?\.[0-9]+", point) else "map it with `values`"
        raise RowError("type", f"value {value!r} is not a number; {then}", column) from None
    if not 0 <= number <= 1:
        raise RowError("type", f"value {value!r} is outside 0..1; map it with `values`", column)
    return number


def day_cell(value: Any, column: str) -> date:
    """The day that a cell starts with, in ISO 8601; a time after it is ignored.

    Raises:
        RowError: `type`, if it starts with none.
    """
    try:
        return date.fromisoformat(str("" if value is None else value).strip()[:10])
    except ValueError:
        raise RowError("type", f"{value!r} is not a day; write it as 2026-11-25", column) from None
