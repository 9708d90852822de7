"""Reads a YAML config with `key=value` overrides, and reports every error at once: file, line, key path, nearest known key."""

import difflib
import hashlib
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from presscheck.configs.config_error import ConfigError as ConfigError
from presscheck.configs.schema import RunConfig

Schema = TypeVar("Schema", bound=BaseModel)


class _Loader(yaml.SafeLoader):
    """YAML 1.2 scalars: `2e-5` is a number, `no` and `on` are words; a repeated key is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - the library's signature
        seen: dict[Any, int] = {}
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is repeated", key_node.start_mark)
            seen[key] = key_node.start_mark.line
        return super().construct_mapping(node, deep=deep)


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp"}
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$|^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$"),
    list("-+0123456789."),
)


def available(kind: str | None = None) -> list[str]:
    """Names of the configs that ship with the package.

    Args:
        kind: what they configure, the name of a folder of them ("retraining"); None: a training run.
    """
    root = _shipped(kind)
    return sorted(path.stem for path in root.glob("*.yaml"))


def _shipped(kind: str | None) -> Path:
    """The folder of the shipped configs of a kind."""
    root = Path(str(files("presscheck.configs")))
    return root / kind if kind else root


def find(name: str, kind: str | None = None) -> Path:
    """A path as given, or the file of a shipped config's name.

    Args:
        kind: see `available`.

    Raises:
        ConfigError: if there is neither, with the nearest name.
    """
    path = Path(name)
    if path.is_file():
        return path
    known = available(kind)
    stem = name.removesuffix(".yaml").removeprefix("configs/").removeprefix(f"{kind}/" if kind else "")
    if stem in known:
        return _shipped(kind) / f"{stem}.yaml"
    raise ConfigError(f"no config {name!r}: neither a file nor one of {', '.join(known)}{_hint(name, known)}")


def _hint(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"; did you mean '{near[0]}'?" if near else ""


def _lines(node: yaml.Node | None, path: tuple[str | int, ...] = ()) -> dict[tuple[str | int, ...], int]:
    """Key path to line number, for every key of a YAML tree."""
    lines: dict[tuple[str | int, ...], int] = {}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            lines[here] = key.start_mark.line + 1
            lines |= _lines(value, here)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[(*path, index)] = value.start_mark.line + 1
            lines |= _lines(value, (*path, index))
    return lines


def _parse_yaml(text: str, where: str) -> tuple[Any, dict[tuple[str | int, ...], int]]:
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        return (loader.construct_document(node) if node else None), _lines(node)
    except (yaml.reader.ReaderError, TypeError, RecursionError) as error:
        raise ConfigError(f"{where}: cannot be read as YAML: {error}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{where}:{line}: {error.problem}") from None


def _override(tree: dict[str, Any], assignment: str) -> tuple[str | int, ...]:
    key, equals, value = assignment.partition("=")
    if not equals or not key.strip():
        raise ConfigError(f"override {assignment!r} is not of the form key=value (for example train.epochs=2)")
    path: tuple[str | int, ...] = tuple(int(part) if part.isdigit() else part for part in key.strip().split("."))
    here: Any = tree
    for part, following in pairwise(path):
        if isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        elif isinstance(here, dict):
            here = here.setdefault(part, [] if isinstance(following, int) else {})
        else:
            raise ConfigError(f"override {assignment!r}: there is no {key!r} to set")
    parsed, _ = _parse_yaml(value, f"override {key}")
    if isinstance(here, list) and isinstance(path[-1], int) and path[-1] <= len(here):
        here[path[-1] : path[-1] + 1] = [parsed]
    elif isinstance(here, dict):
        here[path[-1]] = parsed
    else:
        raise ConfigError(f"override {assignment!r}: there is no {key!r} to set")
    return path


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models_in(argument)]


def _known_keys(location: tuple[str | int, ...], schema: type[BaseModel]) -> set[str]:
    """The fields of the section at a key path."""
    models = [schema]
    for part in location:
        if isinstance(part, int):
            continue
        fields = [model.model_fields[part] for model in models if part in model.model_fields]
        if fields:
            models = [model for field in fields for model in _models_in(field.annotation)]
    return {name for model in models for name in model.model_fields}


def _drop_tags(location: tuple[str | int, ...], tree: Any) -> tuple[str | int, ...]:
    """Pydantic puts the tag of a union into the path, which users' keys do not have."""
    path: list[str | int] = []
    here = tree
    for part in location:
        if isinstance(here, dict) and part in here:
            here = here[part]
        elif isinstance(here, list) and isinstance(part, int):
            here = here[part] if part < len(here) else None
        elif isinstance(here, dict) and part == here.get("kind"):
            continue
        else:
            here = None
        path.append(part)
    return tuple(path)


def _explain(
    error: ValidationError,
    tree: Any,
    lines: Mapping[tuple[str | int, ...], int],
    where: str,
    overridden: set[tuple[str | int, ...]],
    schema: type[BaseModel],
) -> str:
    problems = []
    for item in error.errors():
        path = _drop_tags(item["loc"], tree)
        key = ".".join(map(str, path))
        owner = path
        while owner and owner not in lines:
            owner = owner[:-1]
        from_command = any(path[: len(o)] == o or o[: len(path)] == path for o in overridden)
        place = "command line" if from_command else f"{where}:{lines[owner]}" if owner else where
        if item["type"] == "extra_forbidden":
            message = f"unknown key{_hint(str(path[-1]), _known_keys(path[:-1], schema))}"
        elif item["type"] == "missing":
            message = "this key is required"
        else:
            message = item["msg"].removeprefix("Value error, ")
            given = item["input"]
            message += "" if isinstance(given, dict | list) or given is None else f" (got {given!r})"
        problems.append(f"{place}: {key}: {message}" if key else f"{place}: {message}")
    return "\n".join(problems)


def read_config(path: Path, schema: type[Schema], overrides: Iterable[str] = ()) -> Schema:
    """Reads a YAML file into a schema.

    Args:
        overrides: `key=value` with a dotted key; they are checked like the file's own keys.

    Raises:
        ConfigError: with every problem, each with file and line (or "command line"), key path and the nearest known key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None
    tree, lines = _parse_yaml(text, str(path))
    if not isinstance(tree, dict):
        raise ConfigError(f"{path}: a config must be a mapping of keys, such as those of `presscheck configs show starter`")
    overridden = {_override(tree, assignment) for assignment in overrides}
    try:
        return schema.model_validate(tree)
    except ValidationError as error:
        raise ConfigError(_explain(error, tree, lines, str(path), overridden, schema)) from None


def load(name: str, overrides: Iterable[str] = ()) -> RunConfig:
    """Loads a run's config by path or shipped name; see `read_config`.

    Raises:
        ConfigError: if there is no such config, or on any problem in it.
    """
    return read_config(find(name), RunConfig, overrides)


def dump(config: RunConfig) -> str:
    """The resolved config as YAML: every key, defaults included, loadable again."""
    return yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=120)


def config_hash(config: RunConfig) -> str:
    """sha256 of the resolved config."""
    return hashlib.sha256(dump(config).encode()).hexdigest()
