"""Reads the headlines that were held against the bodies of the starter corpus: `support/*.txt`, as AUTHORING.md describes them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from presscheck.data.errors import DataError, located
from presscheck.data.rows.encoding import decode
from presscheck.data.schema import SPAN_TYPES, Document, Segment, SupportVerdict
from presscheck.data.starter.markup import parse_spans

_VERDICTS: Mapping[str, SupportVerdict] = {"s": "supported", "o": "overstated", "n": "not_reported"}
_MARKS = {kind: ("missing", kind) for kind in SPAN_TYPES["missing"]}
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


def _line(line: str, own: str) -> Segment:
    flags, bar, marked = line.partition("|")
    verdict, _, rest = flags.strip().partition(" ")
    if not bar or verdict not in _VERDICTS or rest not in ("", "="):
        raise ValueError("a line has the form 's | headline', 'o | …', 'n | …', or 's = |' for the article's own headline")
    marked = marked.strip()
    text = parse_spans(marked, _MARKS)[0] if marked else ""
    if rest and text not in ("", own):
        raise ValueError(f"the article's own headline is {own!r}")
    if not rest and not text:
        raise ValueError("a headline has no text")
    if verdict != "s" and marked == text:
        raise ValueError("of a headline that is not supported, the words that the body lacks are marked")
    return judged_headline(text or own, _VERDICTS[verdict], marked=marked)


def read_judged(path: Path, own: Mapping[str, str]) -> Judged:
    """Reads one file.

    Args:
        own: the headline of each article, by its story.

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
                found[_of(story)].append(_line(line, own[_of(story)]))
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


def read_all_judged(paths: Iterable[Path], documents: Sequence[Document]) -> Judged:
    """Reads files that each hold other stories.

    Raises:
        DataError: as `read_judged`, and if a story stands in two files.
    """
    own = {d.group: d.headline.text for d in documents if d.headline and d.sentences}
    found: Judged = {}
    for path in paths:
        read = read_judged(path, own)
        if twice := sorted(set(found) & set(read)):
            raise DataError(f"{path}: already judged in another file: {', '.join(twice)}")
        found |= read
    return found


def with_judged(documents: Sequence[Document], judged: Judged) -> list[Document]:
    """The documents with the headlines that were held against them, and with the headline of another story of the topic, not reported."""
    others = _of_another_story(documents)
    return [
        replace(document, judged_headlines=(*judged[document.group], *others[document.group]))
        if document.sentences and document.group in judged
        else document
        for document in documents
    ]


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
