"""Ranks the labels of the train split by the doubt of the fold models, which were not trained on them: a list for people to review."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from presscheck.data.atomic import write_atomically
from presscheck.data.errors import DataError
from presscheck.data.schema import Document
from presscheck.serve.bundle import Bundle
from presscheck.serve.scorer import Scorer
from presscheck.train.label_quality import label_quality
from presscheck.train.scored import score_documents

FIRST = 0.1  # the share of a label's items that the list holds
SCORES = "out_of_fold.json"
Probabilities = dict[str, dict[str, dict[str, float]]]  # document id to number of the segment to label


@dataclass(frozen=True, slots=True)
class DoubtfulLabel:
    """A label of the train split that a fold model doubts.

    Attributes:
        part: "headline" or "body"; `start` and `end` are code points in it, as `Document.body_text` joins the sentences.
        probability: of the label, by the model that was not trained on this text.
        quality: 0..1, low where the label is likely an error; `is_issue`: whether confident learning counts it as one.
    """

    label: str
    target: float
    probability: float
    quality: float
    is_issue: bool
    id: str
    source: str
    part: str
    start: int
    end: int
    text: str


def write_scores(path: Path, documents: Sequence[Document], bundle: Bundle, labels: Sequence[str]) -> None:
    """Writes the probabilities of every text of the documents, by a model that was not trained on them."""
    found: Probabilities = {}
    alone = [replace(document, judged_headlines=()) for document in documents]
    for document, segment, scores in score_documents(alone, Scorer(bundle).parts):
        place = next(number for number, own in enumerate(document.segments) if own is segment)
        rounded = {label: round(float(scores.labels[label]), 6) for label in labels if label in segment.labels}
        found.setdefault(document.id, {})[str(place)] = rounded
    with write_atomically(path) as stream:
        json.dump(found, stream)


def _places(document: Document) -> list[tuple[str, int]]:
    """The part of each segment, and where it starts in it."""
    _, starts = document.body_text()
    headline = [("headline", 0)] if document.headline else []
    return [*headline, *(("body", start) for start in starts)]


def doubtful_labels(documents: Sequence[Document], scores: Iterable[Path], labels: Sequence[str]) -> list[DoubtfulLabel]:
    """The first tenth of each label's items, the most doubtful first.

    Args:
        documents: the train split, with the labels that people gave.
        scores: the files of the folds.
    """
    known: Probabilities = {}
    for path in scores:
        known |= json.loads(path.read_text(encoding="utf-8"))
    found: list[DoubtfulLabel] = []
    for label in labels:
        items = [
            (document, number, probability[label])
            for document in documents
            for number, probability in ((int(key), value) for key, value in known.get(document.id, {}).items())
            if label in probability
        ]
        targets_N = np.array([document.segments[number].labels[label] for document, number, _ in items])
        quality = label_quality(targets_N, np.array([probability for _, _, probability in items]))
        for index in quality.order()[: round(FIRST * len(items))]:
            document, number, probability = items[index]
            segment = document.segments[number]
            part, start = _places(document)[number]
            found.append(
                DoubtfulLabel(
                    label,
                    float(targets_N[index]),
                    probability,
                    round(float(quality.quality_N[index]), 6),
                    bool(quality.is_issue_N[index]),
                    document.id,
                    document.source,
                    part,
                    start,
                    start + len(segment.text),
                    segment.text,
                )
            )
    return sorted(found, key=lambda one: one.quality)


def list_of(bundle: Path) -> Path:
    """The file of a bundle's list, beside its folder: the bundle's own files are fixed."""
    folder = bundle.resolve()
    return folder.with_name(f"{folder.name}.doubtful.jsonl")


def as_jsonl(found: Iterable[DoubtfulLabel]) -> str:
    """One label a line."""
    return "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in found)


def read_doubtful(bundle: Path) -> list[DoubtfulLabel]:
    """The list that was written when the bundle was trained.

    Raises:
        DataError: if there is none, or it is of another version.
    """
    path = list_of(bundle)
    if not path.is_file():
        raise DataError(
            f"{path} is missing: `presscheck train` writes it where calibration.risk_folds is not 0 and enough train articles have a "
            "review label; train the model again"
        )
    try:
        return [DoubtfulLabel(**json.loads(line)) for line in path.read_text(encoding="utf-8").split("\n") if line]
    except (ValueError, TypeError) as error:
        raise DataError(f"{path} was written by another version of presscheck; train the model again ({error})") from None
