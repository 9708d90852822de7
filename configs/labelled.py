"""The columns of labelled rows, for sources of `kind: table` and `kind: dataset`."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BeforeValidator, Field, model_validator

from presscheck.configs.section import Fraction, LabelName, Section
from presscheck.configs.spelling import spelling

DayOrNone = date | None  # a section below has a key named `date`
TEST_OUTLETS = "Held-out outlets: all of their documents are test, and no others."
# The columns of the format of articles, which are read where the file has them.
ARTICLE_COLUMNS = ("headline", "body", "id", "group", "outlet", "date", "genre", "review", "weight", "sentences", "spans", "tags")


def _by_spelling(values: object) -> object:
    """The mapping with its keys as strings, since YAML may read them as booleans or numbers."""
    if not isinstance(values, dict):
        return values
    found: dict[str, object] = {}
    for key, value in values.items():
        if found.setdefault(spelling(key), value) != value:
            raise ValueError(f"{key!r} has two values: case and white space around a key are ignored")
    return found


def _as_section(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class LabelColumn(Section):
    """A label's columns; `values` maps cells to 0..1 if they are not numbers. A name alone is `{column: NAME}`."""

    column: str | None = Field(
        None, description="Column that holds the label: a value, or a list of raters' votes, whose mean is the target."
    )
    columns: tuple[str, ...] = Field((), description="In place of `column`: several, each with the votes of one rater or more.")
    values: Annotated[dict[str, Fraction | None], BeforeValidator(_by_spelling)] | None = Field(
        None,
        description="Cell to label value, or to null for a missing label. Capitals, white space around, and whether a format writes 1 or "
        "1.0, true or True, do not count. Without it cells are numbers in 0..1, or true and false. Of a `ClassLabel` the names count.",
    )

    @model_validator(mode="after")
    def _has_columns(self) -> Self:
        if bool(self.column) == bool(self.columns):
            raise ValueError("give `column`, or `columns` for several raters")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """All columns of the label."""
        return (self.column,) if self.column else self.columns


Labels = dict[LabelName, Annotated[LabelColumn, BeforeValidator(_as_section)]]


class LabelledRows(Section):
    """Rows that are headlines, sentences or articles, and the columns that they are read from."""

    name: str = Field(description="Name of the source in documents, slices and reports.")
    segment: Literal["headline", "sentence", "article"] = Field(
        description="What a row is. For articles every column has a default name and may be absent; a column that the source names "
        "must be there, and null means that there is none."
    )
    licence: str = Field("unstated", description="Licence of the data; kept in the bundle.")
    text: str = Field("text", description="Column of a headline's or a sentence's text.")
    headline: str | None = Field(None, description="Column of an article's headline (default for articles: headline).")
    body: str | None = Field(None, description="Column of an article's body (default for articles: body).")
    labels: Labels = Field(
        min_length=1,
        description="The labels of the row's text, of an article's headline, and their columns (default for articles: of the same name).",
    )
    review: Annotated[LabelColumn, BeforeValidator(_as_section)] | None = Field(
        None, description="The article's label: would an editor send it to a sourcing review (default for articles: review)."
    )
    sentences: str | None = Field(
        None, description="Column of the labelled sentences of an article's body (default for articles: sentences)."
    )
    sentence_labels: Labels = Field(
        {}, description="The labels in an entry of `sentences` and their keys (default for articles: of the same name)."
    )
    spans: str | None = Field(None, description="Column of an article's marked words (default for articles: spans).")
    tags: str | None = Field(
        None,
        description="Column of the tags that were asked for, per part; without it, those that occur in spans (default for articles: tags).",
    )
    id: str | None = Field(None, description="Column of the row's id (default: the line number; for articles: id).")
    group: str | None = Field(
        None, description="Column of the group that must not be split (default: the text; for articles group, else the headline)."
    )
    genre: str | None = Field(
        None,
        description="Column of the kind of text, a name of your own; an article's genre by the label guide (default for articles: genre).",
    )
    outlet: str | None = Field(None, description="Column of the outlet (default for articles: outlet).")
    date: str | None = Field(None, description="Column of the day, as 2026-11-25; a time after it is ignored (default for articles: date).")
    weight: str | None = Field(
        None,
        description="Column of how much the row's labels count in the loss, above 0; an empty cell is 1 (default for articles: weight).",
    )
    rater: str | None = Field(
        None, description="Column of who answered: rows of one id are then votes of one item, and the mean of the votes is the target."
    )
    min_votes: int = Field(1, ge=1, description="A label with fewer votes is missing.")
    test_outlets: tuple[str, ...] = Field((), description=TEST_OUTLETS)
    dev_from: DayOrNone = Field(None, description="Rows from this day on are dev, those before it train.")
    test_from: DayOrNone = Field(None, description="Rows from this day on are test, so that a model is measured on later texts.")

    @model_validator(mode="before")
    @classmethod
    def _articles_have_columns(cls, given: Any) -> Any:
        """An article's columns by the format's names, where the source names no others."""
        if not isinstance(given, Mapping) or given.get("segment") != "article":
            return given
        names: dict[str, object] = {column: column for column in ARTICLE_COLUMNS}
        names |= {key: {name: name for name in get_args(LabelName)} for key in ("labels", "sentence_labels")}
        return {**names, **given}

    @model_validator(mode="after")
    def _columns_fit_together(self) -> Self:
        if self.segment == "article":
            if not (self.headline or self.body):
                raise ValueError("an article needs `headline` or `body`, the columns of its texts")
        else:
            own = [name for name in ("headline", "body", "review", "sentences", "sentence_labels", "spans", "tags") if getattr(self, name)]
            if own:
                raise ValueError(f"{own[0]} belongs to segment: article")
        if self.rater and not self.id:
            raise ValueError("rater needs `id`, the column that says which rows are of one item")
        if self.test_outlets and not self.outlet:
            raise ValueError("test_outlets needs `outlet`, the column that holds the outlet")
        if (self.dev_from or self.test_from) and not self.date:
            raise ValueError("dev_from and test_from need `date`, the column that holds the day")
        if self.test_outlets and self.test_from:
            raise ValueError("hold out outlets or days, not both: test_outlets and test_from exclude each other")
        if self.dev_from and self.test_from and self.dev_from >= self.test_from:
            raise ValueError("dev_from must be before test_from")
        return self
