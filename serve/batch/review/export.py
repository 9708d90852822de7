"""The queue for people's tools: CSV for a spreadsheet, tasks with prelabels and spans for Label Studio (labelstud.io/guide/predictions)."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from presscheck.configs.section import LabelName
from presscheck.data.rows.spreadsheet import safe_cell
from presscheck.data.schema import POSITIVE, SPAN_TYPES
from presscheck.serve.batch.review.design import ANSWER, CHOICES, QUEUE_COLUMNS, Item
from presscheck.serve.record import FramingType, Record, ScoredSegment

_MISSING = tuple(f"missing_{kind}" for kind in SPAN_TYPES["missing"])
_SPANS = (*get_args(FramingType), *_MISSING, "source", "unsourced", "vague_source", "speculation")
# Controls that show what the model marks; those of `annotate` ask for it.
EVIDENCE = ("headline_spans", "body_spans")
_HEADLINE_ASKED, _BODY_ASKED = "headline_labels", "body_labels"
_HEADLINE_LABELS: tuple[LabelName, ...] = ("sensational", "loaded")
_SENTENCE_LABELS: tuple[LabelName, ...] = ("claim", "attributed", "needs_source", "loaded")
_SENTENCE = "sentence"
_ASKED_SPANS: Mapping[str, tuple[str, ...]] = {
    _HEADLINE_ASKED: (*get_args(FramingType), "loaded"),
    _BODY_ASKED: (_SENTENCE, "source", "cue", "content", "loaded"),
}


def body_of(record: Record) -> str:
    """The judged sentences at their positions in the body, line breaks between them, so that the record's offsets still hold."""
    text = ""
    for segment in record.segments:
        text += "\n" * (segment.start - len(text)) + segment.text
    return text if any(segment.text for segment in record.segments) else ""


def spans_of(record: Record) -> list[dict[str, Any]]:
    """The spans that the model marks: cues in the headline, and what the body lacks of it; flagged sentences and sources in the body."""
    found: list[dict[str, Any]] = [
        {"part": "headline", "start": cue.start, "end": cue.end, "text": cue.text, "label": cue.cue}
        for cue in (record.headline.cues if record.headline else ())
    ]
    if record.headline and record.headline.support:
        missing = record.headline.support.missing
        found += [{"part": "headline", "start": w.start, "end": w.end, "text": w.text, "label": f"missing_{w.kind}"} for w in missing]
    for segment in record.segments:
        if segment.flagged:
            where = {"part": "body", "start": segment.start, "end": segment.end, "text": segment.text}
            found.append({**where, "label": segment.verdict})
        if segment.source and not segment.source.carried_over:
            source = segment.source
            where = {"part": "body", "start": source.start, "end": source.end, "text": source.text}
            found.append({**where, "label": "source"})
    return found


def as_csv(items: Iterable[Item]) -> str:
    """One line an item, with an empty column to fill in: yes or no."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(QUEUE_COLUMNS)
    for item in items:
        record = item.record
        spans = (f"{s['part']} {s['start']}-{s['end']} {s['label']}" for s in spans_of(record))
        row = [item.item, "", record.id, item.place, item.outlet or "", item.stratum, item.probability]
        row.append(len(item.members))
        row += [record.risk.p, record.risk.level, record.headline.text if record.headline else ""]
        row += [" ".join(reason.message for reason in record.risk.reasons), "; ".join(spans)]
        writer.writerow(safe_cell(value) for value in row)
    return stream.getvalue()


def prediction_of(record: Record, *, annotate: bool = False) -> dict[str, Any]:
    """The model's output as a prediction: the spans that it marks, and its answers.

    Args:
        annotate: whether spans and sentence labels are asked for, as in `label_studio_config`.
    """
    result = list(_asked(record)) if annotate else [_region(span, f"{span['part']}_spans") for span in spans_of(record) if span["text"]]
    if record.risk.level is not None:
        result.append(_choice(ANSWER, "headline", answer=record.risk.level != "low"))
    score = {} if record.risk.p is None else {"score": record.risk.p}
    return {"model_version": record.model.version, **score, "result": result}


def as_label_studio(item: Item, *, annotate: bool = False) -> dict[str, Any]:
    """A task with the model's output as a prediction, see `prediction_of`."""
    record = item.record
    return {
        "data": {
            "item": item.item,
            "id": record.id,
            "article_id": record.id,  # JSON-MIN puts the task's number in the place of `id`
            "place": item.place,
            "headline": record.headline.text if record.headline else "",
            "body": body_of(record),
            "reasons": " ".join(reason.message for reason in record.risk.reasons),
            "stratum": item.stratum,
            "probability": item.probability,
        },
        "predictions": [prediction_of(record, annotate=annotate)],
    }


def _region(span: Mapping[str, Any], control: str) -> dict[str, Any]:
    value = {"start": span["start"], "end": span["end"], "text": span["text"], "labels": [span["label"]]}
    return {"from_name": control, "to_name": span["part"], "type": "labels", "value": value}


def _choice(control: str, part: str, *, answer: bool) -> dict[str, Any]:
    return {"from_name": control, "to_name": part, "type": "choices", "value": {"choices": [CHOICES[0] if answer else CHOICES[1]]}}


def _asked(record: Record) -> Iterator[dict[str, Any]]:
    """What the model says, in the controls that ask for it."""
    if record.headline:
        for name in _HEADLINE_LABELS:
            score = getattr(record.headline, name)
            if score is not None:
                yield _choice(f"headline_{name}", "headline", answer=score >= POSITIVE)
    for span in spans_of(record):
        if span["text"] and span["label"] in _ASKED_SPANS[f"{span['part']}_labels"]:
            yield _region(span, f"{span['part']}_labels")
    for index, segment in enumerate(record.segments):
        if segment.text:
            yield from _sentence(segment, f"sentence{index}")


def _sentence(segment: ScoredSegment, identifier: str) -> Iterator[dict[str, Any]]:
    """A sentence as a region, and what the model says of it; results on one region share its id."""
    where = {"part": "body", "start": segment.start, "end": segment.end, "text": segment.text, "label": _SENTENCE}
    region = {**_region(where, _BODY_ASKED), "id": identifier}
    yield region
    place = {name: region["value"][name] for name in ("start", "end", "text")}
    for name in _SENTENCE_LABELS:
        score = getattr(segment, name)
        if score is not None:
            choice = _choice(name, "body", answer=score >= POSITIVE)
            yield {**choice, "id": identifier, "value": {**place, **choice["value"]}}


def label_studio_config(*, annotate: bool = False) -> str:
    """The labelling interface for the tasks.

    Args:
        annotate: whether to ask for the headline's labels, the words that count, and labels of every sentence, too.
    """
    return "\n".join(_annotating() if annotate else _reviewing()) + "\n"


def _choices(name: str, part: str, more: str = "") -> str:
    choices = "".join(f'<Choice value="{choice}"/>' for choice in CHOICES)
    return f'<Choices name="{name}" toName="{part}"{more}>{choices}</Choices>'


def _labels(name: str, part: str, labels: Iterable[str]) -> str:
    return f'<Labels name="{name}" toName="{part}">' + "".join(f'<Label value="{label}"/>' for label in labels) + "</Labels>"


def _text(part: str) -> str:
    return f'  <Text name="{part}" value="${part}"/>'


def _reviewing() -> Iterator[str]:
    yield "<View>"
    yield '  <Header value="Would an editor send this article to a sourcing review?"/>'
    yield _text("place")
    yield "  " + _choices(ANSWER, "headline", ' required="true"')
    for part, control in zip(("headline", "body"), EVIDENCE, strict=True):
        yield "  " + _labels(control, part, _SPANS)
        yield _text(part)
    yield "</View>"


def _annotating() -> Iterator[str]:
    yield "<View>"
    yield '  <Header value="Would an editor send this article to a sourcing review?"/>'
    yield _text("place")
    yield "  " + _choices(ANSWER, "headline", ' required="true"')
    for name in _HEADLINE_LABELS:
        yield f'  <Header value="Is the headline {name}?"/>'
        yield "  " + _choices(f"headline_{name}", "headline")
    yield "  " + _labels(_HEADLINE_ASKED, "headline", _ASKED_SPANS[_HEADLINE_ASKED])
    yield _text("headline")
    yield "  " + _labels(_BODY_ASKED, "body", _ASKED_SPANS[_BODY_ASKED])
    yield _text("body")
    for name in _SENTENCE_LABELS:
        yield f'  <Header value="Of the chosen sentence: {name}?"/>'
        yield "  " + _choices(name, "body", f' perRegion="true" whenTagName="{_BODY_ASKED}" whenLabelValue="{_SENTENCE}"')
    yield "</View>"
