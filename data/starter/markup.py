"""Reads the authoring markup that AUTHORING.md describes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from presscheck.data.errors import DataError, located
from presscheck.data.rows.encoding import decode
from presscheck.data.schema import GENRES, TOKEN_TAGS, Document, Genre, Segment, SegmentKind, Span
from presscheck.data.starter.marked_spans import parse_spans

KINDS = (
    *("wire", "broadsheet", "tabloid", "local_paper", "broadcaster", "press_release", "blog", "partisan"),
    *("official_statement", "opinion", "satire", "social_screenshot", "translated"),
    *("column", "explainer", "live_blog", "interview", "feature", "hoax", "listing"),
)
# The genre of an article by its kind, unless its header says otherwise; every other kind is news.
GENRE_OF_KIND: Mapping[str, Genre] = {
    "opinion": "opinion",
    "column": "opinion",
    "satire": "satire",
    "press_release": "release",
    "official_statement": "release",
    "listing": "listing",
    "social_screenshot": "other",
}
TOPICS = (
    *("war", "politics", "crime", "courts", "business", "markets", "health", "science", "climate", "technology"),
    *("sport", "culture", "weather", "migration", "religion", "education"),
)
REGIONS = ("africa", "asia", "europe", "north_america", "south_america", "oceania")
FORMS = {
    "S": "statement",
    "P": "polar_question",
    "A": "assertion_question",
    "W": "wh_question",
    "N": "list",
    "C": "command",
}
NOTES = {"x": "speculation", "p": "caption", "b": "boilerplate", "r": "repeat"}
_OF_ATTRIBUTION = ("source", "cue", "content")
_STRENGTH = {"0": 0.0, "1": 1 / 3, "2": 2 / 3, "3": 1.0}


class _Header(NamedTuple):
    line: int
    is_article: bool
    story: str
    genre: str
    topic: str
    region: str
    year: int
    review: float | None
    article_genre: Genre | None


@dataclass
class _Block:
    header: _Header
    segments: list[Segment] = field(default_factory=list)


def _parse_header(line: str, number: int) -> _Header:
    is_article = line.startswith("@@")
    fields = [part.strip() for part in line.lstrip("@").split("|")]
    expected = "@@ id | genre | topic | region | year | review 0" if is_article else "@ id | genre | topic | region | year"
    if len(fields) not in ((6, 7) if is_article else (5,)):
        raise ValueError(f"a header has the form '{expected}'")
    story, genre, topic, region, year = fields[:5]
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", story):
        raise ValueError(f"story id {story!r} is not lower-case words joined by '-'")
    for name, value, known in (("genre", genre, KINDS), ("topic", topic, TOPICS), ("region", region, REGIONS)):
        if value not in known:
            raise ValueError(f"unknown {name} {value!r}; known: {', '.join(known)}")
    if not (year.isdigit() and 1990 <= int(year) <= 2026):
        raise ValueError(f"year {year!r} is not between 1990 and 2026")
    review = None
    if is_article:
        if fields[5] not in ("review 0", "review 1"):
            raise ValueError(f"the last field is 'review 0' or 'review 1', not {fields[5]!r}")
        review = float(fields[5][-1])
    article_genre = _article_genre(fields[6] if len(fields) == 7 else None, genre) if is_article else None
    return _Header(number, is_article, story, genre, topic, region, int(year), review, article_genre)


def _article_genre(given: str | None, kind: str) -> Genre:
    """The article's genre: as its header says, else the default of its kind.

    Raises:
        ValueError: if the header names an unknown genre, or the default.
    """
    usual = GENRE_OF_KIND.get(kind, "news")
    for genre in GENRES:
        if given == genre != usual:
            return genre
    if given is None:
        return usual
    if given == usual:
        raise ValueError(f"the article's genre {given!r} is the default of its kind and must be left out ({kind})")
    raise ValueError(f"unknown genre of the article {given!r}; known: {', '.join(GENRES)}")


def _parse_segment(line: str, *, kind: SegmentKind, paragraph: int) -> Segment:
    flags, bar, marked = line.partition("|")
    if not bar:
        raise ValueError("a segment has the form 'flags | text'")
    flags = flags.replace(" ", "")
    labels: dict[str, float] = {}
    notes = set()
    if kind == "headline":
        if flags[:1] not in _STRENGTH:
            raise ValueError("a headline's flags start with its strength, 0 to 3")
        labels["sensational"] = _STRENGTH[flags[0]]
        form = FORMS.get(flags[1:2])
        notes.add(f"form:{form or 'statement'}")
        flags = flags[2:] if form else flags[1:]
    unknown = set(flags) - set("cakuxpbr-")
    if unknown:
        raise ValueError(f"unknown flag {', '.join(sorted(unknown))} (a {kind} takes c a k u x p b r -)")
    text, spans = parse_spans(marked.strip())
    notes |= {NOTES[flag] for flag in flags if flag in NOTES}
    labels |= {
        "claim": float("c" in flags),
        "attributed": float("a" in flags),
        "loaded": float(any(span.tag == "loaded" for span in spans)),
    }
    if labels["attributed"] and not labels["claim"]:
        del labels["claim"]  # a quoted opinion: that it was said can be checked, its content cannot; claim is not annotated
    if not labels["attributed"] and any(span.tag in _OF_ATTRIBUTION for span in spans):
        raise ValueError("source, cue or content is marked, but the flag 'a' is missing")
    has_framing = any(span.tag == "framing" for span in spans)
    if has_framing and not labels.get("sensational"):
        raise ValueError("framing words are marked, which only a headline of strength 1 to 3 has")
    if {"caption", "boilerplate"} & notes and labels.get("claim"):
        raise ValueError("a caption or boilerplate line is not a claim")
    if "speculation" in notes and not labels.get("claim"):
        raise ValueError("speculation (x) goes with the flag c")
    if kind == "sentence":
        labels |= _needs_source(flags, spans)
    # A strong headline without framing words is older than their annotation.
    asks_framing = kind == "headline" and (has_framing or not labels["sensational"])
    tags = TOKEN_TAGS if asks_framing else tuple(tag for tag in TOKEN_TAGS if tag != "framing")
    return Segment(text, kind, labels, spans, tags, paragraph, frozenset(notes))


def _needs_source(flags: str, spans: tuple[Span, ...]) -> dict[str, float]:
    """The label of a claim: as flagged (u, k), else 1 of speculation and of a claim that rests on a vague source or a platform alone.

    It is missing elsewhere: an attributed claim has its source, and older texts may not be annotated for it.

    Raises:
        ValueError: if both flags are set, or one of them without a claim.
    """
    asked = {flag for flag in "uk" if flag in flags}
    if len(asked) == 2:
        raise ValueError("u (needs a source) and k (needs none) exclude each other")
    if "c" not in flags:
        if asked:
            raise ValueError(f"{asked.pop()} goes with the flag c")
        return {}
    if asked:
        return {"needs_source": float("u" in asked)}
    kinds = {span.type for span in spans if span.tag == "source"}
    return {"needs_source": 1.0} if "x" in flags or (kinds and kinds <= {"vague", "platform"}) else {}


def _document(header: _Header, name: str, segments: list[Segment]) -> Document:
    return Document(
        id=f"{header.story}/{name}",
        group=header.story,
        source="starter",
        licence="Apache-2.0",
        segments=tuple(segments),
        genre=header.genre,
        topic=header.topic,
        region=header.region,
        year=header.year,
        review=header.review,
        article_genre=header.article_genre,
    )


def _documents(block: _Block, counts: dict[str, int]) -> list[Document]:
    header = block.header
    if header.is_article:
        if len(block.segments) < 2:
            raise ValueError(f"article {header.story} has no body")
        return [_document(header, "article", block.segments)]
    if not block.segments:
        raise ValueError(f"story {header.story} has no headline")
    documents = []
    for segment in block.segments:
        counts[header.story] = counts.get(header.story, 0) + 1
        documents.append(_document(header, str(counts[header.story]), [segment]))
    return documents


def _read_line(line: str, number: int, blocks: list[_Block | None], *, articles: set[str], paragraph: int) -> None:
    """Adds a header's block or a segment to `blocks`. An invalid header leaves None there, and its segments are dropped.

    Raises:
        ValueError: if the line is invalid.
    """
    if line.startswith("@"):
        blocks.append(None)
        header = _parse_header(line, number)
        if header.is_article and header.story in articles:
            raise ValueError(f"article {header.story} is repeated")
        if header.is_article:
            articles.add(header.story)
        blocks[-1] = _Block(header)
        return
    if not blocks:
        raise ValueError("text before the first header ('@ id | …')")
    block = blocks[-1]
    if block is not None:
        is_headline = not block.header.is_article or not block.segments
        block.segments.append(_parse_segment(line, kind="headline" if is_headline else "sentence", paragraph=paragraph))


def read_markup(path: Path) -> list[Document]:
    """Reads one file of the starter corpus.

    Raises:
        DataError: with every problem of the file, each as `file:line: message`.
    """
    problems: list[str] = []
    blocks: list[_Block | None] = []
    articles: set[str] = set()
    paragraph = 0
    for number, raw in enumerate(decode(path.read_bytes(), where=str(path)).split("\n"), start=1):
        line = raw.strip()
        if not line:
            paragraph += 1
        elif not line.startswith("#"):
            stands_alone = bool(set("pb") & set(line.partition("|")[0])) and not line.startswith("@")
            paragraph += stands_alone
            try:
                _read_line(line, number, blocks, articles=articles, paragraph=paragraph)
            except ValueError as error:
                problems.append(located(path, number, str(error)))
            paragraph += stands_alone
    documents: list[Document] = []
    counts: dict[str, int] = {}
    for block in filter(None, blocks):
        try:
            documents += _documents(block, counts)
        except ValueError as error:
            problems.append(located(path, block.header.line, str(error)))
    if problems:
        raise DataError("\n".join(problems))
    return documents
