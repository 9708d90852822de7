"""The data of a run: sources, duplicates, splits."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from presscheck.configs.section import Fraction, LabelName, Section
from presscheck.configs.spelling import spelling

DayOrNone = date | None  # a section below has a key named `date`
_TEST_OUTLETS = "Held-out outlets: all of their documents are test, and no others."


class StarterSource(Section):
    """The corpus that ships with the package, or another folder in its markup (headlines/*.txt and articles/*.txt)."""

    kind: Literal["starter"]
    path: Path | None = Field(None, description="Folder in the starter's markup (default: the corpus that ships with the package).")


def _by_spelling(values: object) -> object:
    """The mapping with its keys as strings, since YAML may read them as booleans or numbers."""
    if not isinstance(values, dict):
        return values
    found: dict[str, object] = {}
    for key, value in values.items():
        if found.setdefault(spelling(key), value) != value:
            raise ValueError(f"{key!r} has two values: case and white space around a key are ignored")
    return found


class LabelColumn(Section):
    """A label's column; `values` maps cells to 0..1 if they are not numbers."""

    column: str = Field(description="Column of the table that holds the label.")
    values: Annotated[dict[str, Fraction | None], BeforeValidator(_by_spelling)] | None = Field(
        None,
        description="Cell to label value, or to null for a missing label. Capitals, white space around, and whether a format writes 1 or "
        "1.0, true or True, do not count. Without it cells are numbers in 0..1, or true and false.",
    )


class TableSource(Section):
    """A CSV, TSV, JSONL or Parquet file of labelled headlines or sentences, one per row. An empty label cell, null or NaN is missing."""

    kind: Literal["table"]
    path: Path = Field(
        description="The file; .csv and .tsv are read as cells under a header line, .parquet as Parquet, anything else as JSONL."
    )
    encoding: str | None = Field(
        None, description="Encoding of the file, for example cp1252 (default: UTF-8; a byte-order mark is honoured)."
    )
    name: str = Field(description="Name of the source in documents, slices and reports.")
    segment: Literal["headline", "sentence"] = Field(description="Kind of a row's text.")
    licence: str = Field("unstated", description="Licence of the data; kept in the bundle.")
    text: str = Field("text", description="Column of the text.")
    labels: dict[LabelName, LabelColumn] = Field(min_length=1, description="The labels of the table and their columns.")
    id: str | None = Field(None, description="Column of the row's id (default: the line number).")
    group: str | None = Field(None, description="Column of the group that must not be split (default: the text).")
    genre: str | None = Field(None, description="Column of the genre.")
    outlet: str | None = Field(None, description="Column of the outlet.")
    date: str | None = Field(None, description="Column of the day, as 2026-11-25 (a time after it is ignored).")
    test_outlets: tuple[str, ...] = Field((), description=_TEST_OUTLETS)
    dev_from: DayOrNone = Field(None, description="Rows from this day on are dev, those before it train.")
    test_from: DayOrNone = Field(None, description="Rows from this day on are test: measures a model on later texts.")

    @field_validator("encoding")
    @classmethod
    def _encoding_is_one(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                "".encode(value)
            except LookupError:
                raise ValueError("not a text encoding (known are for example utf-8, cp1252, latin-1)") from None
        return value

    @model_validator(mode="after")
    def _columns_are_there(self) -> Self:
        if self.test_outlets and not self.outlet:
            raise ValueError("test_outlets needs `outlet`, the column that holds the outlet")
        if (self.dev_from or self.test_from) and not self.date:
            raise ValueError("dev_from and test_from need `date`, the column that holds the day")
        if self.test_outlets and self.test_from:
            raise ValueError("hold out outlets or days, not both: test_outlets and test_from exclude each other")
        if self.dev_from and self.test_from and self.dev_from >= self.test_from:
            raise ValueError("dev_from must be before test_from")
        return self


class CorpusSource(Section):
    """A public research corpus in its publisher's files (presscheck data list, presscheck data fetch)."""

    kind: Literal["corpus"]
    name: str = Field(description="Its name in the registry.")
    root: Path = Field(Path("corpora"), description="Folder that holds the corpora, one folder each.")
    test_outlets: tuple[str, ...] = Field((), description=_TEST_OUTLETS)


class BuiltSource(Section):
    """A data set that `presscheck data build` wrote; its documents keep their splits."""

    kind: Literal["built"]
    path: Path = Field(description="The folder that `presscheck data build` wrote: manifest.json and the Parquet files that it names.")


Source = Annotated[StarterSource | TableSource | CorpusSource | BuiltSource, Field(discriminator="kind")]


class DeduplicateConfig(Section):
    """Duplicates across corpora and splits: the one in test is kept, then dev, then train."""

    jaccard: Fraction = Field(0.7, description="Overlap of word pairs from which two texts are near-duplicates.")


class SplitConfig(Section):
    """The shares of the splits; a group's split depends only on its name and the salt."""

    dev: Fraction = Field(0.1, description="Share of groups for early stopping, calibration and thresholds.")
    test: Fraction = Field(0.2, description="Share of groups that only evaluation reads.")
    salt: str = Field("presscheck", description="Another salt gives another split.")

    @model_validator(mode="after")
    def _leaves_train(self) -> "SplitConfig":
        if self.dev + self.test >= 1.0:
            raise ValueError("dev and test leave nothing to train on: their sum must stay below 1")
        return self


class ReplayConfig(Section):
    """How much of the old data is trained on again beside new data; `presscheck retrain` fills it in."""

    sources: int = Field(ge=0, description="How many of the first sources are old data.")
    share: Fraction = Field(
        description="Share of their stories that stay in train, chosen by a hash of the story: a smaller share is a part of a larger one. "
        "Dev and test stay whole."
    )


class ReviewedLabelsConfig(Section):
    """A list of doubtful train labels that people have gone through (`presscheck data doubtful`). Other splits stay as they are."""

    path: Path = Field(description="The CSV file, with a decision in each line: keep, drop, down_weight, or the right value (0..1).")
    undecided: Literal["keep", "drop", "down_weight"] = Field("keep", description="Decision of the lines that nobody has filled in.")
    weight: Fraction = Field(0.25, gt=0.0, description="Factor of down_weight: how much the labels of that headline or sentence count.")


class DataConfig(Section):
    """The data that the model is trained on."""

    sources: tuple[Source, ...] = Field(min_length=1, description="Corpora, read in this order.")
    split: SplitConfig = Field(SplitConfig(), description="Train, dev and test.")
    deduplicate: DeduplicateConfig | None = Field(None, description="Drop duplicates; without it none are dropped.")
    replay: ReplayConfig | None = Field(None, description="Train on a part of the first sources only; default: on all of them.")
    reviewed_labels: ReviewedLabelsConfig | None = Field(None, description="Apply what people decided on doubtful train labels.")
    as_of: DayOrNone = Field(
        None,
        description="Only what is older than this day is known: in sources with a column of days, rows from it on are test and all others "
        "train or dev. A source without days counts as known before; what would be test of it is left out.",
    )

    @model_validator(mode="after")
    def _days_are_there(self) -> Self:
        if self.as_of is not None:
            dated = [source for source in self.sources if getattr(source, "date", None)]
            if not dated:
                raise ValueError("as_of needs a source with a column of days (`date`): none has one, so nothing came after")
            if any(source.test_outlets for source in dated if isinstance(source, TableSource)):
                raise ValueError("hold out outlets or days, not both: test_outlets of a source with days and as_of exclude each other")
        return self
