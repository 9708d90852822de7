"""The config reference: every key with its type, default and meaning, made from the schema. docs/config.md is its output."""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from presscheck.configs.schema import RunConfig


def _sections(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [section for argument in get_args(annotation) for section in _sections(argument)]


def _type(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(arguments[0])
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in arguments)
    if origin in (Union, types.UnionType):
        return " or ".join("nothing" if argument is type(None) else _type(argument) for argument in arguments)
    if origin is dict:
        return "mapping"
    if origin is tuple:
        return "list"
    name: str = annotation.__name__
    return {"str": "text", "int": "integer", "float": "number", "bool": "true or false"}.get(name, name.lower())


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "required"
    if field.default is None or field.default == {}:
        return "–"
    if isinstance(field.default, dict):
        return "see below" if any(isinstance(v, BaseModel) for v in field.default.values()) else f"`{field.default}`"
    return f"`{field.default}`".replace("True", "true").replace("False", "false")


def _rows(section: type[BaseModel], prefix: str) -> Iterator[str]:
    nested: list[tuple[str, type[BaseModel]]] = []
    yield f"\n## {prefix.rstrip('.') or 'The run'}\n\n{section.__doc__}\n\n| key | type | default | meaning |\n|---|---|---|---|"
    for name, field in section.model_fields.items():
        found = _sections(field.annotation)
        origin = get_origin(field.annotation)
        suffix = ".N." if origin is tuple else ".NAME." if origin is dict else "."
        nested += [(f"{prefix}{name}{suffix}", inner) for inner in found]
        if found != [field.annotation]:
            yield f"| `{prefix}{name}` | {_type(field.annotation)} | {_default(field)} | {field.description or ''} |"
    for inner_prefix, inner in nested:
        yield from _rows(inner, inner_prefix)


def reference() -> str:
    """The reference as Markdown."""
    head = "# Config reference\n\nMade by `presscheck configs reference`. `N` is a position in a list, `NAME` a name of your choice.\n"
    return head + "\n".join(_rows(RunConfig, "")) + "\n"
