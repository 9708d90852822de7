"""Which headlines a body is read behind while a model learns `supported`."""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from presscheck.data.schema import Document
from presscheck.data.text.support import content_stems_of
from presscheck.train.made_headlines import made_part
from presscheck.train.scored import LabelledPart, pairs_of, parts_of

_NEAREST_WORDS = 80


@dataclass(frozen=True, slots=True)
class HeadlinesInFront:
    """Which headlines bodies are read behind in an epoch.

    Attributes:
        judged: how many of a document's judged headlines; they take turns.
        made: how many that a program makes of the body (`made_headlines`), from these names.
        seed: the random seed of what is made.
    """

    epoch: int = 0
    judged: int = 1
    made: int = 0
    names: Sequence[str] = ()
    seed: int = 0


def parts_to_read(document: Document, in_front: HeadlinesInFront | None) -> Iterator[LabelledPart]:
    """The parts of a document in an epoch; without headlines in front its headline alone and its body alone."""
    if in_front is None:
        yield from (replace(part, headline=None) for part in parts_of(document))
        return
    pairs = list(pairs_of(document))
    random.Random(document.id).shuffle(pairs)  # noqa: S311 - not cryptography
    count = min(in_front.judged, len(pairs))
    chosen = [pairs[(in_front.epoch * count + number) % len(pairs)] for number in range(count)]
    for part in parts_of(document):
        is_body = part.segments[0].kind == "sentence"
        yield chosen[0] if is_body and chosen else part
    for other in chosen[1:]:
        yield _nearest(other)
    for number in range(in_front.made):
        made = made_part(document, names=in_front.names, seed=f"{in_front.seed}/{in_front.epoch}/{number}")
        if made:
            yield _nearest(made)


def _nearest(part: LabelledPart) -> LabelledPart:
    """The sentences that share most words with the headline, without their labels: a quarter of an average body, for as many lessons."""
    assert part.headline is not None
    wanted = content_stems_of(part.headline.text)
    held = [len(wanted & content_stems_of(segment.text)) / math.sqrt(len(segment.text)) for segment in part.segments]
    kept: list[int] = []
    words = 0
    for index in sorted(range(len(held)), key=lambda number: -held[number]):
        words += len(part.segments[index].text.split())
        if kept and words > _NEAREST_WORDS:
            break
        kept.append(index)
    segments = (part.segments[index] for index in sorted(kept))
    return LabelledPart(tuple(segment.unlabelled() for segment in segments), part.headline)
