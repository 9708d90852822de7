"""Parses JSON strictly by RFC 8259: no NaN, no Infinity, no repeated key in an object."""

import json
from typing import Any

from presscheck.data.rows.refusal import RowError

MARK = "\ufeff"  # a byte-order mark; concatenated files have one on a later line


def _refused_constant(name: str) -> None:
    raise RowError("json", f"{name} is not JSON; a missing value is null")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _ in pairs]
    twice = next(name for name in names if names.count(name) > 1)
    raise RowError("json", f"the key {twice[:40]!r} is repeated in one object")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refused_constant)


def parse_json(text: str) -> Any:
    """The value of a JSON text; a byte-order mark before it is passed over.

    Raises:
        json.JSONDecodeError: if it is not JSON.
        RowError: `json` for NaN and Infinity, a repeated key, too deep a nesting or a number of too many digits.
    """
    try:
        return _DECODER.decode(text.removeprefix(MARK))
    except (json.JSONDecodeError, RowError):
        raise
    except (RecursionError, ValueError):
        message = "the JSON is nested too deeply or holds a number of too many digits"
        raise RowError("json", message) from None
