"""The queue for people's tools: CSV for a spreadsheet, tasks with prelabels and spans for Label Studio (labelstud.io/guide/predictions)."""

import csv
import io
from collections.abc import Iterable
from typing import Any, get_args

from presscheck.data.rows.spreadsheet import safe_cell
from presscheck.serve.batch.review.design import ANSWER, CHOICES, QUEUE_COLUMNS, Item
from presscheck.serve.record import FramingType, Record

_SPANS = (*get_args(FramingType), "source", "unsourced", "vague_source", "speculation")


def body_of(record: Record) -> str:
    """The judged sentences at their positions in the body, line breaks between them, so that the record's offsets still hold."""
    text = ""
    for segment in record.segments:
        text += "\n" * (segment.start - len(text)) + segment.text
    return text if any(segment.text for segment in record.segments) else ""


def spans_of(record: Record) -> list[dict[str, Any]]:
    """The spans that the model marks: cues in the headline; flagged sentences and sources in the body."""
    found: list[dict[str, Any]] = [
        {"part": "headline", "start": cue.start, "end": cue.end, "text": cue.text, "label": cue.cue}
        for cue in (record.headline.cues if record.headline else ())
    ]
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


def as_label_studio(item: Item) -> dict[str, Any]:
    """A task with the model's output as a prediction."""
    record = item.record
    result = [
        {
            "from_name": f"{span['part']}_spans",
            "to_name": span["part"],
            "type": "labels",
            "value": {"start": span["start"], "end": span["end"], "text": span["text"], "labels": [span["label"]]},
        }
        for span in spans_of(record)
        if span["text"]
    ]
    choice = "yes" if record.risk.level != "low" else "no"
    result.append(
        {"from_name": ANSWER, "to_name": "headline", "type": "choices", "value": {"choices": [choice]}},
    )
    return {
        "data": {
            "item": item.item,
            "id": record.id,
            "place": item.place,
            "headline": record.headline.text if record.headline else "",
            "body": body_of(record),
            "reasons": " ".join(reason.message for reason in record.risk.reasons),
            "stratum": item.stratum,
            "probability": item.probability,
        },
        "predictions": [{"model_version": record.model.version, "score": record.risk.p, "result": result}],
    }


def label_studio_config() -> str:
    """The labelling interface for the tasks."""
    labels = "".join(f'<Label value="{name}"/>' for name in _SPANS)
    choices = "".join(f'<Choice value="{name}"/>' for name in CHOICES)
    return (
        "<View>\n"
        '  <Header value="Would an editor send this article to a sourcing review?"/>\n'
        '  <Text name="place" value="$place"/>\n'
        f'  <Choices name="{ANSWER}" toName="headline" required="true">{choices}</Choices>\n'
        f'  <Labels name="headline_spans" toName="headline">{labels}</Labels>\n'
        '  <Text name="headline" value="$headline"/>\n'
        f'  <Labels name="body_spans" toName="body">{labels}</Labels>\n'
        '  <Text name="body" value="$body"/>\n'
        "</View>\n"
    )
