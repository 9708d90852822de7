"""Tells the kind of a file by its extension and its first bytes."""

import json
import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Literal

from presscheck.data.rows.front_matter import front_matter
from presscheck.data.rows.json_text import parse_json
from presscheck.data.rows.refusal import RowError

Kind = Literal["text", "markdown", "html", "json", "jsonl", "delimited"]
KINDS: Mapping[str, Kind] = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "delimited",
    ".tsv": "delimited",
}
READABLE = f"{', '.join(KINDS)} and text files without an extension"
_AS_TEXT = "save it as plain text (.txt), Markdown (.md) or HTML (.html)"
_AS_CSV = "save it as CSV"
_UNPACK = "unpack it; presscheck batch reads .jsonl.gz and .csv.gz as they are"
_ADVICE: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys((".rtf",), ("RTF", _AS_TEXT)),
    **dict.fromkeys((".doc", ".docx", ".odt", ".pages"), ("a word processor's document", _AS_TEXT)),
    **dict.fromkeys((".pdf",), ("PDF", _AS_TEXT)),
    **dict.fromkeys((".xml", ".rss", ".atom"), ("XML", _AS_TEXT)),
    **dict.fromkeys((".eml", ".msg", ".mbox"), ("an e-mail", _AS_TEXT)),
    **dict.fromkeys((".srt", ".vtt", ".sub"), ("subtitles", _AS_TEXT)),
    **dict.fromkeys((".yaml", ".yml", ".toml"), ("a data file", "write its rows as JSON or CSV")),
    **dict.fromkeys((".xls", ".xlsx", ".ods", ".numbers"), ("a spreadsheet", _AS_CSV)),
    **dict.fromkeys((".parquet",), ("Parquet", "presscheck batch reads it")),
    **dict.fromkeys((".gz", ".zst", ".zip", ".tar", ".tgz", ".bz2", ".xz", ".7z"), ("an archive", _UNPACK)),
}
_ENDING = re.compile(r"\.(?=[a-z0-9]*[a-z])[a-z0-9]{1,12}")  # a date or a number after the last dot is not an extension
# First bytes that no article has.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", ".rtf"),
    (b"%PDF-", ".pdf"),
    (b"PK\x03\x04", ".zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".doc"),
    (b"\x1f\x8b", ".gz"),
    (b"\x28\xb5\x2f\xfd", ".zst"),
    (b"PAR1", ".parquet"),
    (b"WEBVTT", ".vtt"),
    (b"%YAML", ".yaml"),
)
_CUE = re.compile(r"\s*[0-9]+\n[0-9]{2}:[0-9]{2}:[0-9]{2}[,.][0-9]{3} --> ")
_MAIL = re.compile(r"(?:[A-Z][A-Za-z-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+\n")
_MAIL_FIELD = re.compile(r"^(?:Message-I[Dd]|MIME-Version|Received|Return-Path):", re.M)
_YAML_KEY = re.compile(r"---[ \t]*\n[A-Za-z_][\w-]*:(?:\s|\Z)")
_PAGE = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S)


def ending(name: str) -> str:
    """The extension of a file's name in lower case, "" if it has none."""
    suffix = PurePath(name).suffix.lower()
    return suffix if _ENDING.fullmatch(suffix) else ""


def kind_by_name(name: str) -> Kind | None:
    """The kind for a name's extension; a file without one is text, and None is an unsupported kind."""
    return KINDS.get(ending(name)) if ending(name) else "text"


def refused_kind(suffix: str) -> str:
    """What a file with an unsupported extension is, and what to do."""
    what, advice = _ADVICE.get(suffix, (f"{suffix} is not a supported extension", f"supported are {READABLE}"))
    return f"{what}; {advice}" if suffix not in _ADVICE else f"{what}, which is not supported; {advice}"


def _named(what: str, suffix: str) -> str:
    return f"{what} with the name of a text file; name it {suffix}"


def foreign_bytes(raw: bytes) -> str | None:
    """What a file named like a text is instead, by its first bytes, and what to do; None if they do not tell."""
    start = raw.removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((refused_kind(suffix) for magic, suffix in _MAGIC if start.startswith(magic)), None)


def foreign_text(text: str, *, is_markdown: bool) -> str | None:
    """What a file named like a text is instead, by how the text starts, and what to do."""
    start = text[:20_000].lstrip().replace("\r\n", "\n")
    if _PAGE.match(start) or (start.startswith("<?xml") and "<html" in start):
        return _named("HTML", ".html")
    if start.startswith("<?xml"):
        return refused_kind(".xml")
    if _CUE.match(start):
        return refused_kind(".srt")
    found = _MAIL.match(start)
    if found and _MAIL_FIELD.search(found[0]):
        return refused_kind(".eml")
    if _is_json(text):
        return _named("JSON", ".json or .jsonl")
    return None if is_markdown else _front_matter_kind(text)


def _front_matter_kind(text: str) -> str | None:
    text = text.replace("\r\n", "\n")
    try:
        has_matter = front_matter(text, where="") is not None
    except RowError:
        has_matter = True
    if has_matter:
        return _named("Markdown with front matter", ".md")
    return refused_kind(".yaml") if _YAML_KEY.match(text) else None


def _is_json(text: str) -> bool:
    """Whether the text, or its first line, is a JSON object or a list of them."""
    start = text.lstrip()
    if not start.startswith(("{", "[")):
        return False
    for piece in (start.partition("\n")[0], text):
        try:
            found = parse_json(piece.strip())
        except json.JSONDecodeError:
            continue
        except RowError:
            return True
        return isinstance(found, dict) or (isinstance(found, list) and all(isinstance(one, dict) for one in found))
    return False
