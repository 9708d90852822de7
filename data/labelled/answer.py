"""Reads one labelled row: its texts cut into segments, and the votes and spans that it gives them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from presscheck.data.labelled.cells import names_cell, object_cell, objects_cell, offsets, votes, weight_cell
from presscheck.data.labelled.layout import LabelCells, Layout
from presscheck.data.labelled.pieces import BodyPieces, Piece, whole
from presscheck.data.rows.cell import day_cell, id_cell, is_missing, name_cell, text_cell
from presscheck.data.rows.missing import is_missing_word
from presscheck.data.rows.refusal import RowError
from presscheck.data.schema import GENRES, SPAN_TYPES, TOKEN_TAGS, Genre, Segment, Span
from presscheck.data.text.normalise import plain

Votes = Mapping[str, list[float]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a row says about its text besides labels; rows of one item must not contradict each other."""

    group: str | None = None
    genre: str | None = None
    outlet: str | None = None
    day: date | None = None
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A row as one person's answer, or as all of them.

    Attributes:
        texts: as in the row.
        segments: with spans and the tags that were asked for, without labels.
        votes: per segment, by label.
        otherwise: the group of an item whose rows name none.
    """

    key: str | None
    rater: str | None
    texts: tuple[str | None, ...]
    segments: tuple[Segment, ...]
    votes: tuple[Votes, ...]
    review: list[float]
    article_genre: Genre | None
    facts: Facts
    otherwise: str


@dataclass
class _Draft:
    """A segment while its row is read."""

    piece: Piece
    tags: tuple[str, ...] = ()
    votes: dict[str, list[float]] = field(default_factory=dict)
    labelled_by: list[tuple[int, int]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def segment(self) -> Segment:
        spans = tuple(sorted(self.spans, key=lambda span: (span.start, -span.end)))
        return Segment(self.piece.text, self.piece.kind, {}, spans, self.tags, self.piece.paragraph)


def _text(row: Mapping[str, Any], column: str | None) -> str | None:
    """A text as it stands in the row; None if it is blank or a word for a missing value."""
    text = text_cell(row.get(column), column) if column else None
    return text if text and text.strip() and not is_missing_word(plain(text)) else None


def read_answer(row: Mapping[str, Any], layout: Layout) -> Answer:
    """The answer of a row's cells.

    Raises:
        RowError: with what is wrong, the offsets included, and what to do.
    """
    missing = [column for column in sorted(layout.required) if column not in row]
    if missing:
        raise RowError("schema", f"no column {missing[0]!r}; there are {', '.join(map(str, row))}", missing[0])
    texts, drafts, otherwise = _article(row, layout) if layout.kind == "article" else _single(row, layout)
    key = id_cell(row.get(layout.identifier), layout.identifier) if layout.identifier else None
    group, genre, outlet, rater = (
        name_cell(row.get(column), column) if column else None for column in (layout.group, layout.genre, layout.outlet, layout.rater)
    )
    facts = Facts(
        group=group,
        genre=None if layout.kind == "article" else genre,
        outlet=outlet,
        day=_day(row, layout),
        weight=weight_cell(row.get(layout.weight), layout.weight) if layout.weight else None,
    )
    return Answer(
        key=key,
        rater=rater,
        texts=texts,
        segments=tuple(draft.segment() for draft in drafts),
        votes=tuple(draft.votes for draft in drafts),
        review=votes(row, layout.review) if layout.review else [],
        article_genre=_article_genre(genre, layout) if layout.kind == "article" else None,
        facts=facts,
        otherwise=otherwise,
    )


def _day(row: Mapping[str, Any], layout: Layout) -> date | None:
    if not layout.day or (not layout.has_day and is_missing(row.get(layout.day))):
        return None
    return day_cell(row.get(layout.day), layout.day)


def _article_genre(name: str | None, layout: Layout) -> Genre | None:
    for genre in GENRES:
        if name == genre:
            return genre
    if name is None:
        return None
    raise RowError("type", f'"{layout.genre}" is {name!r}, not one of {", ".join(GENRES)}; without such a column write genre: null')


def _single(row: Mapping[str, Any], layout: Layout) -> tuple[tuple[str | None, ...], list[_Draft], str]:
    """A headline or a sentence."""
    assert layout.text is not None
    assert layout.kind != "article"
    text = _text(row, layout.text)
    if text is None:
        given = (row.get(layout.text) or "").strip()
        why = f", as {given!r} means a missing value" if given else ""
        raise RowError("empty", f'"{layout.text}" holds no text{why}', layout.text)
    draft = _Draft(whole(text, layout.kind))
    _vote(draft.votes, row, layout.labels)
    return (text,), [draft], draft.piece.text.lower()


def _article(row: Mapping[str, Any], layout: Layout) -> tuple[tuple[str | None, ...], list[_Draft], str]:
    headline, body = _text(row, layout.headline), _text(row, layout.body)
    cut = BodyPieces(body, headline) if body else None
    head = _Draft(whole(headline, "headline")) if headline else None
    sentences = [_Draft(piece) for piece in cut.pieces] if cut else []
    if head is None and not sentences:
        why = "no sentence in its body, all of it is set aside" if body else "no text"
        raise RowError("empty", f'the row has {why}; give it "{layout.headline}" or "{layout.body}"')
    _read_headline(head, row, layout)
    parts = _Parts(head, sentences, cut, headline or "", body or "")
    spans = objects_cell(row.get(layout.spans), layout.spans) if layout.spans else []
    _ask(parts, object_cell(row.get(layout.tags), layout.tags) if layout.tags else {}, spans, layout)
    for entry in objects_cell(row.get(layout.sentences), layout.sentences) if layout.sentences else []:
        _read_sentence(entry, parts, layout)
    for entry in spans:
        _read_span(entry, parts, layout.spans or "")
    story = headline.strip().lower() if headline else hashlib.sha256((body or "").encode()).hexdigest()[:16]
    return (headline, body), [*([head] if head else []), *sentences], story


@dataclass(frozen=True, slots=True)
class _Parts:
    """An article while it is read."""

    head: _Draft | None
    sentences: list[_Draft]
    cut: BodyPieces | None
    headline: str
    body: str


def _vote(into: dict[str, list[float]], row: Mapping[str, Any], labels: Mapping[str, LabelCells]) -> None:
    into.update({name: found for name, cells in labels.items() if (found := votes(row, cells))})


def _read_headline(head: _Draft | None, row: Mapping[str, Any], layout: Layout) -> None:
    found: dict[str, list[float]] = {}
    _vote(found, row, layout.labels)
    if head is None and found:
        raise RowError(
            "schema", f"the row labels a headline ({', '.join(found)}) and has none; labels of sentences belong in its sentences"
        )
    if head is not None:
        head.votes = found


def _tags(value: Any, column: str) -> tuple[str, ...] | None:
    """Names of tags in the schema's order."""
    names = names_cell(value, column)
    if names is None:
        return None
    unknown = sorted(set(names) - set(TOKEN_TAGS))
    if unknown:
        raise RowError("type", f'"{column}" names the unknown tag {unknown[0]!r}; known: {", ".join(TOKEN_TAGS)}', column)
    return tuple(tag for tag in TOKEN_TAGS if tag in names)


def _ask(parts: _Parts, given: Mapping[str, Any], spans: Sequence[Mapping[str, Any]], layout: Layout) -> None:
    """Sets the tags that the annotators were asked for: those given, else those that occur among the part's spans."""
    for part, drafts in (("headline", [parts.head] if parts.head else []), ("body", parts.sentences)):
        asked = _tags(given.get(part), f"{layout.tags}.{part}")
        if asked is None:
            occurring = {entry.get("tag") for entry in spans if entry.get("part") == part}
            asked = tuple(tag for tag in TOKEN_TAGS if tag in occurring)
        for draft in drafts:
            draft.tags = asked


def _read_sentence(entry: Mapping[str, Any], parts: _Parts, layout: Layout) -> None:
    column = layout.sentences or ""
    start, end = offsets(entry, column, length=len(parts.body), what="body")
    text = parts.body[start:end]
    bare = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
    index = parts.cut.fitting(*bare) if parts.cut else None
    if index is None or parts.cut is None:
        why = parts.cut.why_none(start, end) if parts.cut else "there is no body"
        raise RowError(
            "type", f'[{start}, {end}) of "{column}" fits no sentence of the body ({why}); correct its offsets or remove it', column
        )
    draft = parts.sentences[index]
    found: dict[str, list[float]] = {}
    _vote(found, entry, layout.sentence_labels)
    twice = sorted(set(found) & set(draft.votes))
    if twice:
        first = draft.labelled_by[0]
        message = (
            f'[{start}, {end}) and [{first[0]}, {first[1]}) of "{column}" are one sentence, [{draft.piece.start}, {draft.piece.end}), '
            f"and both give it {twice[0]!r}; keep one, or write its votes as a list"
        )
        raise RowError("type", message, column)
    draft.votes.update(found)
    draft.labelled_by.append((start, end))
    own = _tags(entry.get("tags"), f"{column}.tags")
    if own is not None:
        draft.tags = own


def _read_span(entry: Mapping[str, Any], parts: _Parts, column: str) -> None:
    """Adds a span to the segments that it reaches into, to each its own part of it."""
    part, tag, kind = (entry.get(name) for name in ("part", "tag", "type"))
    if part not in ("headline", "body"):
        raise RowError("type", f'an entry of "{column}" needs "part", headline or body, not {part!r}', column)
    if tag not in TOKEN_TAGS:
        raise RowError("type", f'"{column}" holds the unknown tag {tag!r}; known: {", ".join(TOKEN_TAGS)}', column)
    kinds = SPAN_TYPES.get(tag, ())
    if kind is not None and kind not in kinds:
        known = f"known: {', '.join(kinds)}" if kinds else "its spans have none"
        raise RowError("type", f'"{column}" holds the unknown type {kind!r} of {tag}; {known}', column)
    text = parts.headline if part == "headline" else parts.body
    start, end = offsets(entry, column, length=len(text), what=part)
    if part == "headline":
        drafts = [parts.head] if parts.head else []
    else:
        drafts = [parts.sentences[index] for index in parts.cut.overlapping(start, end)] if parts.cut else []
    found = [(draft, own) for draft in drafts if (own := draft.piece.own(start, end)) and draft.piece.text[slice(*own)].strip()]
    if not found:
        why = parts.cut.why_none(start, end) if part == "body" and parts.cut else "it is blank"
        raise RowError("type", f'[{start}, {end}) of "{column}" lies in no sentence of the {part} ({why}); remove it', column)
    for draft, own in found:
        if tag not in draft.tags:
            message = f'[{start}, {end}) of "{column}" is {tag}, a tag that the row says was not asked for; add it to "tags"'
            raise RowError("type", message, column)
        draft.spans.append(Span(tag, *own, kind))
