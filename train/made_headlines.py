"""Headlines that a program makes of a body's own sentences, to teach `supported`: shortened as headlines are, as they stand or changed.

Changing a claim's names, numbers or negation by program: Kryscinski et al. 2020, Evaluating the Factual Consistency of Abstractive Text
Summarization (FactCC).
"""

import random
import re
from collections.abc import Sequence

from presscheck.data.schema import Document, Segment
from presscheck.data.text.lexicon import words
from presscheck.train.scored import LabelledPart

_NAME = re.compile(r"(?<=[\w,;] )(?!I\b)[A-Z][\w'-]+(?: [A-Z][\w'-]+){0,2}")
_FIGURE = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w.,]*\d)")
_ARTICLE = re.compile(r"\b(?:the|an?) ", re.I)
_AUXILIARY = re.compile(r"\b(?:has|have|had|was|were|is|are) (?=\w+(?:ed|en|ing)\b)")
_VERB = re.compile(r"\b(?:is|are|was|were|will|would|has|have|had|can|could|did)\b(?! not)")
_CLAUSE = re.compile(r", | which | who | after | because | while | although ")
_WORDS = range(4, 23)
_CHANGED, _REMOVED = 0.5, 0.1  # shares of headlines with a change, and of headlines whose sentence is taken out of the body
_WITHOUT_ARTICLES, _WITHOUT_AUXILIARY, _ONE_CLAUSE, _NAME_OF_THE_BODY = 0.6, 0.5, 0.7, 0.5
_FACTORS = (0.3, 0.6, 1.5, 2.0, 3.0)


def made_part(document: Document, *, names: Sequence[str], seed: str) -> LabelledPart | None:
    """The body without labels behind a headline made of one of its claims; None where it has none that can be shortened so.

    Args:
        names: of all documents, to put in place of others.
        seed: the random seed; what is made depends on it and on the document's id.
    """
    generator = random.Random(f"{seed}/{document.id}")  # noqa: S311 - not cryptography
    body = [s.unlabelled() for s in document.sentences if "repeat" not in s.notes]
    claims = [s for s in document.sentences if s.is_positive("claim") and "repeat" not in s.notes]
    generator.shuffle(claims)
    for claim in claims[:5]:
        text = _shortened(claim.text, generator)
        if text is None:
            continue
        draw = generator.random()
        if draw < _CHANGED:
            changed = _changed(text, " ".join(s.text for s in body), names, generator)
            if changed:
                return LabelledPart(tuple(body), _headline(changed, 0.0))
        elif draw < _CHANGED + _REMOVED:
            others = tuple(s for s in body if s.text != claim.text)
            if others:
                return LabelledPart(others, _headline(text, 0.0))
        return LabelledPart(tuple(body), _headline(text, 1.0))
    return None


def _headline(text: str, label: float) -> Segment:
    return Segment(text, "headline", {"supported": label})


def _shortened(sentence: str, generator: random.Random) -> str | None:
    """A sentence as a headline would have it: without articles, auxiliaries, all clauses but one."""
    text = sentence.strip().rstrip(".").strip("'\"“”")
    if generator.random() < _WITHOUT_ARTICLES:
        text = _ARTICLE.sub("", text)
    if generator.random() < _WITHOUT_AUXILIARY:
        text = _AUXILIARY.sub("", text)
    if generator.random() < _ONE_CLAUSE:
        text = max(_CLAUSE.split(text)[:2], key=len)
    return text[0].upper() + text[1:] if text and len(text.split()) in _WORDS else None


def _changed(text: str, body: str, names: Sequence[str], generator: random.Random) -> str | None:
    """The headline with another name, another number, or its verb negated; None if it has none of them."""
    found = {
        "name": list(_NAME.finditer(text)),
        "number": [*_FIGURE.finditer(text), *(m for m in re.finditer(r"\b\w+\b", text) if m.group().lower() in _small())],
        "verb": list(_VERB.finditer(text)),
    }
    kinds = [kind for kind, matches in found.items() if matches]
    if not kinds:
        return None
    kind = generator.choice(kinds)
    match = generator.choice(found[kind])
    if kind == "verb":
        return f"{text[: match.end()]} not{text[match.end() :]}"
    own = _NAME.findall(body) if generator.random() < _NAME_OF_THE_BODY else []
    other = _other_name(match.group(), own or names, generator) if kind == "name" else _other_number(match.group(), generator)
    return f"{text[: match.start()]}{other}{text[match.end() :]}" if other else None


def _small() -> frozenset[str]:
    return words("list_counts")


def _other_name(name: str, pool: Sequence[str], generator: random.Random) -> str | None:
    others = [one for one in pool if one != name]
    return generator.choice(others) if others else None


def _other_number(number: str, generator: random.Random) -> str:
    if number.lower() in _small():
        return generator.choice(sorted(_small() - {number.lower()}))
    value = float(number.replace(",", "")) * generator.choice(_FACTORS)
    return f"{max(1, round(value)) + 1:,}"
