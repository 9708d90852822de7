"""Reads the headlines that were held against the bodies of the starter corpus: `support/*.txt`, as AUTHORING.md describes them."""

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from presscheck.data.errors import DataError, located
from presscheck.data.rows.encoding import decode
from presscheck.data.schema import SPAN_TYPES, Document, Segment, Span, SupportVerdict
from presscheck.data.starter.marked_spans import parse_spans
from presscheck.data.text.support.proper_names import writes_titles

_VERDICTS: Mapping[str, SupportVerdict] = {"s": "supported", "o": "overstated", "n": "not_reported"}
_MARKS = {kind: ("missing", kind) for kind in SPAN_TYPES["missing"]}
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?![\w.,]*\d)(?!\w)")
_FACTORS = (0.4, 0.6, 1.7, 2.5)  # of a number that is changed by program
Judged = dict[str, list[Segment]]  # by the story of the article


def judged_headline(text: str, verdict: SupportVerdict, *, marked: str | None = None) -> Segment:
    """A headline with the label `supported`.

    Args:
        marked: the text with its marks, where what the body lacks is marked.

    Raises:
        ValueError: if a supported headline lacks something, or the marks are invalid.
    """
    spans = parse_spans(marked, _MARKS)[1] if marked else ()
    if spans and verdict == "supported":
        raise ValueError("a supported headline has no missing words")
    label = {"supported": float(verdict == "supported")}
    return Segment(text, "headline", label, spans, ("missing",), notes=frozenset({f"support:{verdict}"}))


def _line(line: str, own: str, *, marked: bool) -> Segment:
    flags, bar, written = line.partition("|")
    verdict, _, rest = flags.strip().partition(" ")
    if not bar or verdict not in _VERDICTS or rest not in ("", "="):
        raise ValueError("a line has the form 's | headline', 'o | …', 'n | …', or 's = |' for the article's own headline")
    written = written.strip()
    text = parse_spans(written, _MARKS)[0] if written else ""
    if rest and text not in ("", own):
        raise ValueError(f"the article's own headline is {own!r}")
    if not rest and not text:
        raise ValueError("a headline has no text")
    if marked and verdict != "s" and written == text:
        raise ValueError("of a headline that is not supported, the words that the body lacks are marked")
    return judged_headline(text or own, _VERDICTS[verdict], marked=written)


def read_judged(path: Path, own: Mapping[str, str], *, marked: bool = True) -> Judged:
    """Reads one file.

    Args:
        own: the headline of each article, by its story.
        marked: whether the words that a body lacks must be marked.

    Raises:
        DataError: with every problem of the file, each as `file:line: message`.
    """
    found: Judged = {}
    problems = []
    story: str | None = None
    for number, raw in enumerate(decode(path.read_bytes(), where=str(path)).split("\n"), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        try:
            if line.startswith("@"):
                story = _story(line, own, found)
                found[story] = []
            else:
                found[_of(story)].append(_line(line, own[_of(story)], marked=marked))
        except ValueError as error:
            problems.append(located(path, number, str(error)))
    if problems:
        raise DataError("\n".join(problems))
    return found


def _of(story: str | None) -> str:
    if story is None:
        raise ValueError("text before the first story ('@ story-id')")
    return story


def _story(line: str, own: Mapping[str, str], found: Judged) -> str:
    story = line.lstrip("@").strip()
    if story not in own:
        raise ValueError(f"no article has the story {story!r}")
    if story in found:
        raise ValueError(f"story {story} is repeated")
    return story


def read_all_judged(paths: Iterable[Path], documents: Sequence[Document], *, marked: bool = True) -> Judged:
    """Reads files that each hold other stories.

    Raises:
        DataError: as `read_judged`, and if a story stands in two files.
    """
    own = {d.group: d.headline.text for d in documents if d.headline and d.sentences}
    found: Judged = {}
    for path in paths:
        read = read_judged(path, own, marked=marked)
        if twice := sorted(set(found) & set(read)):
            raise DataError(f"{path}: already judged in another file: {', '.join(twice)}")
        found |= read
    return found


def with_judged(documents: Sequence[Document], judged: Judged) -> list[Document]:
    """The documents with the headlines that were held against them, and two by program, not held up by their bodies.

    One is the headline of another story of the topic; the other a supported one with a name or number of another story's headline.
    """
    others, names = _of_another_story(documents), _names(judged)
    found = []
    for document in documents:
        own = judged.get(document.group) if document.sentences else None
        headlines = (*own, *_swapped(document, own, names), *others[document.group]) if own else ()
        found.append(replace(document, judged_headlines=headlines))
    return found


def _names(judged: Judged) -> list[str]:
    """Names that stand inside the headlines."""
    return sorted({match.group() for headlines in judged.values() for one in headlines for match in _names_in(one.text)})


def _names_in(headline: str) -> list[re.Match[str]]:
    return [] if writes_titles(headline) else list(_NAME.finditer(headline))


def _swapped(document: Document, judged: Sequence[Segment], names: Sequence[str]) -> list[Segment]:
    """The first supported headline with a name or a number in it, with another in its place; none if no headline has any."""
    generator = random.Random(document.group)  # noqa: S311 - not cryptography
    body = document.body_text()[0]
    for headline in judged:
        text = headline.text
        found = [*(("name", match) for match in _names_in(text)), *(("number", match) for match in _NUMBER.finditer(text))]
        if not found or not headline.is_positive("supported"):
            continue
        kind, match = generator.choice(found)
        if kind == "number":
            other = _other_number(match.group(), generator)
        else:
            other = generator.choice([name for name in names if name not in body])
        span = Span("missing", match.start(), match.start() + len(other), kind)
        text = f"{text[: match.start()]}{other}{text[match.end() :]}"
        return [replace(judged_headline(text, "overstated"), spans=(span,))]
    return []


def _other_number(number: str, generator: random.Random) -> str:
    return f"{round(float(number.replace(',', '')) * generator.choice(_FACTORS)) + 3:,}"


def _of_another_story(documents: Sequence[Document]) -> dict[str, list[Segment]]:
    """By story, the next article's headline of the same topic; none where a topic has a single article."""
    topics: dict[str | None, list[Document]] = {}
    for document in documents:
        if document.sentences and document.headline:
            topics.setdefault(document.topic, []).append(document)
    found: dict[str, list[Segment]] = {}
    for articles in topics.values():
        for document, other in zip(articles, [*articles[1:], articles[0]], strict=True):
            is_other = other is not document and other.headline is not None
            found[document.group] = [judged_headline(other.headline.text, "not_reported")] if is_other and other.headline else []
    return found
