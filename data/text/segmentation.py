"""From a body to its sentences, with exact offsets; furniture and repeats are set aside, never lost."""

import re
from dataclasses import dataclass

from presscheck.data.text.normalise import plain

_COUNT = r"(\d[\d.,]*k?|no|one|all|your|a|more|show|view|load|read|hide|post|leave|add|write)"
_FURNITURE = re.compile(
    rf"^\W*(({_COUNT} )*(comments?|repl(y|ies)|likes?|shares?|reposts?|retweets?|views|reactions?)( \(\d+\))?"
    r"|(previous|next|older|newer|earlier|later|related|latest|top|more)( (post|article|story|news|stories|articles|posts|news|topics|coverage|page|entry|entries)s?)*( like this)?(:.*)?"
    r"|previous( (post|article|story))?\W*next( (post|article|story))?|older( \w+)?\W*newer( \w+)?"
    r"|home( page)?|menu|search|close|up|down|print|save|send|like|follow|join|donate|give|pray|share|reply|repost|tweet|download|unsubscribe|contact|archives?|imprint|help|faq|jobs|links?"
    r"|(share|tweet|print|e-?mail|send|save|download|report|like|recommend|forward) (this|it|the|to|in|on|via|with|as|for|post|page|article|story|notice|friend|ad|comment)\b.*"
    r"|(tell|send|email) (a |it to |this to )?(a )?friends?|printer[- ]friendly( version)?|see (translation|also\b.*|more\b.*)"
    r"|advertisement|sponsored( (content|links))?|(subscribe|sign (up|in)|log ?in|register now|follow us|like us|join our|find us|visit our)\b.*"
    r"|you (may|might) (also|like)\b.*|recommended( for you)?|most (read|popular|viewed|shared)|trending( now)?|(read|continue|keep) (more|next|also|on|reading)\b.*|more (on|from|in)\b.*|(more|vote|poll|also|watch|quiz|win|tags?|filed under|categor(y|ies)|topics|archives?|sections?):.*"
    r"|(click|tap|swipe|scroll|enter) (here|to|for)\b.*|win a\b.*|(back to|to the|skip to)( the)? (top|content|main)\b.*|all rights reserved\b.*|copyright\b.*|©.*"
    r"|(cookie|privacy|terms)( (policy|settings|preferences|of use|and conditions))?\b.{0,20}|contact us|about( us| the author)?|about \w+|newsletter\b.*|get (our|the)\b.*|(watch|listen) (now|live|more|again)\b.*"
    r"|media (kit|contact|enquir\w+|inquir\w+|release)\b.*|(press|editorial) (contact|office|enquir\w+)\b.*|investor relations|notes? to editors?\b.*|high-resolution \w+|forward-looking statements\b.*|end of (announcement|release|statement)|#+.*|-+ ?ends? ?-+"
    r"|(tell us|seen something|got a (story|tip)|send (us|letters|your))\b.*|google (\w+ )?news.*|breaking news alerts?|loading.*|pages? \d+( of \d+|:.*)?)\W*$",
    re.I,
)
_SEPARATOR = re.compile(r"\s+[|/·•»>]+\s+|\s{2,}|\s*[|·•]\s*")
_FURNITURE_WORDS = 12
_COMMAND_WORDS = 3
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


def _is_furniture(text: str) -> bool:
    """A short line of a known phrase, or a row of short entries between separators of which at least half are known."""
    words = len(text.split())
    if words > _FURNITURE_WORDS + 4 * ("|" in text) or (words > _COMMAND_WORDS and _ENDS.search(text)):
        return False  # too long, or a finished sentence
    entries = [entry for entry in _SEPARATOR.split(text) if entry]
    known = sum(bool(_FURNITURE.match(entry)) for entry in entries)
    return bool(entries) and 2 * known >= len(entries)


def _furniture(body: str, paragraphs: list[tuple[int, int]]) -> set[int]:
    """Indices of paragraphs that are site furniture: known phrases, and unfinished short lines beside them at the end."""
    texts = [plain(body[start:end]).strip() for start, end in paragraphs]
    known = {i for i, text in enumerate(texts) if _is_furniture(text)}
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
