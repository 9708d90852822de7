"""The data of a run: sources, duplicates, splits."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from presscheck.configs.labelled import TEST_OUTLETS, DayOrNone, LabelledRows
from presscheck.configs.section import Fraction, Section


class StarterSource(Section):
    """The corpus that ships with the package, or another folder in its markup (headlines/*.txt and articles/*.txt)."""

    kind: Literal["starter"]
    path: Path | None = Field(None, description="Folder in the starter's markup (default: the corpus that ships with the package).")


class TableSource(LabelledRows):
    """A CSV, TSV, JSONL or Parquet file of labelled headlines, sentences or articles, one per row. An empty cell or NaN is missing."""

    kind: Literal["table"]
    path: Path = Field(
        description="The file; .csv and .tsv are read as cells under a header line, .parquet as Parquet, anything else as JSONL."
    )
    encoding: str | None = Field(
        None, description="Encoding of the file, for example cp1252 (default: UTF-8; a byte-order mark is honoured)."
    )

    @field_validator("encoding")
    @classmethod
    def _encoding_is_one(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                "".encode(value)
            except LookupError:
                raise ValueError("not a text encoding (known are for example utf-8, cp1252, latin-1)") from None
        return value


class DatasetSource(LabelledRows):
    """A data set that the library `datasets` reads; it is streamed, and nothing is copied or cached."""

    kind: Literal["dataset"]
    path: str = Field(
        description="A folder that `save_to_disk` wrote; a folder or a glob of Parquet, Arrow, JSON, JSONL, CSV or TSV files, or one of "
        "them; with `online` the name of a data set on the hub."
    )
    split: str | dict[str, Literal["train", "dev", "test"] | None] | None = Field(
        None,
        description="The only split to read, which `data.split` then divides; or a mapping of its splits to train, dev and test (null: not "
        "read). By default its train, validation (or dev) and test are kept; a single split is divided.",
    )
    online: bool = Field(default=False, description="Get the data set from the hub, over the network; otherwise nothing is downloaded.")
    revision: str | None = Field(None, description="Revision of a data set on the hub (needs `online`).")
    subset: str | None = Field(None, description="Configuration of a data set on the hub, one of those that its card lists.")

    @model_validator(mode="after")
    def _splits_are_placed_once(self) -> Self:
        if self.revision and not self.online:
            raise ValueError("revision belongs to a data set on the hub, which needs `online: true`")
        if isinstance(self.split, dict) and (self.test_outlets or self.dev_from or self.test_from):
            raise ValueError("a mapping of splits excludes test_outlets, dev_from and test_from: one of them decides")
        return self


class CorpusSource(Section):
    """A public research corpus in its publisher's files (presscheck data list, presscheck data fetch)."""

    kind: Literal["corpus"]
    name: str = Field(description="Its name in the registry.")
    root: Path = Field(Path("corpora"), description="Folder that holds the corpora, one folder each.")
    test_outlets: tuple[str, ...] = Field((), description=TEST_OUTLETS)


class BuiltSource(Section):
    """A data set that `presscheck data build` wrote; its documents keep their splits."""

    kind: Literal["built"]
    path: Path = Field(description="The folder that `presscheck data build` wrote: manifest.json and the Arrow files that it names.")


Source = Annotated[StarterSource | TableSource | DatasetSource | CorpusSource | BuiltSource, Field(discriminator="kind")]


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
    """How much of the old data is trained on again beside new data; `presscheck retrain` writes it."""

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
        description="Train on what is older than this day: in sources with a column of days, rows from it on are test and all others "
        "train or dev. A source without days counts as older; its test part is left out.",
    )

    @model_validator(mode="after")
    def _days_are_there(self) -> Self:
        if self.as_of is not None:
            dated = [source for source in self.sources if getattr(source, "date", None)]
            if not dated:
                raise ValueError("as_of needs a source with a column of days (`date`): none has one, so nothing came after")
            if any(getattr(source, "test_outlets", ()) for source in dated):
                raise ValueError("hold out outlets or days, not both: test_outlets of a source with days and as_of exclude each other")
            if any(isinstance(getattr(source, "split", None), dict) for source in dated):
                raise ValueError(
                    "a mapping of splits excludes as_of: its rows would keep their splits, whatever their days; name one split"
                )
        return self
