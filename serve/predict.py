"""From texts to calibrated probabilities per segment and per token.

Shapes: S segments of a document, T tokens of a segment, L segment labels, K token tags.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from presscheck.data.passages import Passage, TokenisedSegment, pack, special_tokens, tokenise
from presscheck.data.schema import SEGMENT_LABELS, TOKEN_TAGS
from presscheck.serve.bundle import Calibration
from presscheck.serve.runtime import Runtime

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SegmentScores:
    """What the model says of one segment.

    Attributes:
        labels: label name to a probability in 0..1 (or a logit, from `segment_logits`).
        offsets: [start, end) of each of its T tokens in the segment's text.
        tags_TK: a probability per token and tag (or a logit).
        truncated: the segment was longer than a passage and its end was not read.
    """

    labels: Mapping[str, float]
    offsets: tuple[tuple[int, int], ...]
    tags_TK: Array  # noqa: N815 - the shape suffix
    truncated: bool


def segment_logits(
    documents: Sequence[Sequence[str]], *, tokenizer: "Tokenizer", runtime: Runtime, max_tokens: int
) -> list[list[SegmentScores]]:
    """Raw logits for every segment of every document; a document is a list of consecutive segments that may be read together."""
    special = special_tokens(tokenizer)
    passages: list[Passage] = []
    owners: list[int] = []
    tokenised: list[list[TokenisedSegment]] = []
    for index, texts in enumerate(documents):
        segments = tokenise(tokenizer, texts, max_tokens=max_tokens)
        packed = pack(segments, special=special, max_tokens=max_tokens)
        tokenised.append(segments)
        passages += packed
        owners += [index] * len(packed)
    scores: list[dict[int, SegmentScores]] = [{} for _ in documents]
    for passage, owner, (labels_TL, tags_TK) in zip(passages, owners, runtime.logits(passages), strict=True):
        for slot in passage.slots:
            if slot.is_context:
                continue
            segment = tokenised[owner][slot.segment]
            scores[owner][slot.segment] = SegmentScores(
                labels=dict(zip(SEGMENT_LABELS, map(float, labels_TL[slot.separator]), strict=True)),
                offsets=segment.offsets,
                tags_TK=tags_TK[slot.first : slot.separator].astype(np.float64),
                truncated=segment.truncated,
            )
    return [[found[index] for index in range(len(texts))] for found, texts in zip(scores, documents, strict=True)]


def _sigmoid(value: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-np.clip(value, -60, 60)))


def calibrate(scores: SegmentScores, calibration: Mapping[str, Calibration]) -> SegmentScores:
    """Turns a segment's logits into calibrated probabilities."""
    names = [f"label/{name}" for name in scores.labels]
    logits_L = np.array(list(scores.labels.values()))
    slopes_L = np.array([calibration[name].slope for name in names])
    intercepts_L = np.array([calibration[name].intercept for name in names])
    probabilities_L = _sigmoid(logits_L * slopes_L + intercepts_L)
    slopes_K = np.array([calibration[f"tag/{tag}"].slope for tag in TOKEN_TAGS])
    intercepts_K = np.array([calibration[f"tag/{tag}"].intercept for tag in TOKEN_TAGS])
    return SegmentScores(
        labels=dict(zip(scores.labels, map(float, probabilities_L), strict=True)),
        offsets=scores.offsets,
        tags_TK=_sigmoid(scores.tags_TK * slopes_K + intercepts_K),
        truncated=scores.truncated,
    )
