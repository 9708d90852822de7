"""Finds the worst errors with their most influential words, and labels that deserve a second look."""

from dataclasses import dataclass, replace

import numpy as np

from presscheck.data.schema import Document, Segment
from presscheck.data.text.words import word_spans
from presscheck.eval.label_scores import Items
from presscheck.serve.scorer import Scorer
from presscheck.train.label_quality import label_quality
from presscheck.train.scored import parts_of


@dataclass(frozen=True, slots=True)
class Word:
    """A word and the fall of the probability without it: above 0 it speaks for the label."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class WrongItem:
    """An item far from its target."""

    label: str
    document: str
    target: float
    probability: float
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Suspect:
    """An item whose label the model contradicts with confidence.

    Attributes:
        quality: 0..1, low where the label is likely an error (Northcutt et al. 2021, Confident learning).
    """

    label: str
    document: str
    text: str
    target: float
    probability: float
    quality: float


def word_weights(scorer: Scorer, document: Document, segment: Segment, label: str) -> tuple[Word, ...]:
    """Every word of a segment with its weight by occlusion (Zeiler and Fergus 2014): the text is scored with the word left out.

    The other segments that the model reads with it stay as they are.
    """
    part = next(part for part in parts_of(document) if any(s is segment for s in part.segments))
    index = next(i for i, s in enumerate(part.segments) if s is segment)
    texts = part.text.texts
    spans = word_spans(segment.text)
    variants = [texts] + [[*texts[:index], f"{segment.text[:start]} {segment.text[end:]}", *texts[index + 1 :]] for start, end in spans]
    whole, *without = [
        found.segments[index].labels[label] for found in scorer.parts([replace(part.text, texts=texts) for texts in variants])
    ]
    bounds = [*(start for start, _ in spans), len(segment.text)]
    return tuple(Word(segment.text[start:end], whole - left) for start, end, left in zip(bounds[:-1], bounds[1:], without, strict=True))


def worst_errors(scorer: Scorer, items: Items, *, count: int) -> list[WrongItem]:
    """The items on the wrong side of 0.5 that are farthest from their target."""
    distance_N = np.where(items.is_right_N, -1.0, np.abs(items.probabilities_N - items.targets_N))
    found = []
    for index in np.argsort(-distance_N, kind="stable")[:count]:
        if distance_N[index] < 0:
            break
        document, segment = items.places[index]
        words = word_weights(scorer, document, segment, items.label)
        found.append(WrongItem(items.label, document.id, float(items.targets_N[index]), float(items.probabilities_N[index]), words))
    return found


def suspects(items: Items, *, count: int) -> list[Suspect]:
    """Items that confident learning finds mislabelled, the most doubtful first; for people to check, never changed automatically."""
    found = label_quality(items.targets_N, items.probabilities_N)
    ranked = [index for index in found.order() if found.is_issue_N[index]]
    return [
        Suspect(
            items.label,
            items.places[index][0].id,
            items.places[index][1].text,
            float(items.targets_N[index]),
            float(items.probabilities_N[index]),
            float(found.quality_N[index]),
        )
        for index in ranked[:count]
    ]
