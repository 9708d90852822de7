"""Finds the blocks of an HTML page, so that a sentence ends with its block even if an extractor joins blocks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from presscheck.data.text.headline_parts import SEPARATOR, before_site
from presscheck.data.text.normalise import fold, plain
from presscheck.data.text.words import word_set

_BLOCK_TAGS = word_set(
    "address article aside blockquote body br caption center dd details dialog div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
_UNSEEN_TAGS = word_set("head script style noscript template svg math select textarea button iframe")
_CELL_TAGS = frozenset({"td", "th"})


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text inside one block element.

    Attributes:
        tag: that of the element.
    """

    tag: str
    text: str


def _texts(tree: Any) -> Iterator[tuple[str, str] | None]:
    """(tag of the block element, text) of a page's texts in order; None if a block begins or ends."""
    from lxml.etree import iterwalk

    open_blocks = ["body"]
    walker = iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        is_block = element.tag in _BLOCK_TAGS
        if event == "start":
            if element.tag in _UNSEEN_TAGS:
                walker.skip_subtree()
                continue
            if is_block:
                open_blocks.append(element.tag)
                yield None
            yield open_blocks[-1], element.text or ""
            continue
        if is_block and event == "end":
            open_blocks.pop()
            yield None
        if element is not tree:
            yield open_blocks[-1], element.tail or ""


def blocks_of(tree: Any) -> list[Block]:
    """The blocks of a page with text in them, in order."""
    blocks: list[Block] = []
    tag, text = "", ""
    for piece in [*_texts(tree), None]:
        if piece is not None:
            tag, text = piece[0], text + piece[1]
            continue
        if text.strip():
            blocks.append(Block(tag, " ".join(text.split())))
        text = ""
    return blocks


def _key(text: str) -> str:
    return "".join(plain(text).split())


def _glued(line: str, blocks: Sequence[Block], keys: Sequence[str]) -> Sequence[Block]:
    """The consecutive blocks that make up a line; none if they do not match it exactly."""
    wanted = _key(line)
    for first, key in enumerate(keys):
        if not wanted.startswith(key):
            continue
        length, last = 0, first
        while last < len(keys) and wanted.startswith(keys[last], length):
            length += len(keys[last])
            last += 1
            if length == len(wanted):
                return blocks[first:last]
    return ()


def unglue(text: str, blocks: Sequence[Block]) -> str:
    """Splits lines of an extracted text that join several blocks; table cells in them are left out."""
    keys = [_key(block.text) for block in blocks]
    whole = set(keys)
    lines: list[str] = []
    for line in text.split("\n"):
        parts = _glued(line, blocks, keys) if line and _key(line) not in whole else ()
        lines += [part.text for part in parts if part.tag not in _CELL_TAGS] if len(parts) > 1 else [line]
    return "\n".join(lines)


def name_behind(title: str, headings: Sequence[str]) -> str | None:
    """What a page's title has after one of its headings ("… | Harbour Times"); None if it starts with none of them."""
    keys = {_key(heading) for heading in headings}
    for mark in SEPARATOR.finditer(fold(title)):
        if _key(title[: mark.start()]) in keys:
            return title[mark.end() :].strip() or None
    return None


def repeats_title(line: str, title: str, site: str | None) -> bool:
    """Whether a line repeats the page's title, with or without the site's name."""
    end = before_site(title, site) if site else None
    return bool(line.strip()) and _key(line).casefold() in {_key(title).casefold(), _key(title[:end]).casefold()}
