"""Reads the inputs of `presscheck score` and the service: a file as articles by its kind, or every such file of a folder."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

from presscheck.data.article import Article, Rejected, checked, parse_html, parse_plain, printable
from presscheck.data.rows.columns import Columns, article_columns
from presscheck.data.rows.companions import COMPANION, is_companion
from presscheck.data.rows.delimited import csv_rows
from presscheck.data.rows.encoding import codec_of, decode, decode_page
from presscheck.data.rows.json_text import parse_json
from presscheck.data.rows.kinds import Kind, ending, foreign_bytes, foreign_text, kind_by_name, refused_kind
from presscheck.data.rows.lines import jsonl_rows, lines_of
from presscheck.data.rows.raw import RawRow, Tally
from presscheck.data.rows.refusal import RowError
from presscheck.data.rows.row import as_object, as_row, parsed, rejected

_COLUMNS = Columns()
_SNIFFED_BYTES = 4096
Found = Iterator[Article | Rejected]


def read_bytes(raw: bytes, *, name: str, kind: Kind, encoding: str | None = None, charset: str | None = None) -> Article | Rejected:
    """Reads one whole text, Markdown or HTML file as an article.

    Args:
        encoding: the caller's encoding.
        charset: the parameter of the Content-Type that it came with.
    """
    if not raw.strip():
        return Rejected(name, "empty", f"{name}: the file is empty")
    try:
        return checked(_whole(raw, name, kind, encoding, charset), name)
    except RowError as error:
        return Rejected(name, error.fault.code, str(error))


def _whole(raw: bytes, name: str, kind: Kind, encoding: str | None, charset: str | None) -> Article:
    if kind == "html":
        page, losses = decode_page(raw, where=name, encoding=encoding, charset=charset)
        return replace(parse_html(page, identifier=name), encoding_losses=losses)
    foreign = foreign_bytes(raw)
    if foreign is None:
        text = decode(raw, where=name, encoding=encoding or codec_of(charset, raw, where=name))
        foreign = foreign_text(text, is_markdown=kind == "markdown")
    if foreign:
        raise RowError("kind", f"{name}: {foreign}")
    if kind == "markdown":
        from presscheck.data.rows.markdown import parse_markdown  # 0.1 s to import: only for Markdown

        return parse_markdown(text, identifier=name)
    return parse_plain(text, identifier=name)


def _articles(rows: Iterable[RawRow], name: str) -> Found:
    for raw in rows:
        place = f"{name}:{raw.line}"
        try:
            yield as_row(parsed(raw), line=raw.line, place=place, columns=_COLUMNS).article
        except RowError as error:
            yield rejected(error, place)


def read_jsonl(stream: IO[bytes], *, name: str, encoding: str | None = None) -> Found:
    """Reads JSONL line by line; a bad line becomes a Rejected and reading continues."""
    tally = Tally()
    yield from _articles(jsonl_rows(lines_of(stream, tally, encoding=encoding), tally), name)


def read_delimited(stream: IO[bytes], *, name: str, encoding: str | None = None) -> Found:
    """Reads CSV or TSV row by row; a bad row becomes a Rejected and reading continues."""
    tally = Tally()
    lines = lines_of(stream, tally, encoding=encoding)
    yield from _articles(csv_rows(lines, article_columns(_COLUMNS), tally), name)


def read_json(stream: IO[bytes], *, name: str, encoding: str | None = None) -> Found:
    """Reads one object, or an array of them, each named by its number from 1; a file of JSON lines is read as such."""
    raw = stream.read()
    if not raw.strip():
        yield Rejected(name, "empty", f"{name}: the file is empty")
        return
    try:
        text = decode(raw, where=name, encoding=encoding)
    except RowError as error:
        yield Rejected(name, error.fault.code, str(error))
        return
    try:
        value = parse_json(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and error.lineno > 1:
            lines = (RawRow(number, f"{line}\n".encode()) for number, line in enumerate(text.split("\n"), start=1))
            yield from _articles(jsonl_rows(lines, Tally()), name)
            return
        message = f"invalid JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        yield rejected(RowError("json", message), name)
    except RowError as error:
        yield rejected(error, name)
    else:
        many = value if isinstance(value, list) else [value]
        for number, one in enumerate(many, start=1):
            yield _item(one, number, f"{name}:{number}" if isinstance(value, list) else name)


def _item(value: object, number: int, place: str) -> Article | Rejected:
    try:
        return as_row(as_object(value), line=number, place=place, columns=_COLUMNS).article
    except RowError as error:
        return rejected(error, place)


_READERS: dict[Kind, Callable[..., Found]] = {"json": read_json, "jsonl": read_jsonl, "delimited": read_delimited}


def _is_input(path: Path, passed_over: Counter[str]) -> bool:
    """Whether a file of a folder is read; others are counted."""
    name = path.name
    kind = kind_by_name(name)
    if kind == "text" and not ending(name):
        start = _start_of(path)
        if b"\0" in start or foreign_bytes(start):
            kind = None
    if kind is None:
        passed_over[ending(name)] += 1
    return kind is not None


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_SNIFFED_BYTES)
    except OSError:
        return b""  # it is rejected when it is read


def _files(folder: Path, passed_over: Counter[str]) -> Iterator[Path]:
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if is_companion(str(path.relative_to(folder))):
            passed_over[COMPANION] += 1
        elif _is_input(path, passed_over):
            yield path


def read_files(path: Path, *, passed_over: Counter[str], encoding: str | None = None) -> Iterator[tuple[Path, Article | Rejected]]:
    """Reads a file by its kind, or every such file of a folder, in name order; each article with its file.

    Args:
        passed_over: counts a folder's files that are not inputs, by extension; companions under COMPANION.
    """
    if path.is_dir():
        for child in _files(path, passed_over):
            yield from read_files(child, passed_over=passed_over, encoding=encoding)
        return
    for article in _read_file(path, encoding):
        yield path, article


def _read_file(path: Path, encoding: str | None) -> Found:
    name = printable(str(path))
    kind = kind_by_name(path.name)
    try:
        if kind is None:
            yield rejected(RowError("kind", refused_kind(ending(path.name))), name)
        elif kind in _READERS:
            with path.open("rb") as stream:
                yield from _READERS[kind](stream, name=name, encoding=encoding)
        else:
            yield read_bytes(path.read_bytes(), name=name, kind=kind, encoding=encoding)
    except OSError as error:
        yield rejected(RowError("unreadable", error.strerror or str(error)), name)


def read_path(path: Path, *, passed_over: Counter[str], encoding: str | None = None) -> Found:
    """The articles of `read_files`."""
    for _, article in read_files(path, passed_over=passed_over, encoding=encoding):
        yield article


def plain_text(path: Path, *, encoding: str | None = None) -> str | None:
    """The text of a plain-text file, in which the offsets of its article count; None for a file of another kind.

    Raises:
        RowError: if it is no text in this encoding.
    """
    if kind_by_name(path.name) != "text":
        return None
    return decode(path.read_bytes(), where=printable(str(path)), encoding=encoding)
