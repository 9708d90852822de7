"""The score record: one JSON object per article. `record.schema.json` is made from these classes.

Offsets are Unicode code points, end-exclusive, into the headline string (headline) or the body string as read (everything else).
None means that a value was not computed.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from presscheck.data.schema import Genre as GenreName
from presscheck.data.schema import SupportVerdict
from presscheck.data.text.fragments import AsideKind
from presscheck.data.text.headline_form import HeadlineForm
from presscheck.data.text.headline_parts import PartKind
from presscheck.data.text.source_type import SourceType
from presscheck.data.text.support import MissingKind
from presscheck.serve.manifest import Precision

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Range = tuple[int, int]
Verdict = Literal["not_a_claim", "attributed", "vague_source", "speculation", "own_account", "unsourced"]
Level = Literal["low", "elevated", "high"]
FramingType = Literal[
    "assertion_question",
    "exaggeration",
    "threat_or_war",
    "urgency",
    "teaser",
    "direct_address",
    "scare_quotes",
    "loaded_words",
]
FLAGGED_VERDICTS = ("vague_source", "speculation", "unsourced")


class Part(BaseModel):
    """Base of the record's parts."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Cue(Part):
    """Words that make the headline sensational, with the type of their framing."""

    cue: FramingType
    start: int
    end: int
    text: str
    score: Probability


class MissingWords(Part):
    """Words of the headline that the body lacks."""

    start: int
    end: int
    text: str
    kind: MissingKind


class Support(Part):
    """Whether the body reports what the headline states: `p` is P(supported), `segments` are the sentences that report its event."""

    p: Probability
    verdict: SupportVerdict
    segments: list[int]
    missing: list[MissingWords]


class Headline(Part):
    """The headline's scores; `support` is None without a body that could be judged, or where the model has none."""

    text: str
    sensational: Probability | None
    loaded: Probability | None
    form: HeadlineForm | None
    flagged: bool | None
    cues: list[Cue]
    support: Support | None = None


class Source(Part):
    """The source of a sentence. A source that is carried over has the offsets of the place where it is named."""

    start: int
    end: int
    text: str
    type: SourceType
    carried_over: bool


class ScoredSegment(Part):
    """One sentence of the body.

    `needs_source` is the probability that a desk editor would ask who says so, if it is a claim without a source. `unsourced` is
    P(claim) * (1 - P(attributed)) * P(needs_source); a vague source or a platform alone attributes nothing, and such a claim, like
    speculation, always needs a source.
    """

    start: int
    end: int
    text: str
    claim: Probability | None
    attributed: Probability | None
    needs_source: Probability | None
    loaded: Probability | None
    unsourced: Probability | None
    verdict: Verdict | None
    flagged: bool | None
    source: Source | None


class LedgerEntry(Part):
    """A source, by its fullest name; `segments` are the indices of the claims that rest on it, `words` counts their attributed words."""

    name: str
    type: SourceType
    segments: list[int]
    words: int


class Reason(Part):
    """A reason why the risk is above that of an average article; `segments` are indices into the record's segments."""

    code: str
    message: str
    segments: list[int]


class Risk(Part):
    """The probability that an editor would send the article to a sourcing review."""

    p: Probability | None
    level: Level | None
    reasons: list[Reason]


class Rejection(Part):
    """The reason why an input was not scored."""

    code: str
    message: str


class HeadlinePart(Part):
    """A stretch of the headline string that is not the headline: a "label" such as a section's, or the name of a "site" at its end."""

    start: int
    end: int
    kind: PartKind


class Aside(Part):
    """A stretch of the body that makes no claim and is not a segment."""

    start: int
    end: int
    kind: AsideKind


class Genre(Part):
    """The kind of text that the article is, with its probability."""

    value: GenreName
    p: Probability


class Notes(Part):
    """What a reader must know about the input; `rejected` is set where the status is "rejected"."""

    body_start: int | None
    truncated: bool
    headline_parts: list[HeadlinePart] = []
    set_aside: list[Aside] = []
    duplicates: list[Range] = []
    language: str | None
    encoding_losses: int = 0
    genre: Genre | None = None
    rejected: Rejection | None = None


class ModelInfo(Part):
    """The model that scored the article. `prevalence` holds the shares of positives that were given in place of the dev split's."""

    name: str
    version: str
    weights_sha256: str
    config_sha256: str
    data_sha256: str
    policy: str
    precision: Precision
    prevalence: dict[str, Probability] = {}


class Record(Part):
    """The score record of one article.

    `schema` is the record's version, raised where a field changes its meaning; a field that is added raises nothing. Records that were
    written before it was there are of version 1.
    """

    model_config = ConfigDict(serialize_by_alias=True, json_schema_serialization_defaults_required=True)
    schema_version: Annotated[Literal[1], Field(alias="schema")] = 1  # pydantic keeps the name `schema` to itself
    id: str
    status: Literal["ok", "partial", "rejected"]
    headline: Headline | None
    segments: list[ScoredSegment]
    sources: list[LedgerEntry] = []
    risk: Risk
    notes: Notes
    model: ModelInfo


def json_schema() -> dict[str, Any]:
    """The record's JSON Schema (draft 2020-12)."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Record.model_json_schema(mode="serialization")}
