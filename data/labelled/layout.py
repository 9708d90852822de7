"""Names the columns of labelled rows: `Layout` for headlines, sentences and articles alike."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from presscheck.data.rows.columns import Role, Wanted
from presscheck.data.schema import SEGMENT_LABELS, SegmentKind, SplitName

RowKind = Literal["article"] | SegmentKind


@dataclass(frozen=True, slots=True)
class LabelCells:
    """The columns of a label, each with a vote or a list of votes.

    Attributes:
        values: cells' spellings (see `presscheck.configs.spelling`) to 0..1 or None; without it cells are numbers, true and false.
    """

    columns: tuple[str, ...]
    values: Mapping[str, float | None] | None = None


def own_names() -> dict[str, LabelCells]:
    """Every label in a column of its own name."""
    return {name: LabelCells((name,)) for name in SEGMENT_LABELS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What the rows of a source hold and in which columns; None is a column that there is not.

    Attributes:
        kind: what a row is.
        text: the column of a headline or a sentence; articles have `headline` and `body`.
        labels: of the row's text; of an article's headline.
        sentence_labels: of an article's sentences; their columns are keys of the entries of `sentences`.
        genre: the name of a kind of text; of an article its genre, one of GENRES.
        required: columns without which a row is refused.
        has_day: whether a row without a day is refused.
        min_votes: with fewer votes a label is missing.
        place: maps a row's day to a split, if days decide.
    """

    source: str
    licence: str
    kind: RowKind
    labels: Mapping[str, LabelCells] = field(default_factory=dict)
    sentence_labels: Mapping[str, LabelCells] = field(default_factory=own_names)
    review: LabelCells | None = None
    text: str | None = None
    headline: str | None = None
    body: str | None = None
    sentences: str | None = None
    spans: str | None = None
    tags: str | None = None
    identifier: str | None = None
    group: str | None = None
    genre: str | None = None
    outlet: str | None = None
    day: str | None = None
    weight: str | None = None
    rater: str | None = None
    required: frozenset[str] = frozenset()
    has_day: bool = True
    min_votes: int = 1
    place: Callable[[date], SplitName | None] = lambda _: None

    def _roles(self) -> Iterator[tuple[str | None, Role]]:
        yield from ((column, "text") for column in (self.text, self.headline, self.body))
        yield from ((column, "nested") for column in (self.sentences, self.spans, self.tags))
        yield from ((column, "label") for cells in (*self.labels.values(), *filter(None, (self.review,))) for column in cells.columns)
        yield self.weight, "label"
        yield from ((column, "name") for column in (self.group, self.genre, self.outlet, self.rater))
        yield self.identifier, "id"
        yield self.day, "day"

    def wanted(self) -> Wanted:
        """The columns that are read, with their roles."""
        roles = {column: role for column, role in self._roles() if column}
        texts = tuple(column for column in (self.headline, self.body) if column)
        advice = "rename a column, or name it in the source" if texts else ""
        return Wanted(roles, any_of=texts, all_of=tuple(c for c in roles if c in self.required), advice=advice)
