"""Passages for a student to read besides the training texts: no labels are needed, since its teacher says what they mean.

Shapes: T tokens of a passage.
"""

import random
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from presscheck.data.passages import SpecialTokens, TextPart, pack, special_tokens, tokenise
from presscheck.data.schema import SEGMENT_LABELS, TOKEN_TAGS, Document
from presscheck.train.batches import Example

Ids = NDArray[np.int32]
_NOISY, _RECOMBINED = 0.25, 0.2  # how many of either, for each passage of the training texts
_REPLACED = (0.05, 0.15)  # shares of a noisy passage's tokens
_SEGMENTS = (1, 1, 2, 4, 8, 10)  # of a recombined passage
_SPLICED = 0.25  # share of its segments that are made of two


def unlabelled(ids: Sequence[int] | Ids) -> Example:
    """A passage that nobody labelled."""
    nowhere = np.zeros(0, dtype=np.int32)
    labels, tags = (np.zeros((0, count), dtype=np.float32) for count in (len(SEGMENT_LABELS), len(TOKEN_TAGS)))
    return Example(np.array(ids, dtype=np.int32), nowhere, labels, nowhere, tags)


def judged_headlines(documents: Iterable[Document], tokenizer: Tokenizer, *, max_tokens: int) -> Iterator[Example]:
    """The headlines that were held against the documents' bodies, each alone."""
    special = special_tokens(tokenizer)
    for headline in (headline for document in documents for headline in document.judged_headlines):
        tokenised = tokenise(tokenizer, TextPart([headline.text]), max_tokens=max_tokens)
        yield from (unlabelled(passage.ids) for passage in pack(tokenised, special=special, max_tokens=max_tokens))


def changed_passages(passages: Sequence[Ids], *, special: SpecialTokens, max_tokens: int, seed: str) -> Iterator[Example]:
    """Passages made of others: with some tokens replaced by any of the texts', and of segments from anywhere, some of two halves.

    Args:
        passages: token ids (T,) of the training texts.
        seed: the same seed makes the same passages.
    """
    chance = random.Random(seed)  # noqa: S311 - not cryptography
    segments = [segment for ids in passages for segment in _segments_of(ids, special)]
    vocabulary = np.concatenate(segments)
    noise = np.random.default_rng(chance.getrandbits(64))
    for ids in passages:
        if chance.random() < _NOISY:
            yield unlabelled(_noisy(ids, vocabulary, noise, share=chance.choice(_REPLACED), special=special))
    for _ in range(int(len(passages) * _RECOMBINED)):
        yield unlabelled(_recombined(segments, chance, special=special, max_tokens=max_tokens))


def _segments_of(ids: Ids, special: SpecialTokens) -> list[Ids]:
    inner = np.split(ids[1:], np.flatnonzero(ids[1:] == special.sep))
    found = (segment[segment != special.sep] for segment in inner)
    return [segment for segment in found if len(segment)]


def _noisy(ids: Ids, vocabulary: Ids, noise: np.random.Generator, *, share: float, special: SpecialTokens) -> Ids:
    changed = ids.copy()
    places = (noise.random(len(ids)) < share) & (ids != special.cls) & (ids != special.sep)
    changed[places] = noise.choice(vocabulary, int(places.sum()))
    return changed


def _recombined(segments: Sequence[Ids], chance: random.Random, *, special: SpecialTokens, max_tokens: int) -> list[int]:
    found = [special.cls]
    for number in range(chance.choice(_SEGMENTS)):
        first, second = chance.choice(segments), chance.choice(segments)
        if chance.random() < _SPLICED and min(len(first), len(second)) > 1:
            first = np.concatenate([first[: chance.randrange(1, len(first))], second[chance.randrange(1, len(second)) :]])
        room = max_tokens - len(found) - 1
        if number and len(first) > room:
            break
        found += [*first[:room].tolist(), special.sep]
    return found
