"""Decodes bytes: a file in its encoding, or refused; a page in the encoding that it declares, as browsers do."""

import codecs
import re

from presscheck.data.rows.refusal import RowError

WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NAME_IT = "name its encoding (--encoding cp1252, or encoding: cp1252 in a config)"
_HEAD_BYTES = 8192
_COMMENT = re.compile(rb"<!--.*?-->", re.S)
_META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([^\s\"'/>;]+)", re.I)
_XML = re.compile(rb"^\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([^\"']+)", re.I)
_XML_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*\?>")
# The Encoding Standard (https://encoding.spec.whatwg.org): encodings that are read as a larger one, by Python's names, …
_READ_AS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-16": "utf-16-le",
}
# … labels that Python does not know, …
_LABELS = {
    "unicode-1-1-utf-8": "utf-8",
    "iso-8859-6-e": "iso8859-6",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-8-i": "iso8859-8",
    "visual": "iso8859-8",
    "logical": "iso8859-8",
    "koi": "koi8-r",
    "koi8": "koi8-r",
    "koi8-ru": "koi8-u",
    "dos-874": "cp874",
    "windows-874": "cp874",
    "mac": "mac-roman",
    "mac-ukrainian": "mac-cyrillic",
    "csgb2312": "gb18030",
    "gb_2312": "gb18030",
    "gb_2312-80": "gb18030",
    "cn-big5": "big5hkscs",
    "windows-31j": "cp932",
    "windows-949": "cp949",
    "ks_c_5601-1989": "cp949",
    "ksc_5601": "cp949",
}
# … and all that exist. Python's other codecs (utf-7, rot13) are not encodings of a page.
_KNOWN = (
    {"utf-8", "utf-16-le", "utf-16-be", "gb18030", "big5hkscs", "euc_jp", "iso2022_jp"}
    | {"koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "cp866", "cp874", "cp932", "cp949"}
    | {f"cp125{number}" for number in range(9)}
    | {f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
)


def decode(raw: bytes, *, where: str, encoding: str | None = None) -> str:
    """Decodes a file's bytes as UTF-8 (a byte-order mark may name UTF-16), or in the given encoding.

    Raises:
        RowError: `binary` or `encoding`, with the offset of the first bad byte.
    """
    if encoding is None:
        encoding = "utf-16" if raw.startswith(WIDE_MARKS) else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except LookupError:
        raise RowError("encoding", f"{where}: {encoding} is not a text encoding") from None
    except UnicodeDecodeError as error:
        if b"\0" in raw[:4096]:
            raise RowError("binary", f"{where}: binary data, not a text") from None
        shown = encoding.removesuffix("-sig").upper()
        raise RowError("encoding", f"{where}: not {shown} at byte {error.start}; {NAME_IT}") from None
    except UnicodeError as error:
        raise RowError("encoding", f"{where}: not {encoding}: {error}") from None
    return _without_nul(text.removeprefix("\ufeff"), where)


def _without_nul(text: str, where: str) -> str:
    if "\0" in text:
        raise RowError("binary", f"{where}: binary data, not a text")
    return text


def browser_encoding(label: str) -> str | None:
    """Python's name of the encoding that a browser uses for a label; None for an unknown label."""
    name = label.strip().lower()
    name = re.sub(r"^iso8859([0-9]+)$", r"iso8859-\1", name.removeprefix("x-"))
    try:
        found = codecs.lookup(_LABELS.get(name, name)).name
    except LookupError:
        return None
    found = _READ_AS.get(found, found)
    return found if found in _KNOWN else None


def codec_of(charset: str | None, raw: bytes, *, where: str) -> str | None:
    """The encoding that a text's Content-Type names; None if it names UTF-8 or none, or a byte-order mark decides.

    Raises:
        RowError: `encoding`, if it names an unknown encoding.
    """
    if charset is None or raw.startswith((codecs.BOM_UTF8, *WIDE_MARKS)):
        return None
    codec = browser_encoding(charset)
    if codec is None:
        raise RowError("encoding", f"{where}: {charset[:40]} is not an encoding of text")
    return None if codec == "utf-8" else codec


def declared_encoding(raw: bytes) -> str | None:
    """The label that a page's head names: `<meta charset>`, else the XML declaration."""
    head = _COMMENT.sub(b"", raw[:_HEAD_BYTES])
    found = _META.search(head) or _XML.match(head.removeprefix(codecs.BOM_UTF8))
    return found[1].decode("ascii", "replace") if found else None


def decode_page(raw: bytes, *, where: str, encoding: str | None = None, charset: str | None = None) -> tuple[str, int]:
    """An HTML page as text, without its XML declaration, and how many bytes could not be decoded.

    Args:
        encoding: the caller's encoding, applied strictly.
        charset: the charset sent with the page (of Content-Type); a byte-order mark beats it, and it beats the page's head.

    Raises:
        RowError: `binary`, or `encoding` if nothing is declared and the page is not UTF-8.
    """
    marked = raw.startswith((codecs.BOM_UTF8, *WIDE_MARKS))
    label = None if encoding or marked else charset or declared_encoding(raw)
    codec = browser_encoding(label) if label else None
    if codec and codec.startswith("utf-16") and not charset:
        codec = "utf-8"  # a declaration in ASCII cannot be UTF-16
    if marked and not encoding:
        codec = "utf-8" if raw.startswith(codecs.BOM_UTF8) else "utf-16"
    if codec is None:
        text, losses = decode(raw, where=where, encoding=encoding), 0
    else:
        text, losses = _lenient(raw, codec)
    return _XML_DECLARATION.sub("", _without_nul(text.removeprefix("\ufeff"), where), count=1), losses


def _lenient(raw: bytes, codec: str) -> tuple[str, int]:
    """Invalid bytes become U+FFFD and are counted; bytes below 0xA0 that Windows code pages leave undefined are control characters."""
    if codec.startswith(("cp125", "cp874")):
        text = raw.decode(codec, "surrogateescape")
        text = re.sub("[\udc80-\udc9f]", lambda found: chr(ord(found[0]) - 0xDC00), text)
        return re.subn("[\udca0-\udcff]", "\ufffd", text)
    text = raw.decode(codec, "replace")
    kept = raw.decode(codec, "ignore") if "\ufffd" in text else text
    return text, text.count("\ufffd") - kept.count("\ufffd")
