"""Marked spans in a line of the authoring markup: "[s: Ana Ruiz] [q: said]"."""

import re
from collections.abc import Mapping
from functools import cache

from presscheck.data.schema import Span

SOURCE_TYPES = {"s": "named", "s~": "anonymous", "s?": "vague", "s@": "platform", "s>": "pronoun"}
FRAMING_TYPES = {
    "fq": "assertion_question",
    "fx": "exaggeration",
    "fw": "threat_or_war",
    "fu": "urgency",
    "ft": "teaser",
    "fy": "direct_address",
    "fs": "scare_quotes",
    "fl": "loaded_words",
}

# Each mark with its tag and the type of the span.
MARKS: Mapping[str, tuple[str, str | None]] = {
    **{mark: ("source", kind) for mark, kind in SOURCE_TYPES.items()},
    **{mark: ("framing", kind) for mark, kind in FRAMING_TYPES.items()},
    "q": ("cue", None),
    "c": ("content", None),
    "l": ("loaded", None),
}


@cache
def _pieces(marks: tuple[str, ...]) -> re.Pattern[str]:
    """An escaped character, an opened span, a closing bracket, any other opening one."""
    known = "|".join(map(re.escape, sorted(marks, key=len, reverse=True)))
    return re.compile(rf"\\([\[\]\\])|\[({known}):\s*|(\])|(\[)")


def parse_spans(marked: str, marks: Mapping[str, tuple[str, str | None]] = MARKS) -> tuple[str, tuple[Span, ...]]:
    """Parses a line's markup: the plain text and its spans in order of their starts.

    Args:
        marks: what may stand behind an opening bracket, with the tag and the type that it means.

    Raises:
        ValueError: on an unclosed, unopened, empty or unknown span.
    """
    text = ""
    open_spans: list[tuple[str, int]] = []
    spans: list[Span] = []
    position = 0
    for piece in _pieces(tuple(marks)).finditer(marked):
        text += marked[position : piece.start()]
        position = piece.end()
        escaped, opened, closed, stray = piece.groups()
        if escaped:
            text += escaped
        elif opened:
            open_spans.append((opened, len(text)))
        elif stray:
            raise ValueError(f"'[' at column {piece.start() + 1} does not open a known span (write \\[ for a bracket)")
        elif closed:
            if not open_spans:
                raise ValueError(f"']' at column {piece.start() + 1} closes nothing (write \\] for a bracket)")
            kind, start = open_spans.pop()
            if not text[start:].strip():
                raise ValueError(f"span '[{kind}:' is empty")
            tag, span_type = marks[kind]
            spans.append(Span(tag, start, len(text), span_type))
    if open_spans:
        raise ValueError(f"span '[{open_spans[-1][0]}:' is not closed")
    text += marked[position:]
    return text, tuple(sorted(spans, key=lambda span: (span.start, -span.end)))
