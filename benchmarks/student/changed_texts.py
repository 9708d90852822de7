"""Texts for a student to read and its teacher to judge: other names, other quotation marks, typing errors, no question mark."""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import cycle

from presscheck.data.schema import Document, Segment
from presscheck.data.text.capitalised_names import Names
from presscheck.eval.behaviour.edits import with_other_names, with_typos

_DOUBLE_QUOTE = re.compile('["“”]')
_SHARES = {"names": 0.8, "question_mark": 0.1, "quotes": 0.2, "typos": 0.05}  # probability of each in a document


def _without_question_mark(segment: Segment, _generator: random.Random, _names: Names) -> str:
    text = segment.text
    return text[:-1] if segment.kind == "headline" and text.endswith("?") else text


def _requoted(segment: Segment, generator: random.Random, _names: Names) -> str:
    """Curly, straight or no double quotation marks."""
    style = generator.choice(("curly", "straight", "none"))
    marks = {"curly": ("“", "”"), "straight": ('"',), "none": ("",)}[style]
    turns = cycle(marks)
    return _DOUBLE_QUOTE.sub(lambda _: next(turns), segment.text)


_CHANGES: Mapping[str, Callable[[Segment, random.Random, Names], str]] = {
    "names": lambda segment, generator, names: with_other_names(segment.text, generator, names),
    "question_mark": _without_question_mark,
    "quotes": _requoted,
    "typos": lambda segment, generator, _: with_typos(segment.text, generator),
}


def changed(document: Document, names: Names, *, seed: str) -> Document:
    """The document with each change made with its own probability in all of its segments; spans no longer hold and are left out.

    Args:
        names: to put in place of others.
        seed: the random seed; the changes depend on it and on the document's id.
    """
    generator = random.Random(f"{seed}/{document.id}")  # noqa: S311 - not cryptography
    segments = tuple(replace(segment, spans=()) for segment in document.segments)
    for change, share in _SHARES.items():
        if change == "names" and document.judged_headlines:
            continue  # every text draws names of its own: a headline's would no longer be its body's
        if generator.random() < share:
            state = generator.random()
            texts = [
                _CHANGES[change](segment, random.Random(f"{state}/{index}"), names)  # noqa: S311 - as above
                for index, segment in enumerate(segments)
            ]
            segments = tuple(replace(s, text=text) if text.strip() else s for s, text in zip(segments, texts, strict=True))
    return replace(document, segments=segments)
