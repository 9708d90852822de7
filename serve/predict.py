"""From texts to calibrated probabilities per segment and per token.

Shapes: S segments of a document, T tokens of a segment, L segment labels, K token tags.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from presscheck.data.passages import Passage, TextPart, TokenisedPart, TokenisedSegment, pack, special_tokens, tokenise_parts
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
        labels: label name to a probability in 0..1 (or a logit, from `part_logits`).
        offsets: [start, end) of each of its T tokens in the segment's text.
        tags_TK: a probability per token and tag (or a logit).
        truncated: the segment was longer than a passage and its end was not read.
    """

    labels: Mapping[str, float]
    offsets: tuple[tuple[int, int], ...]
    tags_TK: Array  # noqa: N815 - the shape suffix
    truncated: bool


@dataclass(frozen=True, slots=True)
class PartScores:
    """The model's output for one part.

    Attributes:
        segments: one for each of its texts.
        headline: of the headline in front, from the window that supports it best; only its label `supported` means anything. None
            without one.
    """

    segments: list[SegmentScores]
    headline: SegmentScores | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """Parts as the passages that the model reads.

    Attributes:
        tokenised: each part.
        passages: windows over all parts.
        owners: for each passage the index of its part.
    """

    tokenised: list[TokenisedPart]
    passages: list[Passage]
    owners: list[int]


def pack_parts(parts: Sequence[TextPart], *, tokenizer: "Tokenizer", max_tokens: int, in_front: bool) -> Packed:
    """Tokenises and packs parts.

    Args:
        in_front: whether bodies are read behind their headlines, as the model was trained; else the headlines are left out.
    """
    if not in_front:
        parts = [replace(part, headline=None) for part in parts]
    special = special_tokens(tokenizer)
    tokenised = tokenise_parts(tokenizer, parts, max_tokens=max_tokens)
    passages: list[Passage] = []
    owners: list[int] = []
    for index, part in enumerate(tokenised):
        packed = pack(part, special=special, max_tokens=max_tokens)
        passages += packed
        owners += [index] * len(packed)
    return Packed(tokenised, passages, owners)


def unpack(packed: Packed, logits: Sequence[Logits]) -> Iterator[PartScores]:
    """Raw logits part by part, from those of its passages; segments that are only context are left out."""
    passages = deque(zip(packed.passages, packed.owners, logits, strict=True))
    for index, part in enumerate(packed.tokenised):
        found: dict[int, SegmentScores] = {}
        headline: SegmentScores | None = None
        while passages and passages[0][1] == index:  # passages are in the order of the parts
            passage, _, (labels_TL, tags_TK) = passages.popleft()
            for slot in passage.slots:
                if slot.is_context:
                    continue
                segment, tags = part.segments[slot.segment], tags_TK[slot.first : slot.separator]
                found[slot.segment] = _scores(segment, labels_TL[slot.separator], tags)
            if part.headline and passage.headline is not None:
                one = _scores(part.headline, labels_TL[passage.headline], tags_TK[1 : passage.headline])
                if headline is None or one.labels["supported"] > headline.labels["supported"]:
                    headline = one
        yield PartScores([found[number] for number in range(len(part.segments))], headline)


def _scores(segment: TokenisedSegment, labels_L: NDArray[np.float32], tags_TK: NDArray[np.float32]) -> SegmentScores:
    return SegmentScores(
        labels=dict(zip(SEGMENT_LABELS, labels_L.tolist(), strict=True)),
        offsets=segment.offsets,
        tags_TK=tags_TK.astype(np.float64),
        truncated=segment.truncated,
    )


def part_logits(
    parts: Sequence[TextPart], *, tokenizer: "Tokenizer", runtime: Runtime, max_tokens: int, in_front: bool = False
) -> list[PartScores]:
    """Raw logits of every part; see `pack_parts`."""
    packed = pack_parts(parts, tokenizer=tokenizer, max_tokens=max_tokens, in_front=in_front)
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

    def part(self, scores: PartScores) -> PartScores:
        """Calibrates every segment of a part, and the headline in front."""
        return PartScores([self(one) for one in scores.segments], self(scores.headline) if scores.headline else None)
