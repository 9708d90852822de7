"""Records made by hand, for tests of what is done with them."""

from typing import Any, Literal

from presscheck.data.schema import SupportVerdict
from presscheck.data.text.source_type import SourceType
from presscheck.data.text.support import MissingKind
from presscheck.serve.record import (
    Cue,
    FramingType,
    Headline,
    LedgerEntry,
    MissingWords,
    ModelInfo,
    Notes,
    Record,
    Rejection,
    Risk,
    ScoredSegment,
    Source,
    Support,
    Verdict,
)

_FLAGGED = ("unsourced", "vague_source", "speculation")
MODEL = ModelInfo(
    name="tiny", version="1", weights_sha256="0", config_sha256="0", data_sha256="0", policy="default", precision="f32", prevalence={}
)


def sentence(
    body: str,
    text: str,
    verdict: Verdict,
    source: str | None = None,
    kind: SourceType = "named",
) -> ScoredSegment:
    """A sentence of a body with its verdict; a source is found in the body, wherever it stands."""
    start = body.index(text)
    at = body.index(source) if source else 0
    found = Source(start=at, end=at + len(source), text=source, type=kind, carried_over=source not in text) if source else None
    return ScoredSegment(
        start=start, end=start + len(text), text=text, claim=0.9, attributed=0.1, needs_source=0.9, loaded=0.1,
        unsourced=0.8, verdict=verdict, flagged=verdict in _FLAGGED, source=found,
    )  # fmt: skip


def headline(
    text: str,
    *,
    cues: tuple[tuple[str, FramingType], ...] = (),
    support: SupportVerdict | None = None,
    missing: tuple[tuple[str, MissingKind], ...] = (),
) -> Headline:
    """A headline, flagged where it has framing words."""
    lacking = [MissingWords(start=text.index(w), end=text.index(w) + len(w), text=w, kind=kind) for w, kind in missing]
    return Headline(
        text=text, sensational=0.9 if cues else 0.1, loaded=0.1, form="statement", flagged=bool(cues),
        cues=[Cue(cue=kind, start=text.index(w), end=text.index(w) + len(w), text=w, score=0.9) for w, kind in cues],
        support=Support(p=0.2, verdict=support, segments=[], missing=lacking) if support else None,
    )  # fmt: skip


def record(
    identifier: str,
    title: Headline | None,
    segments: list[ScoredSegment],
    *,
    sources: list[LedgerEntry] | None = None,
    body_start: int | None = None,
    risk: tuple[float, Literal["low", "elevated", "high"]] | None = (0.5, "elevated"),
    **values: Any,
) -> Record:
    """A record with these parts."""
    return Record(
        id=identifier, status="ok", headline=title, segments=segments, sources=sources or [],
        risk=Risk(p=risk[0] if risk else None, level=risk[1] if risk else None, reasons=[]),
        notes=Notes(body_start=body_start, truncated=False, language="en"), model=MODEL,
    ).model_copy(update=values)  # fmt: skip


def rejected(identifier: str, message: str) -> Record:
    """The record of an input that could not be read."""
    notes = Notes(body_start=None, truncated=False, language=None, rejected=Rejection(code="json", message=message))
    return record(identifier, None, [], risk=None, status="rejected", notes=notes)
