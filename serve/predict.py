"""From texts to calibrated probabilities per segment and per token.

Shapes: S segments of a document, T tokens of a segment, L segment labels, K token tags.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from presscheck.data.passages import Passage, TokenisedSegment, pack, special_tokens, tokenise_documents
from presscheck.data.schema import SEGMENT_LABELS, TOKEN_TAGS
from presscheck.serve.logistic import sigmoid
from presscheck.serve.manifest import Calibration
from presscheck.serve.runtime import Logits, Runtime

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SegmentScores:
    """The model's output for one segment.

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


@dataclass(frozen=True, slots=True)
class Packed:
    """Documents as the passages that the model reads.

    Attributes:
        tokenised: the segments of each document.
        passages: windows over all documents.
        owners: for each passage the index of its document.
    """

    tokenised: list[list[TokenisedSegment]]
    passages: list[Passage]
    owners: list[int]


def pack_documents(documents: Sequence[Sequence[str]], *, tokenizer: "Tokenizer", max_tokens: int) -> Packed:
    """Tokenises and packs documents; a document is a list of consecutive segments that may be read together."""
    special = special_tokens(tokenizer)
    tokenised = tokenise_documents(tokenizer, documents, max_tokens=max_tokens)
    passages: list[Passage] = []
    owners: list[int] = []
    for index, segments in enumerate(tokenised):
        packed = pack(segments, special=special, max_tokens=max_tokens)
        passages += packed
        owners += [index] * len(packed)
    return Packed(tokenised, passages, owners)


def unpack(packed: Packed, logits: Sequence[Logits]) -> Iterator[list[SegmentScores]]:
    """Raw logits for every segment, document by document, from those of its passages; segments that are only context are left out."""
    passages = deque(zip(packed.passages, packed.owners, logits, strict=True))
    for index, segments in enumerate(packed.tokenised):
        found: dict[int, SegmentScores] = {}
        while passages and passages[0][1] == index:  # passages are in the order of the documents
            passage, _, (labels_TL, tags_TK) = passages.popleft()
            for slot in passage.slots:
                if slot.is_context:
                    continue
                segment = segments[slot.segment]
                found[slot.segment] = SegmentScores(
                    labels=dict(zip(SEGMENT_LABELS, labels_TL[slot.separator].tolist(), strict=True)),
                    offsets=segment.offsets,
                    tags_TK=tags_TK[slot.first : slot.separator].astype(np.float64),
                    truncated=segment.truncated,
                )
        yield [found[number] for number in range(len(segments))]


def segment_logits(
    documents: Sequence[Sequence[str]], *, tokenizer: "Tokenizer", runtime: Runtime, max_tokens: int
) -> list[list[SegmentScores]]:
    """Raw logits for every segment of every document."""
    packed = pack_documents(documents, tokenizer=tokenizer, max_tokens=max_tokens)
    return list(unpack(packed, runtime.logits(packed.passages)))


class Calibrator:
    """Turns logits into calibrated probabilities, by a bundle's calibration for one precision."""

    def __init__(self, calibration: Mapping[str, Calibration]) -> None:
        labels = [calibration[f"label/{name}"] for name in SEGMENT_LABELS]
        tags = [calibration[f"tag/{name}"] for name in TOKEN_TAGS]
        self._slopes_L, self._slopes_K = (np.array([c.slope for c in part]) for part in (labels, tags))
        self._intercepts_L, self._intercepts_K = (np.array([c.intercept for c in part]) for part in (labels, tags))

    def __call__(self, scores: SegmentScores) -> SegmentScores:
        """Calibrates a segment: probabilities in place of logits."""
        logits_L = np.array([scores.labels[name] for name in SEGMENT_LABELS])
        probabilities_L = sigmoid(logits_L * self._slopes_L + self._intercepts_L)
        return SegmentScores(
            labels=dict(zip(SEGMENT_LABELS, probabilities_L.tolist(), strict=True)),
            offsets=scores.offsets,
            tags_TK=sigmoid(scores.tags_TK * self._slopes_K + self._intercepts_K),
            truncated=scores.truncated,
        )
