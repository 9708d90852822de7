"""Reads the sections of a bundle's config that an evaluation needs, each by itself: other sections may be of another version."""

from typing import TypeVar

from pydantic import ValidationError

from presscheck.configs.section import Section
from presscheck.serve.bundle import Bundle
from presscheck.serve.errors import ModelRefusedError

Part = TypeVar("Part", bound=Section)


def part_of(bundle: Bundle, name: str, schema: type[Part]) -> Part:
    """A section of the config that the bundle was trained with.

    Raises:
        ModelRefusedError: if this version of the code cannot read it.
    """
    try:
        return schema.model_validate(bundle.manifest.config.get(name, {}))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, (name, *first["loc"])))
        raise ModelRefusedError(
            f"{bundle.path.name} was trained by another version of presscheck, whose config this version cannot read "
            f"({key}: {first['msg']}); train it again"
        ) from None
