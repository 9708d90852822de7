"""Makes an article of a row, or refuses it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from presscheck.data.article import Article, Rejected, make_article
from presscheck.data.rows.cell import id_cell, name_cell, text_cell
from presscheck.data.rows.columns import Columns, shown
from presscheck.data.rows.encoding import NAME_IT
from presscheck.data.rows.json_text import parse_json
from presscheck.data.rows.lines import LONE_RETURN
from presscheck.data.rows.missing import is_missing_word
from presscheck.data.rows.raw import RawRow
from presscheck.data.rows.refusal import Fault, RowError
from presscheck.data.text.normalise import plain


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be scored."""

    line: int
    article: Article
    outlet: str | None


def json_line(data: bytes) -> str:
    """The text of a row's bytes.

    Raises:
        RowError: `binary` if they hold a NUL, `encoding` if they are not UTF-8.
    """
    if b"\0" in data:
        raise RowError("binary", "binary data, not a text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RowError("encoding", f"not UTF-8 at byte {error.start} of the line; {NAME_IT}") from None


def parsed(raw: RawRow) -> dict[str, Any]:
    """The cells of a row by their names.

    Raises:
        RowError: if it is not a JSON object, or could not be read.
    """
    if raw.fault:
        raise RowError(raw.fault.code, raw.fault.message, raw.fault.field)
    line = json_line(raw.data)
    text = line.rstrip("\r\n")
    try:
        row = parse_json(text)
    except json.JSONDecodeError as error:
        if "\r" in text:
            raise RowError("json", f"invalid JSON: {LONE_RETURN}") from None
        if not line.endswith("\n"):
            raise RowError("torn", f"the file ends inside this row (column {error.colno}: {error.msg})") from None
        is_document = raw.line == 1 and (text.strip() == "{" or text.lstrip().startswith("["))
        hint = "; a row is one line, a document of several is read from a .json file" if is_document else ""
        raise RowError("json", f"invalid JSON at column {error.colno}: {error.msg}{hint}") from None
    return as_object(row)


def as_object(value: Any) -> dict[str, Any]:
    """A JSON value as a row.

    Raises:
        RowError: `schema`, if it is not an object.
    """
    if not isinstance(value, dict):
        raise RowError("schema", "a row is a JSON object with headline and body")
    return value


def article_of(row: Mapping[str, Any], columns: Columns, *, otherwise: str) -> Article:
    """The article of a row's cells; a missing id is `otherwise`.

    Raises:
        RowError: naming the problem, and the column if one is at fault.
    """
    if columns.headline not in row and columns.body not in row:
        near = next((name for name in row if name.strip().casefold() in (columns.headline, columns.body)), None)
        hint = f"; {near!r} is spelt differently" if near else ""
        have = shown(sorted(row))
        raise RowError("schema", f'a row needs "{columns.headline}" or "{columns.body}"; this one has {have}{hint}')
    identifier = id_cell(row.get(columns.id), columns.id)
    headline = text_cell(row.get(columns.headline), columns.headline)
    body = text_cell(row.get(columns.body), columns.body)
    article = make_article(otherwise if identifier is None else identifier, headline, body)
    if article.headline is None and article.body is None:
        word = next((text.strip() for text in (headline, body) if text and is_missing_word(plain(text))), None)
        why = f"; {word!r} means a missing value" if word else ""
        raise RowError("empty", f"no text to score{why}", identifier=article.id)
    return article


def as_row(row: Mapping[str, Any], *, line: int, place: str, columns: Columns) -> Row:
    """A row's cells as a row that can be scored; `place` is its id if it has none.

    Raises:
        RowError: see `article_of`.
    """
    article = article_of(row, columns, otherwise=place)
    return Row(line, article, name_cell(row.get(columns.outlet), columns.outlet))


def read_row(raw: RawRow, *, name: str, columns: Columns) -> Row | Fault:
    """The row as an article; an absent id is `file:line`."""
    try:
        return as_row(parsed(raw), line=raw.line, place=f"{name}:{raw.line}", columns=columns)
    except RowError as error:
        return error.fault


def rejected(error: RowError, place: str) -> Rejected:
    """A refusal in the row's place in the output."""
    return Rejected(error.identifier or place, error.fault.code, f"{place}: {error}")
