"""The schema of a search space: which keys of a config a hyper-parameter search varies, and between which values."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from presscheck.configs.section import Section

Scalar = bool | int | float | str | None


class FloatRange(Section):
    """Numbers between two bounds, both included."""

    kind: Literal["float"]
    low: float = Field(allow_inf_nan=False, description="Smallest value.")
    high: float = Field(allow_inf_nan=False, description="Largest value.")
    log: bool = Field(default=False, description="Whether to draw on a logarithmic scale.")
    step: float | None = Field(None, gt=0, description="Distance between values; default: any value.")

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        _check_range(self)
        return self

    @property
    def extremes(self) -> tuple[Scalar, ...]:
        """Values that bound all others."""
        return self.low, self.high

    def contains(self, value: Scalar) -> bool:
        """Whether a value is one of these."""
        return _contains(self, value)

    def __str__(self) -> str:
        return _range(self)


class IntRange(Section):
    """Integers between two bounds, both included."""

    kind: Literal["int"]
    low: int = Field(description="Smallest value.")
    high: int = Field(description="Largest value.")
    log: bool = Field(default=False, description="Whether to draw on a logarithmic scale.")
    step: int | None = Field(None, ge=1, description="Distance between values; default: 1.")

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        _check_range(self)
        return self

    @property
    def extremes(self) -> tuple[Scalar, ...]:
        """Values that bound all others."""
        return self.low, self.high

    def contains(self, value: Scalar) -> bool:
        """Whether a value is one of these."""
        return _contains(self, value)

    def __str__(self) -> str:
        return _range(self)


class Choices(Section):
    """Some values, without an order."""

    kind: Literal["categorical"]
    values: tuple[Scalar, ...] = Field(min_length=2, description="The values.")

    @property
    def extremes(self) -> tuple[Scalar, ...]:
        """All values."""
        return self.values

    def contains(self, value: Scalar) -> bool:
        """Whether a value is one of these."""
        return any(value == choice and isinstance(value, bool) == isinstance(choice, bool) for choice in self.values)

    def __str__(self) -> str:
        return "one of " + ", ".join(map(str, self.values))


Dimension = Annotated[FloatRange | IntRange | Choices, Field(discriminator="kind")]


class SearchSpace(Section):
    """A search space: `presscheck search CONFIG SPACE`."""

    description: str = Field("", description="One-sentence description.")
    space: dict[str, Dimension] = Field(min_length=1, description="The dotted keys that vary, each with its values.")


def _check_range(found: FloatRange | IntRange) -> None:
    if found.low >= found.high:
        raise ValueError(f"low ({found.low:g}) must be below high ({found.high:g})")
    if found.log and found.low <= 0:
        raise ValueError(f"a logarithmic range must begin above 0 (low is {found.low:g})")
    if found.log and found.step is not None:
        raise ValueError("a logarithmic range has no step")


def _contains(found: FloatRange | IntRange, value: Scalar) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float) or not found.low <= value <= found.high:
        return False
    if found.kind == "int" and value != int(value):
        return False
    steps = 0.0 if found.step is None else (value - found.low) / found.step
    return abs(steps - round(steps)) < 1e-8


def _range(found: FloatRange | IntRange) -> str:
    step = f", in steps of {found.step:g}" if found.step is not None else ""
    return f"{found.kind}, {found.low:g} to {found.high:g}{', logarithmic' if found.log else ''}{step}"
