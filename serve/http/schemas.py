"""Request and response bodies, as the OpenAPI document shows them. The score record itself is `presscheck.serve.record`."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Body, Header
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from presscheck.configs.section import Section
from presscheck.data.rows.cell import id_cell, text_cell
from presscheck.data.rows.refusal import RowError
from presscheck.serve.http.problems import Problem
from presscheck.serve.http.signing import HEADER, SIGNATURE_PATTERN
from presscheck.serve.record import ModelInfo, Record
from presscheck.serve.render.questions import Questions

MAX_ID_CHARS = 256


def _whole(text: str) -> str:
    """Refuses a lone surrogate, which JSON can hold and UTF-8 cannot."""
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("a lone surrogate is not text")
    return text


Text = Annotated[str, AfterValidator(_whole)]


class Strict(Section, strict=True):
    """Base of every body: no unknown key, no value of another type."""


def _cell(read: Callable[[Any, str], str | None]) -> BeforeValidator:
    """Reads a field as a cell of a row; a refusal keeps its code as the error's type."""

    def checked(value: Any, info: ValidationInfo) -> str | None:
        try:
            return read(value, info.field_name or "")
        except RowError as error:
            message = str(error).replace("{", "{{").replace("}", "}}")
            raise PydanticCustomError(error.fault.code, message) from None

    return BeforeValidator(checked)


_ID_SCHEMA = WithJsonSchema(
    {"anyOf": [{"type": "string", "maxLength": MAX_ID_CHARS}, {"type": "integer"}, {"type": "null"}], "title": "Id"}
)
CellText = Annotated[str | None, _cell(text_cell)]


class ArticleIn(Strict):
    """One article. It needs a headline or a body; without an id (256 characters at most) it gets its position in the list."""

    id: Annotated[Annotated[str, StringConstraints(max_length=MAX_ID_CHARS)] | None, _cell(id_cell), _ID_SCHEMA] = None
    headline: CellText = None
    body: CellText = None

    @model_validator(mode="after")
    def _has_text(self) -> "ArticleIn":
        if self.headline is None and self.body is None:
            raise ValueError("an article needs headline or body")
        return self


class HeadlinesIn(Strict):
    """Headlines alone, for wires and tickers."""

    headlines: list[Annotated[str, _cell(text_cell)]] = Field(min_length=1)


class Results(Section):
    """Records in the order of the articles."""

    results: list[Record]


class QuestionedRecord(Section):
    """An article's record, and what to ask of its flags."""

    record: Record
    questions: Questions


class FeedbackIn(Strict):
    """A reader's feedback on a record, which is sent as the service returned it, with the signature from the header.

    `segment` is the index of the sentence that it is about, else the whole article. A comment has 2,000 characters at most.
    """

    record: Annotated[Record, Field(strict=False)]
    signature: Annotated[str, StringConstraints(pattern=SIGNATURE_PATTERN)]
    agrees: bool
    segment: Annotated[int, Field(ge=0)] | None = None
    comment: Annotated[Text, StringConstraints(max_length=2000)] | None = None

    @model_validator(mode="after")
    def _is_there(self) -> "FeedbackIn":
        if self.segment is not None and self.segment >= len(self.record.segments):
            raise ValueError(f"the record has no segment {self.segment}")
        _whole(str(self.record))  # the record's own strings are not checked by it
        return self


class Stored(BaseModel):
    """The number under which feedback was stored."""

    id: int


class ReadArticle(BaseModel):
    """A file as it is read: offsets of a record count in this body."""

    id: str
    headline: str | None
    body: str | None
    encoding_losses: int = Field(0, description="How many bytes of an HTML page could not be decoded")


class Served(BaseModel):
    """The model in use, with its manifest's card."""

    model: ModelInfo
    role: str = Field(description='"champion", "candidate", or "chosen" with --model')
    loaded_at: datetime
    card: dict[str, Any] = Field(description="policies and what they reached, training data, parity, versions, config")


class Health(BaseModel):
    """Whether the process lives, or is ready to score."""

    status: Literal["ok", "not ready"]
    detail: str = ""


def _shape(given: object) -> str:
    return "list" if isinstance(given, list) else "article"


EXAMPLE = {
    "id": "levy-1",
    "headline": "So the levy is now war?",
    "body": "The council voted for the levy on Monday, its minutes show. Traders will ruin the town within a year. "
    "Experts say that rents will double. It is very likely that the mayor knew.",
}
EXAMPLES: dict[str, Any] = {
    "article": {"summary": "One article gives its record", "value": EXAMPLE},
    "list": {"summary": "A list gives results", "value": [EXAMPLE, {"headline": "Has X just declared war on Y?"}]},
}
ScoreBody = Annotated[
    Annotated[ArticleIn, Tag("article")] | Annotated[list[ArticleIn], Tag("list"), Field(min_length=1)],
    Discriminator(_shape),
    Body(openapi_examples=EXAMPLES),
]
Deadline = Annotated[
    int | None,
    Header(
        alias="X-Deadline-Ms",
        ge=1,
        le=3_600_000,
        description="Deadline of the answer, else 504; at most the service's own",
    ),
]


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI entries of the refusals that a path can answer with."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"model": Problem, "description": REASONS[status], "content": content} for status in statuses}


# The OpenAPI entry of answers with records.
SIGNED: dict[int | str, dict[str, Any]] = {
    200: {
        "headers": {
            HEADER: {
                "description": "Signatures of the records in their order, needed for feedback; separated by a comma and a space",
                "schema": {"type": "string"},
            }
        }
    }
}
REASONS = {
    400: "The request is not valid HTTP or JSON",
    401: "No key, or an invalid one",
    403: "Sent from another site's page",
    404: "No such path",
    408: "The body came too slowly",
    413: "Body, article or list too large",
    415: "The body comes in a content coding; see Accept-Encoding",
    422: "The request is not JSON or does not match the schema; `errors` has JSON pointers and codes",
    429: "Too many articles for this key; see Retry-After",
    503: "The queue is full or the model is not ready; see Retry-After",
    504: "Not done by the deadline",
    507: "The feedback file has reached its size limit",
}
