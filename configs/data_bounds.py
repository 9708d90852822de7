"""The bounds that data is checked against before it trains: `presscheck data check`."""

from typing import Literal, Self

from pydantic import Field, model_validator

from presscheck.configs.section import Fraction, LabelName, Section

DriftKind = Literal["score", "flag rate", "length", "language"]


class WordsConfig(Section):
    """The usual number of words of a text."""

    min: int = Field(ge=1, description="Minimum number of words.")
    max: int = Field(ge=1, description="Maximum number of words.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise ValueError("min must not be above max")
        return self


class DataBounds(Section):
    """The bounds of a data check: `presscheck data check CONFIG --bounds FILE`. Shares are of what each check looks at."""

    may_be_missing: tuple[LabelName, ...] = Field(
        (), description="Labels that need not be learnt, although the data or the champion has them."
    )
    split_shift: Fraction = Field(0.15, description="Maximum difference of a label's share of positives in dev or test from train.")
    champion_shift: Fraction = Field(0.15, description="Maximum difference of a label's share in train from the champion's train split.")
    headline_words: WordsConfig = Field(WordsConfig(min=3, max=40), description="Usual number of words of a headline.")
    sentence_words: WordsConfig = Field(WordsConfig(min=2, max=120), description="Usual number of words of a sentence.")
    unusual_length: Fraction = Field(0.02, description="Maximum share of texts that are shorter or longer.")
    truncated: Fraction = Field(0.01, description="Maximum share of texts that model.max_tokens truncates.")
    near_duplicate: Fraction = Field(0.7, description="Overlap of word pairs from which two texts of different groups are near-duplicates.")
    copies_within: Fraction = Field(0.02, description="Maximum share of texts that duplicate another one of their split.")
    copies_across: Fraction = Field(0.0, description="Maximum share of texts that duplicate one of another split.")
    conflicts: Fraction = Field(0.0, description="Maximum share of texts that have another label elsewhere.")
    leaked: Fraction = Field(0.0, description="Maximum share of texts of train and dev that duplicate one of the champion's test split.")
    not_english: Fraction = Field(0.02, description="Maximum share of documents in another language, of those whose language can be told.")
    champion_auc: Fraction = Field(
        0.6, description="Minimum ROC AUC of the champion on each source's labels; lower ones are often swapped."
    )
    drift: tuple[DriftKind, ...] = Field(
        ("score", "flag rate", "length", "language"),
        description="Quantities that must not drift from the champion's reference.",
    )
    sample: int = Field(500, ge=30, description="Documents of dev, and of each source, that the champion scores.")
