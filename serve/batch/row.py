"""Makes an article of a row, or says why it is none."""

import json
from dataclasses import dataclass
from typing import Any

from presscheck.data.article import Article, make_article
from presscheck.serve.batch.job import Columns
from presscheck.serve.batch.read import Fault, RawRow


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be scored."""

    line: int
    article: Article
    outlet: str | None


class RowError(Exception):
    """A row that cannot be scored."""

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.fault = Fault(code, message, field)


def _text(row: dict[str, Any], column: str) -> str | None:
    value = row.get(column)
    if value is None:
        return None
    if not isinstance(value, str):
        raise RowError("type", f'"{column}" must be a string, not {type(value).__name__}', column)
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise RowError("encoding", f'"{column}" holds half a character or bytes that are no UTF-8', column) from None
    if "\0" in value:
        raise RowError("binary", f'"{column}" holds binary data', column)
    return value


def _identifier(row: dict[str, Any], column: str, otherwise: str) -> str:
    value = row.get(column)
    if value is None or value == "":
        return otherwise
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise RowError("type", f'"{column}" must be a string or a whole number, not {type(value).__name__}', column)
    return str(value)


def _refused_constant(name: str) -> None:
    raise RowError("json", f"{name} is no JSON")


def _parsed(raw: RawRow) -> dict[str, Any]:
    try:
        line = raw.data.decode("utf-8")
    except UnicodeDecodeError as error:
        code = "binary" if b"\0" in raw.data else "encoding"
        raise RowError(code, f"not UTF-8 at byte {error.start} of the line") from None
    if "\0" in line:
        raise RowError("binary", "binary data, not a text")
    try:
        row = json.loads(line.rstrip("\r\n"), parse_constant=_refused_constant)
    except json.JSONDecodeError as error:
        if not line.endswith("\n"):
            raise RowError("torn", f"the file ends inside this row (column {error.colno}: {error.msg})") from None
        raise RowError("json", f"invalid JSON at column {error.colno}: {error.msg}") from None
    except (RecursionError, ValueError):
        raise RowError("json", "the JSON is nested too deeply or holds a number of too many digits") from None
    if not isinstance(row, dict):
        raise RowError("schema", "a row is a JSON object")
    return row


def read_row(raw: RawRow, *, name: str, columns: Columns) -> Row | Fault:
    """The row as an article; an absent id is `file:line`."""
    if raw.fault:
        return raw.fault
    try:
        row = _parsed(raw)
        article = _article(row, f"{name}:{raw.line}", columns)
        return Row(raw.line, article, _text(row, columns.outlet))
    except RowError as error:
        return error.fault


def _article(row: dict[str, Any], otherwise: str, columns: Columns) -> Article:
    if columns.headline not in row and columns.body not in row:
        have = ", ".join(name[:40] for name in sorted(row)[:8]) or "nothing"
        raise RowError("schema", f'a row needs "{columns.headline}" or "{columns.body}"; this one has {have}')
    identifier = _identifier(row, columns.id, otherwise)
    article = make_article(identifier, _text(row, columns.headline), _text(row, columns.body))
    if article.headline is None and article.body is None:
        raise RowError("empty", "no text to score")
    return article
