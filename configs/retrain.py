"""The schema of a retraining: `presscheck retrain CONFIG`."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, NonNegativeInt, model_validator

from presscheck.configs.section import Fraction, Section
from presscheck.configs.sources import Source


class BaseConfig(Section):
    """The training config that every seed is trained with."""

    config: str = Field(description="A shipped training config's name, or a path to a YAML file.")
    overrides: tuple[str, ...] = Field((), description="Overrides of its keys, as on the command line: `train.epochs=3`.")


class OldDataConfig(Section):
    """The old data that is trained on beside the new."""

    of: Literal["base", "champion"] = Field(
        "base", description="Whose sources are the old data: those of the base config, or those that the champion was trained on."
    )
    share: Fraction = Field(
        1.0,
        description="Share of the old stories that stay in train, chosen by a hash of the story: the same ones each month, and a smaller "
        "share is a part of a larger one. Dev and test stay whole.",
    )


class RetrainConfig(Section):
    """One retraining, from data to the decision on the champion. Paths are relative to the working directory."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", description="Name of its bundles and of its MLflow run.")
    description: str = Field("", description="One-sentence description.")
    base: BaseConfig
    new: tuple[Source, ...] = Field((), description="New data: any sources of `data.sources` of a training config.")
    replay: OldDataConfig = OldDataConfig()
    seeds: tuple[NonNegativeInt, ...] = Field(
        (7, 11, 13), min_length=1, description="A model is trained with each; the candidate is the one with the lowest log loss on dev."
    )
    gate: Path | None = Field(None, description="YAML file with the gate's bounds (default: those that ship with the package).")
    check: Path | None = Field(None, description="YAML file with the bounds of the data check (default: those that ship with the package).")
    gold: Path | None = Field(None, description="Folder of labels of real news, for the gate's bounds on them and the evaluation.")
    models_dir: Path = Field(Path("models"), description="Folder of the bundles and of the candidate and champion pointers.")
    out: Path | None = Field(None, description="Folder of its state, data sets and reports (default: retrained/NAME).")

    @property
    def folder(self) -> Path:
        """The folder of its state, data sets and reports."""
        return self.out or Path("retrained") / self.name

    @model_validator(mode="after")
    def _seeds_differ(self) -> Self:
        if len(set(self.seeds)) < len(self.seeds):
            raise ValueError("a seed is repeated: the same seed gives the same model")
        return self
