"""The parts of a bundle's config that an evaluation reads, each by itself: what other versions changed elsewhere does no harm."""

from typing import TypeVar

from pydantic import ValidationError

from presscheck.configs.section import Section
from presscheck.serve.bundle import Bundle
from presscheck.serve.errors import ModelRefusedError

Part = TypeVar("Part", bound=Section)


def part_of(bundle: Bundle, name: str, schema: type[Part]) -> Part:
    """A section of the config that the bundle was trained with.

    Raises:
        ModelRefusedError: if this version of the code does not read it.
    """
    try:
        return schema.model_validate(bundle.manifest.config.get(name, {}))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, (name, *first["loc"])))
        raise ModelRefusedError(
            f"{bundle.path.name} was trained by another version of presscheck, whose config this one does not read "
            f"({key}: {first['msg']}); train it again"
        ) from None
