"""Every option of a run. Frozen, and an unknown key is an error at every level.

Paths are taken from the working directory. Fractions are 0..1; sizes are in the unit that the name ends in.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, NonNegativeInt

from presscheck.configs.policies import PolicyConfig
from presscheck.configs.section import ChangeName, Fraction, LabelName, Section
from presscheck.configs.sources import DataConfig


class ModelConfig(Section):
    """The encoder and how much it reads at once."""

    encoder: str = Field("minilm-l6", description="'minilm-l6' (ships with the package), a local folder, or a cached hub name.")
    random_init: bool = Field(default=False, description="Start from random weights of the encoder's shape (tests).")
    layers: tuple[NonNegativeInt, ...] | None = Field(
        None,
        min_length=1,
        description="Layers of the encoder that are kept, counted from 0; without it all. A smaller student for `train.teacher`.",
    )
    max_tokens: int = Field(256, ge=16, le=512, description="Longest passage, in tokens.")
    freeze_embeddings: bool = Field(default=True, description="Keep the word embeddings as they are; faster at no measured loss.")
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
    head_learning_rate: float = Field(1e-3, gt=0, description="Peak for the two heads, which start from random weights.")
    warmup_fraction: float = Field(0.1, ge=0, lt=1, description="Share of steps with a rising learning rate; it falls linearly after that.")
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
    augment: dict[ChangeName, Fraction] = Field(
        {},
        description="Changes that leave the labels as they are, each with its probability per document and epoch: another case, no "
        "question mark, other quotation marks, swapped names, typing errors, look-alike letters.",
    )
    teacher: TeacherConfig | None = Field(None, description="A larger model to learn from, besides the labels.")
    accumulation_steps: int = Field(1, ge=1, description="Batches per optimiser step.")
    label_weights: dict[LabelName, float] = Field({}, description="Weight of a label's loss (default 1).")
    tag_weight: float = Field(3.0, ge=0, description="Weight of the token-tag loss beside the labels'.")
    precision: Literal["auto", "f32", "bf16"] = Field("auto", description="auto: bf16 where this CPU computes it in hardware.")
    threads: int = Field(0, ge=0, description="Threads for torch; 0 leaves torch's choice.")
    early_stop_patience: int | None = Field(
        2,
        ge=1,
        description="Epochs without a better dev loss before training stops; the best epoch is kept. null trains all and keeps the last.",
    )
    log_every_steps: int = Field(10, ge=1, description="Optimiser steps between logged losses.")


class RuntimeConfig(Section):
    """The exported model that scores."""

    precision: Literal["f32", "bf16", "int8"] = Field(
        "f32",
        description="Precision that thresholds are fitted on and scoring runs in unless it is told otherwise. f32 gives the same "
        "scores on every host; the others are faster, where the CPU has them.",
    )
    int8: bool = Field(default=True, description="Quantise the exported model as well, for `--precision int8` and `auto`.")
    int8_passages: int = Field(200, ge=2, description="Training passages that show the quantiser the ranges of activations.")
    threads: int = Field(0, ge=0, description="Threads for inference; 0 leaves the runtime's choice.")
    max_parity_f32: float = Field(1e-4, gt=0, description="Largest allowed score difference to the training model, f32.")
    max_parity_bf16: float = Field(2e-2, gt=0, description="The same for bf16.")
    max_parity_int8: float = Field(0.15, gt=0, description="The same for int8; a single text decides it.")
    max_flips: Fraction = Field(
        0.01, description="Share of dev's segment labels that a precision may put on the other side of 0.5 than f32."
    )
    max_auc_change: float = Field(0.005, gt=0, description="How far a label's ROC AUC on dev may lie from that in f32.")


class CalibrationConfig(Section):
    """Calibration, thresholds and risk."""

    folds: int = Field(5, ge=2, description="Cross-fitting folds on dev: thresholds see scores that calibration did not.")
    risk_folds: int = Field(
        2,
        ge=0,
        description="Models trained to give train articles out-of-fold scores for the risk model; 0 leaves the risk out (experiments).",
    )
    risk_epochs: int = Field(3, ge=1, description="Epochs of each of these models; they need fair scores, not the best.")
    risk_l2: float = Field(1.0, gt=0, description="Ridge penalty of the risk model on standardised features.")
    bootstrap: int = Field(1000, ge=100, description="Resamples behind every interval of an evaluation.")


class TrackingConfig(Section):
    """MLflow. MLFLOW_TRACKING_URI beats `uri`; MLFLOW_EXPERIMENT_NAME, MLFLOW_EXPERIMENT_ID and MLFLOW_RUN_ID beat `experiment`."""

    enabled: bool = Field(default=True, description="Off: nothing is tracked or registered.")
    uri: str = Field("sqlite:///mlflow.db", description="Tracking store where MLFLOW_TRACKING_URI is not set.")
    experiment: str = Field("presscheck", description="Experiment name.")
    registered_model: str = Field("presscheck", description="Registered model whose alias `candidate` a training moves.")


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
    policies: dict[str, PolicyConfig] = Field({"balanced": PolicyConfig()}, min_length=1, description="The first one is the default.")
    tracking: TrackingConfig = TrackingConfig()
