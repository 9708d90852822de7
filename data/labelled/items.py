"""Makes documents of labelled rows: one of each row, or one of all the rows that people gave for one id."""

import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, fields, replace
from itertools import groupby
from pathlib import Path
from typing import Any, cast

from presscheck.data.errors import DataError
from presscheck.data.labelled.answer import Answer, Facts, read_answer
from presscheck.data.labelled.cells import mean
from presscheck.data.labelled.layout import Layout
from presscheck.data.rows.cell import id_cell
from presscheck.data.rows.refusal import RowError
from presscheck.data.schema import TOKEN_TAGS, Document, Genre, Segment, Span, SplitName

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """A row of a file or a data set.

    Attributes:
        where: its place, as messages name it.
        name: its id if it has none.
        cells: its cells by column, or why they could not be read.
        split: the publisher's split.
    """

    where: str
    name: str
    cells: Mapping[str, Any] | RowError
    split: SplitName | None = None


@dataclass(frozen=True, slots=True)
class _Placed:
    row: LabelledRow
    answer: Answer


class _Refused:
    """What is wrong with rows, in their order."""

    def __init__(self) -> None:
        self._messages: list[str] = []
        self.count = 0

    def add(self, where: str, message: object) -> None:
        self.count += 1
        if len(self._messages) < _SHOWN:
            self._messages.append(f"{where}: {message}")

    def raise_if_any(self, name: str, *, good: int) -> None:
        if not self.count:
            return
        more = [f"… and {self.count - _SHOWN} more"] if self.count > _SHOWN else []
        kept = [f"{name}: the other {good:,} rows are good; correct or remove the rows above"] if good else []
        raise DataError("\n".join((*self._messages, *more, *kept)))


def documents_of(rows: Iterable[LabelledRow], layout: Layout, *, name: str) -> Iterator[Document]:
    """The documents of labelled rows; good rows are yielded before the bad ones are reported.

    With `layout.rater`, all rows of one id are votes of one item: they are grouped in a temporary file, so that memory does not grow with
    their number.

    Args:
        name: of the source, as messages name it.

    Raises:
        DataError: with the place of every bad row (the first 20), or if there is no row.
    """
    refused = _Refused()
    good = 0
    for item in _by_id(rows, layout, refused) if layout.rater else ([row] for row in rows):
        placed: list[_Placed] = []
        for row in item:
            try:
                answer = read_answer(_cells(row), layout)
                if placed:
                    _hold_together(placed, answer)
            except RowError as error:
                refused.add(row.where, error)
            else:
                placed.append(_Placed(row, answer))
        good += len(placed)
        if placed:
            yield _document(placed, layout)
    refused.raise_if_any(name, good=good)
    if not good:
        raise DataError(f"{name}: no rows")


def _cells(row: LabelledRow) -> Mapping[str, Any]:
    if isinstance(row.cells, RowError):
        raise row.cells
    return row.cells


def _by_id(rows: Iterable[LabelledRow], layout: Layout, refused: _Refused) -> Iterator[list[LabelledRow]]:
    """The rows of each id together, in the order of their first ones."""
    column = layout.identifier or ""
    with tempfile.TemporaryDirectory(prefix="presscheck-votes-") as folder, closing(sqlite3.connect(Path(folder) / "rows.sqlite")) as data:
        data.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE rows (number INTEGER PRIMARY KEY, key TEXT, place TEXT, name TEXT, split TEXT, cells TEXT);"
        )
        for row in rows:
            try:
                cells = _cells(row)
                key = _key(cells, column)
            except RowError as error:
                refused.add(row.where, error)
            else:
                values = (key, row.where, row.name, row.split, json.dumps(cells, default=str))
                data.execute("INSERT INTO rows (key, place, name, split, cells) VALUES (?, ?, ?, ?, ?)", values)
        found = data.execute(
            "SELECT rows.key, place, name, split, cells FROM rows JOIN (SELECT key, MIN(number) AS first FROM rows GROUP BY key) AS items "
            "ON items.key = rows.key ORDER BY items.first, number"
        )
        for _, same in groupby(found, key=lambda row: row[0]):
            yield [LabelledRow(place, name, json.loads(cells), cast("SplitName | None", split)) for _, place, name, split, cells in same]


def _key(cells: Mapping[str, Any], column: str) -> str:
    key = id_cell(cells.get(column), column)
    if key is None:
        raise RowError("schema", f'"{column}" is empty; rows are votes of one item by their id', column)
    return key


def _hold_together(placed: Sequence[_Placed], answer: Answer) -> None:
    """Checks that another row of an id has the same text and says nothing else about it.

    Raises:
        RowError: naming the other row and what to do.
    """
    first = placed[0]
    if answer.texts != first.answer.texts:
        message = f"the text differs from that of the same id at {first.row.where}; give other texts other ids, or write the same text"
        raise RowError("schema", message)
    for one in placed:
        if answer.rater is not None and answer.rater == one.answer.rater:
            message = f"{answer.rater} answers for this id at {one.row.where} too; keep one answer of a rater"
            raise RowError("schema", message)
        for fact in fields(Facts):
            mine, other = getattr(answer.facts, fact.name), getattr(one.answer.facts, fact.name)
            if None not in (mine, other) and mine != other:
                message = f"its {fact.name} is {mine}, that of the same id at {one.row.where} {other}; write the same or leave one empty"
                raise RowError("schema", message)


def _document(placed: Sequence[_Placed], layout: Layout) -> Document:
    answers = [one.answer for one in placed]
    first, row = answers[0], placed[0].row
    told = {fact.name: next((v for a in answers if (v := getattr(a.facts, fact.name)) is not None), None) for fact in fields(Facts)}
    facts = Facts(**told)
    review = mean([vote for answer in answers for vote in answer.review], min_votes=layout.min_votes)
    return Document(
        id=f"{layout.source}/{row.name if first.key is None else first.key}",
        group=f"{layout.source}/{first.otherwise if facts.group is None else facts.group}",
        source=layout.source,
        licence=layout.licence,
        segments=tuple(_segment(answers, index, layout) for index in range(len(first.segments))),
        genre=facts.genre,
        year=facts.day.year if facts.day else None,
        outlet=facts.outlet,
        split=row.split or (layout.place(facts.day) if facts.day else None),
        review=review,
        article_genre=_agreed_genre([answer.article_genre for answer in answers if answer.article_genre]),
        weight=1.0 if facts.weight is None else facts.weight,
    )


def _agreed_genre(named: Sequence[Genre]) -> Genre | None:
    """The genre that more than half of those who name one name."""
    if not named:
        return None
    genre, count = Counter(named).most_common(1)[0]
    return genre if count > len(named) / 2 else None


def _segment(answers: Sequence[Answer], index: int, layout: Layout) -> Segment:
    segments = [answer.segments[index] for answer in answers]
    given: dict[str, list[float]] = {}
    for answer in answers:
        for label, found in answer.votes[index].items():
            given.setdefault(label, []).extend(found)
    means = {label: mean(found, min_votes=layout.min_votes) for label, found in given.items()}
    labels = {label: value for label, value in means.items() if value is not None}
    if len(segments) == 1:
        return replace(segments[0], labels=labels)
    tags = tuple(tag for tag in TOKEN_TAGS if any(tag in segment.tags for segment in segments))
    spans = [span for tag in tags for span in _agreed_spans(tag, [segment for segment in segments if tag in segment.tags])]
    return replace(segments[0], labels=labels, tags=tags, spans=tuple(sorted(spans, key=lambda span: (span.start, -span.end))))


def _agreed_spans(tag: str, segments: Sequence[Segment]) -> Iterator[Span]:
    """Stretches that more than half of the raters who were asked mark with a tag, each with the type that most of them give it."""
    text = segments[0].text
    marks = [0] * len(text)
    for segment in segments:
        for place in {place for span in segment.spans if span.tag == tag for place in range(span.start, span.end)}:
            marks[place] += 1
    for is_marked, run in groupby(range(len(text)), key=lambda place: 2 * marks[place] > len(segments)):
        places = list(run)
        start, end = places[0], places[-1] + 1
        if is_marked and text[start:end].strip():
            types = Counter(
                s.type for segment in segments for s in segment.spans if s.tag == tag and s.start < end and start < s.end and s.type
            )
            yield Span(tag, start, end, next((kind for kind, _ in types.most_common(1)), None))
