"""Folds look-alike characters, one code point to one code point, so that offsets stay valid."""

import re

_CYRILLIC = dict(zip("асеорхуіјѕһԁԛԝАВСЕНІЈКМОРЅТХУ", "aceopxyijshdqwABCEHIJKMOPSTXY", strict=True))
_GREEK = dict(zip("ορνικατυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "opvikatuABEZHIKMNOPTYX", strict=True))
_QUOTES = dict(zip("‘’‚‛“”„‟«»‹›′″", "''''\"\"\"\"\"\"''''", strict=False)) | {"″": '"', "‹": "'", "›": "'", "′": "'"}
_DASHES = dict.fromkeys("‐‑‒–—―−", "-")
_SPACES = dict.fromkeys("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " ")
_FULLWIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLD = str.maketrans({**_CYRILLIC, **_GREEK, **_QUOTES, **_DASHES, **_SPACES, **_FULLWIDTH})
_STRAY_STOP = re.compile(r"(?<=[a-z]{4})\.(?=\s+[a-z])")
_CLOSING_STOP = re.compile(r"(?<=\w)\.(?=\s*$)")
INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
_INVISIBLE = str.maketrans(dict.fromkeys(INVISIBLE))


def fold(text: str) -> str:
    """Maps homoglyphs, typographic quotes, dashes, spaces and full-width forms to plain Latin equivalents.

    The result has the length of the input. Invisible characters stay: the tokenizer drops them and keeps the offsets.
    """
    return text if text.isascii() else text.translate(_FOLD)


def mend_stops(text: str) -> str:
    """Turns a stray full stop inside a sentence ("the bridge was built by the ministry. set up in May") into a comma.

    The result has the length of the input. A stop counts as stray between a word of at least four letters and a lower-case one.
    """
    return _STRAY_STOP.sub(",", text)


def drop_closing_stop(text: str) -> str:
    """Turns the full stop at the end, but not the last of three, into a space: a headline reads the same with or without it.

    The result has the length of the input.
    """
    return _CLOSING_STOP.sub(" ", text)


def plain(text: str) -> str:
    """The folded text without invisible characters: for comparing and matching, where offsets do not matter."""
    return text if text.isascii() else text.translate(_FOLD).translate(_INVISIBLE)
