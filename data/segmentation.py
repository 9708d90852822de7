"""From a body to its sentences, with exact offsets; furniture and repeats are set aside, never lost."""

import re
from dataclasses import dataclass

from presscheck.data.normalise import plain

_FURNITURE = re.compile(
    r"^\W*((post|leave|add|write|view|load|show|read|hide) (a |an |all |your |more |the |\d+ )*(comments?|repl(y|ies))|\d* ?comments?( \(\d+\))?|previous( post| article| story)?|next( post| article| story)?"
    r"|previous (post|article|story)?\W*next (post|article|story)?|newer posts?|older posts?|home( page)?|share( this)?( (article|story|post|page|on|via|with)\b.*)?|tweet( this)?|print( this)?( page| article)?"
    r"|e-?mail( this)?( article| story)?|save( article| for later)?|advertisement|sponsored( content| links)?|subscribe\b.*|sign (up|in)\b.*|log ?in|register( now)?|follow us\b.*|like us\b.*|"
    r"related( articles| stories| posts| news| topics| coverage)?\W?.*|you (may|might) also like\b.*|recommended( for you)?|most (read|popular|viewed|shared)|trending( now)?|read (more|next|also)\b.*|see also\b.*|more (on|from|in)\b.*"
    r"|continue reading\b.*|click here\b.*|tap here\b.*|back to top|skip to\b.*|tags?:.*|filed under\b.*|categor(y|ies):.*|topics:.*|all rights reserved\b.*|copyright\b.*|©.*|cookie (policy|settings|preferences)\b.*|privacy policy\b.*"
    r"|terms (of use|and conditions)\b.*|contact us|about us|newsletter\b.*|get (our|the) \w+ ?(newsletter|app|alerts)?\b.*|download (our|the) app\b.*|watch (now|live|more)\b.*|listen (now|live)\b.*|menu|search|close|reply|report (this )?(ad|comment)|breaking news alerts?|loading.*|page \d+( of \d+)?)\W*$",
    re.I,
)
_FURNITURE_WORDS = 9
_TAIL_WORDS = 6
_REPEAT_WORDS = 4
_ENDS = re.compile(r"[.!?…][\"'”’)\]]*$")
_LINE = re.compile(r"[^\r\n\u2028\u2029\x0b\x0c\x85]+")


@dataclass(frozen=True, slots=True)
class Body:
    """What a body falls into; all offsets are code points into the body.

    Attributes:
        sentences: [start, end) of each sentence, in order.
        boilerplate: stretches of site furniture, set aside.
        duplicates: sentences or paragraphs that repeat an earlier one word for word, set aside.
    """

    sentences: tuple[tuple[int, int], ...]
    boilerplate: tuple[tuple[int, int], ...]
    duplicates: tuple[tuple[int, int], ...]


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Sentences of one paragraph as [start, end) without the white space around them.

    A piece that opens in lower case after a sentence that opened in upper case was cut off by a stray full stop (common in
    machine translation) and stays with it.
    """
    from sentencex import get_sentence_boundaries  # one file holds the splitter

    flat = re.sub(r"\s", " ", text)
    spans: list[tuple[int, int]] = []
    for boundary in get_sentence_boundaries("en", flat):
        start, end = boundary["start_index"], boundary["end_index"]
        piece = flat[start:end]
        if not piece.strip():
            continue
        start += len(piece) - len(piece.lstrip())
        end = start + len(piece.strip())
        if spans and flat[start].islower() and flat[spans[-1][0]].isupper():
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _paragraphs(body: str) -> list[tuple[int, int]]:
    """Lines joined where one was wrapped: all but the last of a block have similar lengths, or the next opens in lower case."""
    lines = [(m.start(), m.end()) for m in _LINE.finditer(body) if m.group().strip()]
    blocks: list[list[tuple[int, int]]] = []
    for line in lines:
        gap = body[blocks[-1][-1][1] : line[0]] if blocks else ""
        if blocks and gap.count("\n") <= 1 and "\u2029" not in gap:
            blocks[-1].append(line)
        else:
            blocks.append([line])
    paragraphs: list[tuple[int, int]] = []
    for block in blocks:
        widths = [end - start for start, end in block[:-1]]
        wrapped = bool(widths) and min(widths) >= 50 and max(widths) <= 110 and max(widths) - min(widths) <= 25
        start, end = block[0]
        for line in block[1:]:
            continues = body[line[0] : line[1]].lstrip()[:1].islower() and not _ENDS.search(body[start:end].rstrip())
            if wrapped or continues:
                end = line[1]
            else:
                paragraphs.append((start, end))
                start, end = line
        paragraphs.append((start, end))
    return paragraphs


def _furniture(body: str, paragraphs: list[tuple[int, int]]) -> set[int]:
    """Indices of paragraphs that are site furniture: known phrases, and unfinished short lines beside them at the end."""
    texts = [plain(body[start:end]).strip() for start, end in paragraphs]
    known = {i for i, text in enumerate(texts) if len(text.split()) <= _FURNITURE_WORDS and _FURNITURE.match(text)}
    tail = len(texts)
    while tail and (
        tail - 1 in known or (len(texts[tail - 1].split()) <= _TAIL_WORDS and not _ENDS.search(texts[tail - 1]))
    ):
        tail -= 1
    return known | set(range(tail, len(texts))) if known & set(range(tail, len(texts))) else known


def segment_body(body: str) -> Body:
    """Splits a body into sentences and sets furniture and repeats aside."""
    paragraphs = _paragraphs(body)
    furniture = _furniture(body, paragraphs)
    sentences: list[tuple[int, int]] = []
    boilerplate: list[tuple[int, int]] = []
    duplicates: list[tuple[int, int]] = []
    seen: set[str] = set()
    for index, (start, end) in enumerate(paragraphs):
        if index in furniture:
            boilerplate.append((start, end))
            continue
        for first, last in split_sentences(body[start:end]):
            words = plain(body[start + first : start + last]).lower().split()
            key = " ".join(words)
            if len(words) >= _REPEAT_WORDS and key in seen:
                duplicates.append((start + first, start + last))
            else:
                seen.add(key)
                sentences.append((start + first, start + last))
    return Body(tuple(sentences), tuple(boilerplate), tuple(duplicates))
