"""Resolves a retraining: its training config, its data, the gate, and the champion that it compares with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from presscheck.configs.data_bounds import DataBounds
from presscheck.configs.loader import ConfigError, find, load, read_config
from presscheck.configs.policies import GateConfig
from presscheck.configs.retrain import RetrainConfig
from presscheck.configs.schema import RunConfig
from presscheck.configs.sources import BuiltSource, DataConfig, ReplayConfig, Source
from presscheck.eval.bundle_config import part_of
from presscheck.eval.data_check.check import read_bounds
from presscheck.eval.gate import read_gate
from presscheck.eval.gold.reader import read_gold
from presscheck.eval.promote import CHAMPION
from presscheck.serve.bundle import Bundle, read_bundle
from presscheck.serve.errors import ModelRefusedError

KIND = "retraining"


def load_retraining(name: str, overrides: Sequence[str] = ()) -> RetrainConfig:
    """A retraining's config by path or shipped name.

    Raises:
        ConfigError: on any problem in it.
    """
    return read_config(find(name, KIND), RetrainConfig, overrides)


@dataclass(frozen=True, slots=True)
class Retraining:
    """A resolved retraining.

    Attributes:
        data: the config that the data set is built with.
        bounds: of the data check.
        champion: None if there is none yet.
    """

    config: RetrainConfig
    base: RunConfig
    data: RunConfig
    bounds: DataBounds
    gate: GateConfig
    champion: Bundle | None

    def training(self, seed: int, folder: Path) -> RunConfig:
        """The config that a seed is trained with, on the data set in a folder."""
        data = DataConfig(sources=(BuiltSource(kind="built", path=folder),), split=self.base.data.split)
        changes = {"name": self.config.name, "seed": seed, "models_dir": self.config.models_dir, "data": data}
        return self.base.model_copy(update=changes)


def champion_name(models: Path) -> str | None:
    """The champion's folder name; None if there is no champion.

    Raises:
        ModelRefusedError: if the pointer leads nowhere.
    """
    pointer = models / CHAMPION
    if not pointer.is_symlink() and not pointer.exists():
        return None
    if not pointer.exists():
        raise ModelRefusedError(
            f"{pointer} points at {pointer.readlink()}, which does not exist: restore it, or remove the pointer and promote another"
        )
    return pointer.resolve().name


def resolve(config: RetrainConfig, *, champion: str | None, as_of: date | None) -> Retraining:
    """Resolves a retraining; what would stop it later stops it here.

    Args:
        champion: its folder name in the models folder.

    Raises:
        ConfigError: on an invalid base config or gate, or if old data of a champion are wanted and there is none.
        DataError: on invalid gold labels.
        ModelRefusedError: if the champion's bundle is missing or damaged.
    """
    base = load(config.base.config, config.base.overrides)
    gate = read_gate(config.gate)
    if gate.gold and config.gold is None:
        raise ConfigError(f"the gate has bounds on gold labels ({', '.join(gate.gold)}), and none are given; add gold: FOLDER")
    if config.gold:
        read_gold(config.gold)
    bundle = _read_champion(config.models_dir, champion) if champion else None
    old = _old_sources(config, base, bundle)
    try:
        data = DataConfig(
            sources=(*old, *config.new),
            split=base.data.split,
            deduplicate=base.data.deduplicate,
            reviewed_labels=base.data.reviewed_labels,
            replay=None if config.replay.share == 1.0 else ReplayConfig(sources=len(old), share=config.replay.share),
            as_of=as_of,
        )
    except ValidationError as error:
        raise ConfigError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None
    bounds = read_bounds(config.check)
    if as_of is not None:
        # What came before the day trains, the champion's test documents too; the comparison leaves those out.
        bounds = bounds.model_copy(update={"leaked": 1.0})
    return Retraining(config, base, base.model_copy(update={"name": config.name, "data": data}), bounds, gate, bundle)


def _read_champion(models: Path, name: str) -> Bundle:
    if not (models / name).is_dir():
        raise ModelRefusedError(f"{models / name}, the champion that this retraining compares with, is gone; restore it, or give --fresh")
    return read_bundle(models / name)


def _old_sources(config: RetrainConfig, base: RunConfig, champion: Bundle | None) -> tuple[Source, ...]:
    if config.replay.of == "base":
        return base.data.sources
    if champion is None:
        raise ConfigError(f"replay.of is champion, and {config.models_dir}/ has no champion yet; set replay.of=base for the first month")
    return part_of(champion, "data", DataConfig).sources
