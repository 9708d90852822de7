"""Reads Markdown as its reader sees it: the headline, and the body's paragraphs without markup.

Offsets of a record count in that body, as they do for HTML. What is left out: front matter, images, code blocks, tables, rules, comments,
the targets of links, marks of lists, quotes and footnotes. A footnote's text is kept as a paragraph in its place.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from html.parser import HTMLParser
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from presscheck.data.article import MAX_HEADLINE_CHARS, Article, make_article
from presscheck.data.rows.front_matter import front_matter
from presscheck.data.text.normalise import plain

_NOTE = re.compile(r"^ {0,3}\[\^[^\]\s]+\]:[ \t]*", re.M)
_NOTE_MARK = re.compile(r"\[\^[^\]\s]+\]")
_MARK = re.compile(r"^(?:\[[ xX]\]|\[![A-Za-z]+\])\s+")  # of a task, and of a note in a quote
_HARD_BREAK = "\u2028"
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LEFT_OUT = {"script", "style", "template", "iframe", "svg", "figure", "table", "tr", "td", "th", "head"}
_APART = {
    "p",
    "div",
    "blockquote",
    "hr",
    "li",
    "ol",
    "ul",
    "dl",
    "dt",
    "dd",
    "main",
    "article",
    "section",
    "header",
} | {"footer", "aside", "nav", "address", "center", "details", "summary"}


class Block(NamedTuple):
    """A paragraph, or a heading of a level from 1; a line break in `text` is one of the source."""

    text: str
    level: int | None = None


@cache
def _parser() -> MarkdownIt:
    # Indented paragraphs are text in an article, not code.
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("code")


class _HtmlText(HTMLParser):
    """The blocks of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._pieces: list[str] = []
        self._level: int | None = None
        self._left_out = 0

    def end_block(self) -> None:
        """Stores the text since the last block."""
        if text := "".join(self._pieces).strip():
            self.blocks.append(Block(text, self._level))
        self._pieces, self._level = [], None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Starts a block, or a part that is left out."""
        self._left_out += tag in _LEFT_OUT
        if tag == "br":
            self._pieces.append(_HARD_BREAK)
        elif tag in _APART or tag in _HEADINGS:
            self.end_block()
            self._level = _HEADINGS.get(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself holds nothing."""
        if tag == "br":
            self._pieces.append(_HARD_BREAK)

    def handle_endtag(self, tag: str) -> None:
        """Ends a block, or a part that is left out."""
        if tag in _LEFT_OUT:
            self._left_out = max(self._left_out - 1, 0)
        elif tag in _APART or tag in _HEADINGS:
            self.end_block()

    def handle_data(self, data: str) -> None:
        """Text."""
        if not self._left_out:
            self._pieces.append(data)


def _html_blocks(html: str) -> list[Block]:
    reader = _HtmlText()
    reader.feed(html)
    reader.close()
    reader.end_block()
    return reader.blocks


def _inline(tokens: Sequence[Token]) -> str:
    pieces = []
    for token in tokens:
        if token.type == "softbreak":
            pieces.append("\n")
        elif token.type == "hardbreak" or (token.type == "html_inline" and re.match(r"<br\b", token.content, re.I)):
            pieces.append(_HARD_BREAK)
        elif token.type not in ("image", "html_inline"):
            pieces.append(token.content)
    return _MARK.sub("", "".join(pieces).strip())


def _blocks(text: str) -> Iterator[Block]:
    level: int | None = None
    in_table = False
    for token in _parser().parse(_NOTE_MARK.sub("", _NOTE.sub("\n", text))):
        if token.type in ("table_open", "table_close"):
            in_table = token.type == "table_open"
        elif token.type == "heading_open":
            level = _HEADINGS[token.tag]
        elif token.type == "heading_close":
            level = None
        elif token.type == "html_block":
            yield from _html_blocks(token.content)
        elif token.type == "inline" and not in_table and (found := _inline(token.children or ())):
            yield Block(found, level)


def _as_line(text: str) -> str:
    return " ".join(text.split())


def _as_paragraph(text: str) -> str:
    lines = (_as_line(line) for line in text.split(_HARD_BREAK))
    return "\n".join(filter(None, lines))


def _headline(blocks: Sequence[Block], title: str | None) -> tuple[str | None, list[Block]]:
    """The headline, and the blocks without it.

    It is the first of these: a heading of level 1 above the text; the title; any heading above the text; the only heading of level 1;
    the first line, as in a plain text.
    """
    first = blocks[0] if blocks else Block("")
    if first.level == 1 or (first.level and not title):
        return _as_line(first.text), list(blocks[1:])
    if title:
        repeated = plain(_as_line(first.text)) == plain(_as_line(title))
        return _as_line(title), list(blocks[1:] if repeated else blocks)
    tops = [block for block in blocks if block.level == 1]
    if len(tops) == 1:
        return _as_line(tops[0].text), [block for block in blocks if block is not tops[0]]
    line, _, rest = first.text.partition("\n")
    if not line or len(line) > MAX_HEADLINE_CHARS:
        return None, list(blocks)
    return _as_line(line), [Block(rest), *blocks[1:]]


def parse_markdown(text: str, *, identifier: str) -> Article:
    """Reads CommonMark with tables, strikethrough, footnotes and front matter.

    Raises:
        RowError: `schema`, if front matter starts and cannot be read.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    matter = front_matter(text, where=identifier)
    title, start = matter or (None, 0)
    headline, blocks = _headline(list(_blocks(text[start:])), title)
    paragraphs = [_as_paragraph(block.text) for block in blocks]
    return make_article(identifier, headline, "\n\n".join(filter(None, paragraphs)))
