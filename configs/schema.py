"""Every option of a run. Frozen, and an unknown key is an error at every level.

Paths are taken from the working directory. Fractions are 0..1; sizes are in the unit that the name ends in.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

LabelName = Literal["sensational", "loaded", "claim", "attributed", "checkworthy", "clickbait", "subjective"]
ChangeName = Literal["case", "question_mark", "quotes", "names", "typos", "homoglyphs"]
FlagName = Literal["sensational", "loaded", "unsourced"]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
OpenFraction = Annotated[float, Field(gt=0.0, lt=1.0)]


class Section(BaseModel):
    """Base of every section."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())


class StarterSource(Section):
    """The corpus that ships with the package, or another folder in its markup (headlines/*.txt and articles/*.txt)."""

    kind: Literal["starter"]
    path: Path | None = Field(
        None, description="Folder in the starter's markup (default: the corpus that ships with the package)."
    )


class LabelColumn(Section):
    """A label's column; `values` maps cells to 0..1 where they are not numbers already."""

    column: str = Field(description="Column of the table that holds the label.")
    values: dict[str, Fraction] | None = Field(
        None, description="Cell text to label value; without it cells are numbers in 0..1."
    )


class TableSource(Section):
    """A CSV, JSONL or Parquet file of labelled headlines or sentences, one a row. An empty label cell is a missing label."""

    kind: Literal["table"]
    path: Path = Field(
        description="The file; .csv is read as CSV with a header line, .parquet as Parquet, anything else as JSONL."
    )
    name: str = Field(description="Name of the source in documents, slices and reports.")
    segment: Literal["headline", "sentence"] = Field(description="What a row's text is.")
    licence: str = Field("unstated", description="Licence of the data; kept in the bundle.")
    text: str = Field("text", description="Column of the text.")
    labels: dict[LabelName, LabelColumn] = Field(min_length=1, description="Which labels the table has, and where.")
    id: str | None = Field(None, description="Column of the row's id (default: the line number).")
    group: str | None = Field(None, description="Column of the group that must not be split (default: the text).")
    genre: str | None = Field(None, description="Column of the genre.")


class CorpusSource(Section):
    """A public research corpus in its publisher's files (presscheck data list, presscheck data fetch)."""

    kind: Literal["corpus"]
    name: str = Field(description="Its name in the registry.")
    root: Path = Field(Path("corpora"), description="Folder that holds the corpora, one folder each.")
    test_outlets: tuple[str, ...] = Field(
        (), description="Outlets that are held out: all of their documents are test, of others none."
    )


class BuiltSource(Section):
    """A data set that `presscheck data build` wrote; its documents keep their splits."""

    kind: Literal["built"]
    path: Path = Field(description="The folder with train.parquet, dev.parquet, test.parquet and manifest.json.")


Source = Annotated[StarterSource | TableSource | CorpusSource | BuiltSource, Field(discriminator="kind")]


class DeduplicateConfig(Section):
    """Copies across corpora and splits: the one in test stays, then dev, then train."""

    jaccard: Fraction = Field(0.7, description="Overlap of word pairs from which two texts are copies.")


class SplitConfig(Section):
    """How groups are shared out; a group's split depends on its name and the salt alone."""

    dev: Fraction = Field(0.1, description="Share of groups for early stopping, calibration and thresholds.")
    test: Fraction = Field(0.2, description="Share of groups that only evaluation reads.")
    salt: str = Field("presscheck", description="Another salt gives another split.")

    @model_validator(mode="after")
    def _leaves_train(self) -> "SplitConfig":
        if self.dev + self.test >= 1.0:
            raise ValueError("dev and test leave nothing to train on: their sum must stay below 1")
        return self


class DataConfig(Section):
    """What the model learns from."""

    sources: tuple[Source, ...] = Field(min_length=1, description="Corpora, read in this order.")
    split: SplitConfig = Field(SplitConfig(), description="Train, dev and test.")
    deduplicate: DeduplicateConfig | None = Field(
        None, description="Set copies of a text aside; without it nothing is."
    )


class ModelConfig(Section):
    """The encoder and how much it reads at once."""

    encoder: str = Field(
        "minilm-l6", description="'minilm-l6' (ships with the package), a local folder, or a cached hub name."
    )
    random_init: bool = Field(default=False, description="Start from random weights of the encoder's shape (tests).")
    max_tokens: int = Field(256, ge=16, le=512, description="Longest passage, in tokens.")
    freeze_embeddings: bool = Field(
        default=True, description="Keep the word embeddings as they are; faster at no measured loss."
    )
    encoder_dropout: Fraction = Field(
        0.0,
        description="Dropout in the encoder's hidden layers; its attention weights keep none, which trains faster.",
    )
    dropout: Fraction = Field(0.1, description="Dropout before the heads.")


class TeacherConfig(Section):
    """A larger model whose probabilities become soft targets of the train split."""

    bundle: Path = Field(
        description="Folder of the bundle that teaches. Train it with the same data section, or it may know this run's dev and test."
    )
    weight: Fraction = Field(
        0.5,
        description="Share of the teacher in a label that people gave. A label or tag that nobody was asked for is the teacher's alone.",
    )


class TrainConfig(Section):
    """The training loop."""

    epochs: int = Field(5, ge=1, description="Passes over the train split at most.")
    max_steps: int | None = Field(None, ge=1, description="Stop after so many optimiser steps (tests and dry runs).")
    learning_rate: float = Field(2e-4, gt=0, description="Peak of the schedule.")
    head_learning_rate: float = Field(
        1e-3, gt=0, description="Peak for the two heads, which start from random weights."
    )
    warmup_fraction: float = Field(
        0.1, ge=0, lt=1, description="Share of steps with a rising learning rate; it falls linearly after that."
    )
    keep_pretrained: Fraction = Field(
        0.0,
        description="Share of the pretrained encoder that is mixed back into the trained one at the end (Wortsman et al. 2022, Robust "
        "fine-tuning): a little carries further to other corpora at no cost at home.",
    )
    weight_decay: float = Field(0.01, ge=0, description="AdamW weight decay.")
    max_grad_norm: float = Field(1.0, gt=0, description="Gradient clipping.")
    tokens_per_batch: int = Field(1024, ge=64, description="Padded tokens of a batch at most.")
    passages_per_batch: int | None = Field(
        None,
        ge=1,
        description="Passages of a batch at most: headlines fill few steps otherwise. Without it only tokens bound a batch.",
    )
    mixture_temperature: float | None = Field(
        None,
        ge=1,
        description="Samples the corpora in shares of size^(1/temperature): 1 by size, more evens them out; without it every passage comes "
        "once per epoch.",
    )
    augment: dict[ChangeName, Fraction] = Field(
        {},
        description="Changes that leave the labels as they are, each with its probability per document and epoch: another case, no "
        "question mark, other quotation marks, swapped names, typing errors, look-alike letters.",
    )
    teacher: TeacherConfig | None = Field(None, description="A larger model to learn from, besides the labels.")
    accumulation_steps: int = Field(1, ge=1, description="Batches per optimiser step.")
    label_weights: dict[LabelName, float] = Field({}, description="Weight of a label's loss (default 1).")
    tag_weight: float = Field(3.0, ge=0, description="Weight of the token-tag loss beside the labels'.")
    precision: Literal["auto", "f32", "bf16"] = Field(
        "auto", description="auto: bf16 where this CPU computes it in hardware."
    )
    threads: int = Field(0, ge=0, description="Threads for torch; 0 leaves torch's choice.")
    early_stop_patience: int = Field(2, ge=1, description="Epochs without a better dev loss before training stops.")
    log_every_steps: int = Field(10, ge=1, description="Optimiser steps between logged losses.")


class RuntimeConfig(Section):
    """The exported model that scores."""

    precision: Literal["f32", "bf16"] = Field(
        "f32", description="Precision that calibration is fitted on and scoring runs in."
    )
    threads: int = Field(0, ge=0, description="Threads for inference; 0 leaves the runtime's choice.")
    max_parity_f32: float = Field(
        1e-4, gt=0, description="Largest allowed score difference to the training model, f32."
    )
    max_parity_bf16: float = Field(2e-2, gt=0, description="The same for bf16.")


class BandConfig(Section):
    """What a threshold on risk is chosen for, on articles that the risk model did not see. Give one of the two."""

    precision: Fraction | None = Field(
        None, description="Share of the articles at or above it that an editor would review, at least."
    )
    capacity: OpenFraction | None = Field(
        None, description="Share of all articles that the team can look at: as many lie at or above it."
    )

    @model_validator(mode="after")
    def _one(self) -> "BandConfig":
        if (self.precision is None) == (self.capacity is None):
            raise ValueError("give precision or capacity, one of the two")
        return self


class PolicyConfig(Section):
    """Thresholds by the precision that a team wants; they are fitted on dev with cross-fitted calibration."""

    precision: dict[FlagName, Fraction] = Field(
        {"sensational": 0.8, "loaded": 0.8, "unsourced": 0.7}, description="Target precision of each flag."
    )
    elevated: Fraction | BandConfig = Field(
        0.35, description="Risk from which an article is `elevated` (review queue); below it, it passes."
    )
    high: Fraction | BandConfig = Field(0.65, description="Risk from which an article is `high` (escalate).")
    prevalence: dict[FlagName, OpenFraction] = Field(
        {}, description="Share of positives that the team expects; without it the share on dev is taken."
    )

    commercial: bool = Field(
        default=False,
        description="The policy serves a business: no model of corpora that rule out commercial use may be promoted.",
    )

    @model_validator(mode="after")
    def _ordered(self) -> "PolicyConfig":
        if isinstance(self.elevated, float) and isinstance(self.high, float) and self.elevated >= self.high:
            raise ValueError("elevated must lie below high")
        return self


class CalibrationConfig(Section):
    """Calibration, thresholds and risk."""

    folds: int = Field(
        5, ge=2, description="Cross-fitting folds on dev: thresholds see scores that calibration did not."
    )
    risk_folds: int = Field(
        2,
        ge=0,
        description="Models trained to give train articles out-of-fold scores for the risk model; 0 leaves the risk out (experiments).",
    )
    risk_epochs: int = Field(
        3, ge=1, description="Epochs of each of these models; they need fair scores, not the best."
    )
    risk_l2: float = Field(1.0, gt=0, description="Ridge penalty of the risk model on standardised features.")
    bootstrap: int = Field(1000, ge=100, description="Resamples behind every interval of an evaluation.")


class TrackingConfig(Section):
    """MLflow. MLFLOW_TRACKING_URI beats `uri`."""

    enabled: bool = Field(default=True, description="Off: nothing is tracked or registered.")
    uri: str = Field("sqlite:///mlflow.db", description="Tracking store where MLFLOW_TRACKING_URI is not set.")
    experiment: str = Field("presscheck", description="Experiment name.")
    registered_model: str = Field(
        "presscheck", description="Registered model whose alias `candidate` a training moves."
    )


class GateConfig(Section):
    """What a promotion asks of a candidate: `presscheck promote --gate FILE`."""

    margin: Fraction = Field(
        0.01, description="How far the paired 95 % interval of the difference in ROC AUC may reach below 0."
    )
    slice_drop: Fraction = Field(
        0.10, description="How far a slice's error rate may rise, where the rise is significant."
    )
    max_slowdown: float = Field(1.25, gt=0, description="The candidate's time over the champion's.")
    ece_excess: Fraction = Field(
        0.03, description="Calibration error above that of perfectly calibrated scores of that sample size."
    )
    behaviour: bool = Field(default=True, description="Ask for every bound of the behavioural suite.")
    fairness: bool = Field(default=True, description="Ask for every bound of the fairness templates.")
    policies: bool = Field(default=True, description="Ask every policy for the precision that it promised on dev.")


class RunConfig(Section):
    """One training run: `presscheck train CONFIG`."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", description="Name of the run's bundle and of its MLflow run.")
    description: str = Field("", description="One sentence for people.")
    seed: int = Field(7, ge=0, description="Seed of weights, order and dropout.")
    models_dir: Path = Field(Path("models"), description="Where bundles, the candidate and the champion pointer live.")
    data: DataConfig
    model: ModelConfig = ModelConfig()
    train: TrainConfig = TrainConfig()
    runtime: RuntimeConfig = RuntimeConfig()
    calibration: CalibrationConfig = CalibrationConfig()
    policies: dict[str, PolicyConfig] = Field(
        {"balanced": PolicyConfig()}, min_length=1, description="The first one is the default."
    )
    tracking: TrackingConfig = TrackingConfig()
