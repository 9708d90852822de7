"""Measures how often the rules (headline form, source type, speculation, boilerplate) agree with the annotations."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from presscheck.data.bootstrap import Estimate, bootstrap
from presscheck.data.schema import Document, Segment, Span
from presscheck.data.text.headline_form import headline_form
from presscheck.data.text.hedging import is_speculation
from presscheck.data.text.segmentation import segment_body
from presscheck.data.text.source_type import is_pronoun, source_type
from presscheck.serve.framing import framing_type
from presscheck.serve.manifest import FramingModel

Outcomes = list[tuple[str, float]]


def _form(segment: Segment) -> str | None:
    return next((note.removeprefix("form:") for note in segment.notes if note.startswith("form:")), None)


def _forms(documents: Sequence[Document]) -> Outcomes:
    return [(d.group, float(headline_form(d.headline.text) == _form(d.headline))) for d in documents if d.headline and _form(d.headline)]


def _source_types(documents: Sequence[Document]) -> Outcomes:
    return [
        (d.group, float(_type_of(s.text, span) == span.type))
        for d in documents
        for s in d.segments
        for span in s.spans
        if span.tag == "source" and span.type is not None
    ]


def _type_of(text: str, span: Span) -> str:
    return "pronoun" if is_pronoun(text[span.start : span.end]) else source_type(text, span.start, span.end)


def _speculation(documents: Sequence[Document]) -> Outcomes:
    """Over claims that are not attributed: the only ones for which the verdict uses the rule."""
    return [
        (d.group, float(is_speculation(s.text) == ("speculation" in s.notes)))
        for d in documents
        for s in d.sentences
        if s.labels.get("claim") == 1 and s.labels.get("attributed") == 0
    ]


def _set_aside(documents: Sequence[Document], note: str) -> Outcomes:
    """Of the lines annotated as boilerplate (or repeats), how many the segmentation sets aside."""
    outcomes: Outcomes = []
    for document in documents:
        body, starts = document.body_text()
        if not body:
            continue
        found = segment_body(body)
        ranges = [(a.start, a.end) for a in found.set_aside] if note == "boilerplate" else found.duplicates
        for sentence, start in zip(document.sentences, starts, strict=True):
            if note in sentence.notes:
                outcomes.append((document.group, float(any(a <= start < b for a, b in ranges))))
    return outcomes


def _boundaries(documents: Sequence[Document]) -> Outcomes:
    """Annotated sentence starts that the segmentation finds (lines set aside are left out)."""
    outcomes: Outcomes = []
    for document in documents:
        body, starts = document.body_text()
        found = {start for start, _ in segment_body(body).sentences} if body else set()
        kept = [(s, start) for s, start in zip(document.sentences, starts, strict=True) if not {"boilerplate", "repeat"} & s.notes]
        outcomes += [(document.group, float(start in found)) for _, start in kept]
    return outcomes


def _framing_types(documents: Sequence[Document], model: FramingModel) -> Outcomes:
    """The share of annotated framing spans whose type the model predicts."""
    return [
        (d.group, float(framing_type(model, s.text, span.start, span.end) == span.type))
        for d in documents
        for s in d.segments
        for span in s.spans
        if span.tag == "framing" and span.type is not None
    ]


def _share(values_N: NDArray[np.float64], index: NDArray[np.intp]) -> dict[str, float | None]:
    return {"share": float(values_N[index].mean())}


def measure_rules(documents: Sequence[Document], framing: FramingModel | None, *, resamples: int) -> dict[str, Estimate]:
    """Share of annotations that each rule agrees with, with bootstrap intervals; a rule without annotations is left out.

    `framing_type` holds the bundle's predicted types of the annotated framing spans.
    """
    outcomes = {
        "headline_form": _forms(documents),
        "source_type": _source_types(documents),
        "speculation": _speculation(documents),
        "boilerplate_found": _set_aside(documents, "boilerplate"),
        "repeats_found": _set_aside(documents, "repeat"),
        "sentence_starts_found": _boundaries(documents),
        "framing_type": _framing_types(documents, framing) if framing else [],
    }
    found: dict[str, Estimate] = {}
    for name, pairs in outcomes.items():
        if pairs:
            values = [value for _, value in pairs]
            groups = [group for group, _ in pairs]
            found[name] = bootstrap(partial(_share, np.array(values)), groups, resamples=resamples)["share"]
    return found
