"""Readers of articles to score: plain text with the headline first, JSONL, and HTML."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import IO, Any

from presscheck.data.errors import DataError, located
from presscheck.data.page_blocks import blocks_of, name_behind, repeats_title, unglue
from presscheck.data.text.normalise import plain

MAX_HEADLINE_CHARS = 500
MAX_BODY_CHARS = 2_000_000
TEXT_SUFFIXES = (".txt", ".text", ".md")
HTML_SUFFIXES = (".html", ".htm")
JSONL_SUFFIXES = (".jsonl", ".ndjson")
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_CHARSET = re.compile(rb"charset=[\"']?([\w-]+)", re.I)
SUFFIXES = (*TEXT_SUFFIXES, *HTML_SUFFIXES, *JSONL_SUFFIXES)


@dataclass(frozen=True, slots=True)
class Article:
    """What is scored. An absent headline or body is None.

    Attributes:
        body_start: where the body begins in the plain-text file, in code points; None for other inputs.
        truncated: the body was longer than MAX_BODY_CHARS and was cut there.
        site: the name of the site that the headline carries, where the page tells it.
    """

    id: str
    headline: str | None
    body: str | None
    body_start: int | None = None
    truncated: bool = False
    site: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """An input that could not be read as an article; it keeps its place in the output.

    Attributes:
        code: "empty", "binary", "encoding", "json", "schema" or "unreadable".
        message: one sentence, opening with `file:line` where there is one.
    """

    id: str
    code: str
    message: str


def decode(raw: bytes, *, where: str, encoding: str | None = None) -> str:
    """Decodes a file's bytes as UTF-8 (a byte-order mark may name UTF-16), or as the encoding that was asked for.

    Raises:
        DataError: on binary data or a wrong encoding, with the offset of the first bad byte.
    """
    if encoding is None:
        encoding = "utf-16" if raw.startswith(WIDE_MARKS) else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except LookupError:
        raise DataError(f"{where}: {encoding} is no text encoding") from None
    except UnicodeDecodeError as error:
        if b"\0" in raw[:4096]:
            raise DataError(f"{where}: binary data, not a text") from None
        shown = encoding.removesuffix("-sig").upper()
        raise DataError(
            f"{where}: not {shown} at byte {error.start}; name its encoding with --encoding (for example cp1252)"
        ) from None
    except UnicodeError as error:
        raise DataError(f"{where}: not {encoding}: {error}") from None
    if "\0" in text:
        raise DataError(f"{where}: binary data, not a text")
    return text


def printable(identifier: str) -> str:
    """The identifier with lone surrogates (undecodable bytes of a file name) written out, so that it can be stored."""
    return identifier.encode("utf-8", "backslashreplace").decode("utf-8")


def make_article(identifier: str, headline: str | None, body: str | None, body_start: int | None = None) -> Article:
    """An article in which a blank part is absent and a body is cut at MAX_BODY_CHARS."""
    headline = headline if headline and plain(headline).strip() else None
    body = body if body and plain(body).strip() else None
    truncated = body is not None and len(body) > MAX_BODY_CHARS
    return Article(
        printable(identifier),
        headline,
        body[:MAX_BODY_CHARS] if body else None,
        body_start if body else None,
        truncated,
    )


def parse_plain(text: str, *, identifier: str) -> Article:
    """Reads a plain text: its first line that is not blank is the headline, the rest the body.

    A first line of more than MAX_HEADLINE_CHARS code points is no headline: then the whole text is body.
    """
    start = len(text) - len(text.lstrip())
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    if end - start > MAX_HEADLINE_CHARS:
        return make_article(identifier, None, text[start:], start)
    rest = text[end:]
    body_start = end + len(rest) - len(rest.lstrip())
    return make_article(identifier, text[start:end].strip(), text[body_start:], body_start)


def parse_html(text: str, *, identifier: str) -> Article:
    """Extracts title and main text of an HTML page; offsets of the record count in the extracted body.

    Where one block of the page ends, so does a line; the heading that repeats the title is the headline, not the first sentence.
    """
    from trafilatura import bare_extraction, load_html  # 0.5 s to import: only for HTML

    document: Any = bare_extraction(text, include_comments=False, include_tables=False, with_metadata=True)
    if document is None:
        return Article(identifier, None, None)
    title, tree = document.title, load_html(text)
    blocks = blocks_of(tree) if tree is not None else []
    body = unglue(document.text or "", blocks)
    headings = [block.text for block in blocks if block.tag == "h1"]
    site = (name_behind(title, headings) or document.sitename) if title else None
    first, _, rest = body.partition("\n")
    if title and repeats_title(first, title, site):
        body = rest.lstrip("\n")
    return replace(make_article(identifier, title, body), site=site)


def _text_field(row: dict[str, Any], key: str) -> str | None:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f'"{key}" must be a string, not {type(value).__name__}')
    if value is not None:
        value.encode("utf-8")  # a lone surrogate is no text; UnicodeEncodeError is a ValueError
    return value


def parse_json_line(line: str, *, identifier: str) -> Article:
    """Reads one JSONL row: {"id", "headline", "body"}; id may be missing, and one of the other two.

    Raises:
        ValueError: on JSON that is invalid, is no object or holds a field of a wrong type.
    """
    row = json.loads(line)
    if not isinstance(row, dict):
        raise TypeError("a row is a JSON object with headline and body")
    unknown = set(row) - {"id", "headline", "body"}
    if not {"headline", "body"} & set(row):
        raise ValueError(f"a row needs headline or body; this one has {', '.join(sorted(unknown)) or 'neither'}")
    given = row.get("id")
    identifier = identifier if given is None else str(given)
    return make_article(identifier, _text_field(row, "headline"), _text_field(row, "body"))


def checked(article: Article, where: str) -> Article | Rejected:
    """The article, or its rejection where it has neither part."""
    if article.headline is None and article.body is None:
        return Rejected(article.id, "empty", f"{where}: no text to score")
    return article


def read_jsonl(stream: IO[bytes], *, name: str, encoding: str | None = None) -> Iterator[Article | Rejected]:
    """Reads JSONL line by line; a bad line becomes a Rejected and the rest goes on."""
    start = stream.read(2)
    is_wide = start in WIDE_MARKS or (encoding or "").lower().replace("_", "-").startswith("utf-16")
    lines: Iterable[bytes]
    if is_wide:  # a line break is two bytes wide: the whole stream is decoded first
        try:
            text = decode(start + stream.read(), where=name, encoding=encoding)
        except DataError as error:
            yield Rejected(name, "encoding", str(error))
            return
        lines, encoding = (line.encode() for line in text.split("\n")), None
    else:
        lines = chain([start + stream.readline()], stream)
    for number, raw in enumerate(lines, start=1):
        where = f"{name}:{number}"
        try:
            line = decode(raw, where=where, encoding=encoding)
            if not line.strip():
                continue
            yield checked(parse_json_line(line, identifier=where), where)
        except DataError as error:
            yield Rejected(where, "encoding", str(error))
        except json.JSONDecodeError as error:
            yield Rejected(where, "json", f"{where}: invalid JSON at column {error.colno}: {error.msg}")
        except (ValueError, TypeError, RecursionError) as error:
            yield Rejected(where, "schema", located(name, number, str(error)))


def read_bytes(raw: bytes, *, name: str, is_html: bool, encoding: str | None = None) -> Article | Rejected:
    """Reads one whole file's bytes as an article."""
    if not raw.strip():
        return Rejected(name, "empty", f"{name}: the file is empty")
    declared = _CHARSET.search(raw[:2048]) if is_html and encoding is None else None
    try:
        text = decode(raw, where=name, encoding=declared[1].decode() if declared else encoding)
    except DataError as error:
        return Rejected(name, "binary" if "binary" in str(error) else "encoding", str(error))
    parse = parse_html if is_html else parse_plain
    return checked(parse(text, identifier=name), name)


def read_path(path: Path, *, encoding: str | None = None) -> Iterator[Article | Rejected]:
    """Reads a file by its suffix (JSONL, HTML, otherwise plain text), or every such file of a folder, in name order."""
    if path.is_dir():
        for child in sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES):
            yield from read_path(child, encoding=encoding)
        return
    suffix = path.suffix.lower()
    try:
        if suffix in JSONL_SUFFIXES:
            with path.open("rb") as stream:
                yield from read_jsonl(stream, name=printable(str(path)), encoding=encoding)
        else:
            yield read_bytes(
                path.read_bytes(), name=printable(str(path)), is_html=suffix in HTML_SUFFIXES, encoding=encoding
            )
    except OSError as error:
        yield Rejected(printable(str(path)), "unreadable", f"{path}: {error.strerror or error}")
