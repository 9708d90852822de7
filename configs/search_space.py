"""The schema of a search space: which keys of a config a hyper-parameter search varies, and between which values."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from presscheck.configs.section import Section

Scalar = bool | int | float | str | None


class NumberRange(Section):
    """Numbers between two bounds, both included."""

    kind: Literal["float", "int"]
    low: float = Field(allow_inf_nan=False, description="Smallest value.")
    high: float = Field(allow_inf_nan=False, description="Largest value.")
    log: bool = Field(default=False, description="Whether to draw on a logarithmic scale.")
    step: float | None = Field(None, gt=0, description="Distance between values; default: any value.")

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low ({self.low:g}) must be below high ({self.high:g})")
        if self.log and self.low <= 0:
            raise ValueError(f"a logarithmic range must begin above 0 (low is {self.low:g})")
        if self.log and self.step is not None:
            raise ValueError("a logarithmic range has no step")
        return self

    @property
    def extremes(self) -> tuple[Scalar, ...]:
        """Values that bound all others."""
        return self.low, self.high

    def contains(self, value: Scalar) -> bool:
        """Whether a value is one of these."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not self.low <= value <= self.high:
            return False
        if self.kind == "int" and value != int(value):
            return False
        steps = 0.0 if self.step is None else (value - self.low) / self.step
        return abs(steps - round(steps)) < 1e-8

    def __str__(self) -> str:
        step = f", in steps of {self.step:g}" if self.step is not None else ""
        return f"{self.kind}, {self.low:g} to {self.high:g}{', logarithmic' if self.log else ''}{step}"


class FloatRange(NumberRange):
    """Numbers between two bounds, both included."""

    kind: Literal["float"]


class IntRange(NumberRange):
    """Integers between two bounds, both included."""

    kind: Literal["int"]
    low: int = Field(description="Smallest value.")
    high: int = Field(description="Largest value.")
    step: int | None = Field(None, ge=1, description="Distance between values; default: 1.")


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
