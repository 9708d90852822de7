"""A selected article as a labelled row whose labels are still missing, with the model's output beside it as pre-labels.

Pre-labels stand under `prelabels`, which no reader of labels looks at: what a person has not said never becomes a label.
"""

from typing import Any

from presscheck.eval.selection.selected import Selected
from presscheck.serve.record import Record

_ASKED = ("claim", "attributed", "needs_source", "loaded")  # of each sentence


def labelled_row(selected: Selected) -> dict[str, Any]:
    """The row; its sentences are those that the model reads, each with its labels missing."""
    record, candidate = selected.record, selected.candidate
    return {
        "id": selected.item,
        "headline": selected.row.headline,
        "body": selected.row.body,
        **selected.row.about,
        "review": None,
        "sensational": None,
        "loaded": None,
        "sentences": [{"start": s.start, "end": s.end, **dict.fromkeys(_ASKED)} for s in record.segments],
        "spans": [],
        "probability": selected.probability,
        "copies": selected.copies,
        "place": f"{candidate.file}:{candidate.line}",
        "selected": selected.why,
        "uncertain": {name: round(value, 6) for name, value in candidate.uncertain.items()},
        "prelabels": _prelabels(record),
    }


def _prelabels(record: Record) -> dict[str, Any]:
    """The model's probabilities, verdicts and spans, by the names of the labelled row."""
    headline = record.headline
    sentences = [
        {"start": s.start, "end": s.end, **{name: getattr(s, name) for name in _ASKED}, "unsourced": s.unsourced, "verdict": s.verdict}
        for s in record.segments
    ]
    return {
        "model": {"version": record.model.version, "weights_sha256": record.model.weights_sha256, "policy": record.model.policy},
        "review": record.risk.p,
        "level": record.risk.level,
        "sensational": headline.sensational if headline else None,
        "loaded": headline.loaded if headline else None,
        "sentences": sentences,
        "spans": [_span("headline", cue.start, cue.end, "framing", cue.cue) for cue in (headline.cues if headline else ())]
        + [
            _span("body", s.source.start, s.source.end, "source", s.source.type)
            for s in record.segments
            if s.source and not s.source.carried_over
        ],
    }


def _span(part: str, start: int, end: int, tag: str, type_: str) -> dict[str, Any]:
    return {"part": part, "start": start, "end": end, "tag": tag, "type": type_}
