"""The schema of a run's config. Frozen, and an unknown key is an error at every level.

Paths are relative to the working directory. Fractions are 0..1; sizes are in the unit that the name ends in.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field

from presscheck.configs.policies import PolicyConfig
from presscheck.configs.section import Fraction, LabelName, OpenFraction, Section
from presscheck.configs.sources import DataConfig


class ModelConfig(Section):
    """The encoder and its input length."""

    encoder: str = Field(
        "minilm-l6",
        description="'minilm-l6' (ships with the package), a local folder, or a model of the hub's local cache, by its name.",
    )
    random_init: bool = Field(default=False, description="Start from random weights of the encoder's shape (tests).")
    max_tokens: int = Field(256, ge=16, le=512, description="Longest passage, in tokens.")
    freeze_embeddings: bool = Field(default=True, description="Freeze the word embeddings; faster at no measured loss.")
    encoder_dropout: Fraction = Field(
        0.0,
        description="Dropout in the encoder's hidden layers; its attention weights have none, which trains faster.",
    )
    dropout: Fraction = Field(0.1, description="Dropout before the heads.")


class TrainConfig(Section):
    """The training loop."""

    epochs: int = Field(5, ge=1, description="Maximum number of epochs.")
    max_steps: int | None = Field(None, ge=1, description="Maximum number of optimiser steps (tests and dry runs).")
    learning_rate: float = Field(2e-4, gt=0, description="Peak learning rate of the encoder.")
    head_learning_rate: float = Field(1e-3, gt=0, description="Peak learning rate of the two heads, which start from random weights.")
    warmup_fraction: float = Field(0.1, ge=0, lt=1, description="Share of warm-up steps; the learning rate falls linearly after that.")
    keep_pretrained: Fraction = Field(
        0.0,
        description="Share of the pretrained encoder that is mixed back into the trained one at the end (Wortsman et al. 2022, Robust "
        "fine-tuning): a small share transfers better to other corpora at no cost on the training corpus.",
    )
    average_epochs: int = Field(
        1,
        ge=1,
        description="Number of last epochs whose weights are averaged (Izmailov et al. 2018, Averaging weights leads to wider optima); "
        "1 keeps the best epoch. A training of fewer epochs averages all but its first.",
    )
    weight_decay: float = Field(0.01, ge=0, description="AdamW weight decay.")
    max_grad_norm: float = Field(1.0, gt=0, description="Gradient clipping.")
    tokens_per_batch: int = Field(1024, ge=64, description="Maximum number of padded tokens of a batch.")
    passages_per_batch: int | None = Field(
        None,
        ge=1,
        description="Maximum number of passages of a batch, so that short headlines make more steps. Default: only tokens bound a batch.",
    )
    headlines_per_epoch: int = Field(
        3,
        ge=1,
        description="Where the label `supported` is trained: how many of its judged headlines a body is read behind in an epoch, in turn. "
        "The first is read with the whole body, the others with the sentences most like them.",
    )
    made_headlines_per_epoch: int = Field(
        2,
        ge=0,
        description="Where `supported` is trained: how many headlines made by program, from one of the body's sentences, a body is read "
        "behind as well.",
    )
    accumulation_steps: int = Field(1, ge=1, description="Batches per optimiser step.")
    label_weights: dict[LabelName, float] = Field({}, description="Weight of a label's loss (default 1).")
    tag_weight: float = Field(3.0, ge=0, description="Weight of the token-tag loss relative to the labels'.")
    precision: Literal["auto", "f32", "bf16"] = Field("auto", description="auto: bf16 if this CPU computes it in hardware.")
    threads: int = Field(0, ge=0, description="Threads for torch; 0 leaves torch's choice.")
    early_stop_patience: int | None = Field(
        2,
        ge=1,
        description="Epochs without a better dev loss before training stops; the best epoch is kept. null: never, the last is kept.",
    )
    log_every_steps: int = Field(10, ge=1, description="Optimiser steps between logged losses.")


class RuntimeConfig(Section):
    """The exported model."""

    precision: Literal["f32", "bf16", "int8"] = Field(
        "f32",
        description="Precision that thresholds are fitted on and scoring runs in unless it is told otherwise. f32 gives the same "
        "scores on every host, to about 0.00001; the others are faster, where the CPU has them.",
    )
    int8: bool = Field(default=True, description="Also quantise the exported model, for `--precision int8` and `auto`.")
    int8_passages: int = Field(200, ge=2, description="Number of training passages to calibrate the quantiser's ranges on.")
    threads: int = Field(0, ge=0, description="Threads for inference; 0 leaves the runtime's choice.")
    max_parity_f32: float = Field(1e-4, gt=0, description="Largest allowed score difference from the training model, f32.")
    max_parity_bf16: float = Field(2e-2, gt=0, description="The same for bf16.")
    max_parity_int8: float = Field(0.15, gt=0, description="The same for int8; a single text determines it.")
    max_flips: Fraction = Field(0.01, description="Maximum share of dev's segment labels that cross 0.5 compared with f32.")
    max_auc_change: float = Field(0.005, gt=0, description="Maximum difference of a label's ROC AUC on dev from that in f32.")


class CalibrationConfig(Section):
    """Calibration, thresholds and risk."""

    folds: int = Field(
        5, ge=2, description="Cross-fitting folds on dev: thresholds are fitted on scores that calibration was not fitted on."
    )
    risk_folds: int = Field(
        2,
        ge=0,
        description="Number of fold models, which give train articles out-of-fold scores; 0: no risk, no doubtful labels.",
    )
    risk_epochs: int = Field(3, ge=1, description="Epochs of each fold model; they need unbiased scores, not the best.")
    unsupported_share: OpenFraction = Field(
        0.25,
        description="Share of headlines that their body does not support in the news to be scored. P(supported) and its thresholds are "
        "set for this share, because the judged headlines of the corpora are no random sample.",
    )
    risk_l2: float = Field(1.0, gt=0, description="Ridge penalty of the risk model on standardised features.")
    genre_l2: float = Field(30.0, gt=0, description="Ridge penalty of the genre model on standardised features.")
    genre_news_capped: Fraction = Field(
        0.01, description="Maximum share of news that may be predicted as opinion or satire, which caps its level at elevated."
    )
    bootstrap: int = Field(1000, ge=100, description="Bootstrap resamples of every interval of an evaluation.")


class TrackingConfig(Section):
    """MLflow. MLFLOW_TRACKING_URI overrides `uri`; MLFLOW_EXPERIMENT_NAME, MLFLOW_EXPERIMENT_ID and MLFLOW_RUN_ID override `experiment`."""

    enabled: bool = Field(default=True, description="If false, nothing is tracked or registered.")
    uri: str = Field("sqlite:///mlflow.db", description="Tracking store if MLFLOW_TRACKING_URI is not set.")
    experiment: str = Field("presscheck", description="Experiment name.")
    registered_model: str = Field("presscheck", description="Registered model; training moves its alias `candidate`, promotion `champion`.")


class RunConfig(Section):
    """One training run: `presscheck train CONFIG`."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", description="Name of the run's bundle and of its MLflow run.")
    description: str = Field("", description="One-sentence description.")
    seed: int = Field(7, ge=0, description="Random seed of weights, order and dropout.")
    models_dir: Path = Field(Path("models"), description="Folder of the bundles and of the candidate and champion pointers.")
    data: DataConfig
    model: ModelConfig = ModelConfig()
    train: TrainConfig = TrainConfig()
    runtime: RuntimeConfig = RuntimeConfig()
    calibration: CalibrationConfig = CalibrationConfig()
    policies: dict[str, PolicyConfig] = Field({"balanced": PolicyConfig()}, min_length=1, description="The first one is the default.")
    tracking: TrackingConfig = TrackingConfig()
