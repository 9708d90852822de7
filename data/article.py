"""The article to score, and the parsers of plain text (headline first) and HTML. `presscheck.data.rows` reads files and rows."""

import warnings
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from presscheck.data.page_blocks import blocks_of, name_behind, repeats_title, unglue
from presscheck.data.rows.missing import is_missing_word
from presscheck.data.rows.refusal import Code
from presscheck.data.text.normalise import plain
from presscheck.data.text.reading import LINE

MAX_HEADLINE_CHARS = 500
MAX_BODY_CHARS = 2_000_000
_LOOK_CHARS = 100


@dataclass(frozen=True, slots=True)
class Article:
    """An article to score. An absent headline or body is None.

    Attributes:
        body_start: where the body starts in the plain-text file, in code points; None for other inputs.
        truncated: the body was longer than MAX_BODY_CHARS and was cut there.
        encoding_losses: how many bytes of an HTML page could not be decoded.
        site: the site's name as it appears in the headline, if the page tells it.
    """

    id: str
    headline: str | None
    body: str | None
    body_start: int | None = None
    truncated: bool = False
    encoding_losses: int = 0
    site: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """An input that could not be read as an article; it keeps its place in the output.

    Attributes:
        code: one of `presscheck.data.rows.refusal.CODES`.
        message: one sentence, starting with `file:line` if there is one.
    """

    id: str
    code: Code
    message: str


def printable(identifier: str) -> str:
    """The identifier with lone surrogates (undecodable bytes of a file name) written out, so that it can be stored."""
    return identifier.encode("utf-8", "backslashreplace").decode("utf-8")


def _is_text(text: str) -> bool:
    """Whether there is text that is not a word for a missing value; for a long text its beginning decides."""
    text = text.strip()
    start = plain(text[:_LOOK_CHARS]).strip()
    if len(text) > _LOOK_CHARS:
        return bool(start or plain(text).strip())
    return bool(start) and not is_missing_word(start)


def make_article(identifier: str, headline: str | None, body: str | None, body_start: int | None = None) -> Article:
    """Makes an article: a blank part, or a word for a missing value, is absent; a body is cut at MAX_BODY_CHARS."""
    headline = headline if headline and _is_text(headline) else None
    body = body if body and _is_text(body) else None
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

    A first line of more than MAX_HEADLINE_CHARS code points is not a headline: the whole text is then the body.
    """
    start = len(text) - len(text.lstrip())
    first = LINE.match(text, start)
    end = first.end() if first else len(text)
    if end - start > MAX_HEADLINE_CHARS:
        return make_article(identifier, None, text[start:], start)
    rest = text[end:]
    body_start = end + len(rest) - len(rest.lstrip())
    return make_article(identifier, text[start:end].strip(), text[body_start:], body_start)


@cache
def _extraction() -> Any:
    """The libraries' functions; they take 0.5 s to import: only for HTML."""
    import urllib3  # noqa: F401 - first, so that the filters which it sets for itself stay

    with warnings.catch_warnings():  # trafilatura silences a warning of urllib3's for the whole process
        from lxml.etree import strip_elements
        from trafilatura import bare_extraction, load_html
    return bare_extraction, load_html, strip_elements


def parse_html(text: str, *, identifier: str) -> Article:
    """Extracts title and main text of an HTML page; offsets of the record count in the extracted body.

    Each block of the page is a line of its own; the heading that repeats the title is the headline, not the first sentence.
    """
    bare_extraction, load_html, strip_elements = _extraction()
    tree = load_html(text)
    if tree is not None:
        strip_elements(tree, "noscript", with_tail=False)  # for browsers without scripts, not for readers
    document: Any = bare_extraction(text if tree is None else tree, include_comments=False, include_tables=False, with_metadata=True)
    if document is None:
        return Article(identifier, None, None)
    title = document.title
    blocks = blocks_of(tree) if tree is not None else []
    body = unglue(document.text or "", blocks)
    headings = [block.text for block in blocks if block.tag == "h1"]
    site = (name_behind(title, headings) or document.sitename) if title else None
    first, _, rest = body.partition("\n")
    if title and repeats_title(first, title, site):
        body = rest.lstrip("\n")
    return replace(make_article(identifier, title, body), site=site)


def checked(article: Article, where: str) -> Article | Rejected:
    """The article, or its rejection where it has neither part."""
    if article.headline is None and article.body is None:
        return Rejected(article.id, "empty", f"{where}: no text to score")
    return article
