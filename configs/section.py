"""The base of every model that is read from outside, and the names and ranges that config sections share."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

LabelName = Literal["sensational", "loaded", "claim", "attributed", "needs_source", "supported", "checkworthy", "clickbait", "subjective"]
FlagName = Literal["sensational", "loaded", "unsourced"]
PrevalenceName = Literal["sensational", "loaded", "unsourced", "review"]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
OpenFraction = Annotated[float, Field(gt=0.0, lt=1.0)]


class Section(BaseModel):
    """Base of a section of a config, and of every other frozen model that refuses unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())
