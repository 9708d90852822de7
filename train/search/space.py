"""Reads a search space, and checks every key and value of it against the config that it varies."""

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel

from presscheck.configs.loader import ConfigError, find, key_lines, read_config, replaced
from presscheck.configs.schema import ModelConfig, RunConfig, TrainConfig
from presscheck.configs.search_space import Dimension, Scalar, SearchSpace

_SECTIONS: Mapping[str, type[BaseModel]] = {"model": ModelConfig, "train": TrainConfig}
# The objective would not see these, or would not compare like with like.
_EXCLUDED = {
    "train.tag_weight": "the objective is about labels: it would sell the tags",
}


def _known(config: RunConfig) -> Iterator[str]:
    """The dotted keys that a search may vary; a mapping's keys are free."""
    for section, schema in _SECTIONS.items():
        for name in schema.model_fields:
            key = f"{section}.{name}"
            if key not in _EXCLUDED:
                yield key
            value = getattr(getattr(config, section), name)
            if isinstance(value, dict):
                yield from (f"{key}.{inner}" for inner in value)


def _problem(key: str, config: RunConfig) -> str | None:
    """Why a key cannot be searched."""
    section, _, name = key.partition(".")
    field = name.partition(".")[0]
    excluded = _EXCLUDED.get(f"{section}.{field}")
    if excluded:
        return f"cannot be searched: {excluded}"
    if section in RunConfig.model_fields and section not in _SECTIONS:
        return "cannot be searched: trials differ in model.* and train.* alone, and are compared on the same data before any export"
    if section in _SECTIONS and field in _SECTIONS[section].model_fields:
        return None
    near = difflib.get_close_matches(key, list(_known(config)), n=1, cutoff=0.5)
    return "unknown key" + (f"; did you mean '{near[0]}'?" if near else "")


def read_space(name: str, config: RunConfig) -> SearchSpace:
    """Reads a search space by path or shipped name.

    Raises:
        ConfigError: with every problem: an unknown key with the nearest known one, or a value that the config refuses.
    """
    path = find(name, "search")
    found = read_config(path, SearchSpace)
    lines = {str(location[1]): line for location, line in key_lines(path).items() if len(location) == 2 and location[0] == "space"}
    problems = []
    for key, dimension in found.space.items():
        problem = _problem(key, config)
        if problem:
            problems.append(f"{path}:{lines[key]}: {key}: {problem}")
        else:
            problems += dict.fromkeys(_refusals(config, key, dimension, path, lines[key]))
    if problems:
        raise ConfigError("\n".join(problems))
    return found


def _refusals(config: RunConfig, key: str, dimension: Dimension, path: Path, line: int) -> Iterator[str]:
    """Why the config refuses values of a dimension."""
    for value in dimension.extremes:
        try:
            replaced(config, {key: value}, where=path, line=line)
        except ConfigError as error:
            yield str(error)


def own_values(config: RunConfig, space: SearchSpace) -> dict[str, Scalar] | None:
    """The config's own values of the searched keys, where the space contains them all."""
    tree = config.model_dump(mode="json")
    values: dict[str, Scalar] = {}
    for key, dimension in space.space.items():
        here = tree
        for part in key.split("."):
            if not isinstance(here, dict) or part not in here:
                return None
            here = here[part]
        value: Scalar = here  # type: ignore[assignment]  # what stands at a searched key is a scalar
        if not dimension.contains(value):
            return None
        values[key] = value
    return values
