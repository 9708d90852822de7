"""Makes training batches: turns labelled documents into passages with targets, grouped by length under a token budget.

Shapes: B passages, T tokens, S segments, N annotated tokens, L segment labels, K token tags.
"""

import math
import random
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import torch
from accelerate.data_loader import SeedableRandomSampler
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor
from torch.utils.data import Dataset, Sampler

from presscheck.data.passages import Passage, SpecialTokens, TokenisedPart, pack, special_tokens, tokenise
from presscheck.data.schema import POSITIVE, SEGMENT_LABELS, TOKEN_TAGS, Document, Segment
from presscheck.train.headlines_in_front import HeadlinesInFront, parts_to_read
from presscheck.train.scored import LabelledPart

MISSING = math.nan
NO_BATCH = -1  # an index that stands for a batch without any target


@dataclass(frozen=True, slots=True)
class Example:
    """A passage with its targets; MISSING where nobody was asked.

    Attributes:
        ids: of its tokens, (T,).
        labels_at, labels: the places of closing [SEP]s (S,), and their targets (S, L).
        tags_at, tags: the places of tokens (N,), and their targets (N, K).
        weight: how much its targets count in the loss: the document's.
    """

    ids: NDArray[np.int32]
    labels_at: NDArray[np.int32]
    labels: NDArray[np.float32]
    tags_at: NDArray[np.int32]
    tags: NDArray[np.float32]
    weight: float = 1.0


def _tag_row(segment: Segment, start: int, end: int) -> tuple[float, ...]:
    """A token is inside a span when it overlaps it."""
    return tuple(
        float(any(span.tag == tag and span.start < end and start < span.end for span in segment.spans)) if tag in segment.tags else MISSING
        for tag in TOKEN_TAGS
    )


def _examples(
    part: LabelledPart,
    tokenised: TokenisedPart,
    *,
    special: SpecialTokens,
    max_tokens: int,
    weight: float,
) -> list[Example]:
    examples = []
    passages = pack(tokenised, special=special, max_tokens=max_tokens)
    supported = _supported(part, tokenised, passages)
    for index, passage in enumerate(passages):
        labels_at: list[int] = []
        labels: list[tuple[float, ...]] = []
        tags_at: list[int] = []
        tags: list[tuple[float, ...]] = []
        for slot in passage.slots:
            if slot.is_context:
                continue
            segment = part.segments[slot.segment]
            labels_at.append(slot.separator)
            labels.append(tuple(segment.labels.get(name, MISSING) for name in SEGMENT_LABELS))
            for number, (start, end) in enumerate(tokenised.segments[slot.segment].offsets):
                tags_at.append(slot.first + number)
                tags.append(_tag_row(segment, start, end))
        if passage.headline is not None and index in supported:
            labels_at.append(passage.headline)
            labels.append(tuple(supported[index] if name == "supported" else MISSING for name in SEGMENT_LABELS))
        examples.append(
            Example(
                np.array(passage.ids, dtype=np.int32),
                np.array(labels_at, dtype=np.int32),
                np.array(labels, dtype=np.float32).reshape(-1, len(SEGMENT_LABELS)),
                np.array(tags_at, dtype=np.int32),
                np.array(tags, dtype=np.float32).reshape(-1, len(TOKEN_TAGS)),
                weight,
            )
        )
    return examples


def _supported(part: LabelledPart, tokenised: TokenisedPart, passages: Sequence[Passage]) -> dict[int, float]:
    """The target of the headline in front, by the index of the passage: where the body supports it, only of the one with most of its words.

    Which of the other passages support it as well nobody said.
    """
    label = part.headline.labels.get("supported") if part.headline else None
    if label is None or tokenised.headline is None:
        return {}
    if label < POSITIVE:
        return dict.fromkeys(range(len(passages)), label)
    words = set(tokenised.headline.ids)
    return {max(range(len(passages)), key=lambda index: len(words.intersection(passages[index].ids[passages[index].headline :]))): label}


def make_examples(
    documents: Iterable[Document], tokenizer: Tokenizer, *, max_tokens: int, in_front: HeadlinesInFront | None = None
) -> Iterator[Example]:
    """Every passage of the documents that has a target, with its targets: the others would cost time and teach nothing.

    Args:
        in_front: the headlines that bodies are read behind; None reads bodies alone. A whole body is read behind one of them, and its
            sentences teach; behind the others stand the sentences next to the headline, and only the headline has a target.
    """
    special = special_tokens(tokenizer)
    for document in documents:
        for part in parts_to_read(document, in_front):
            tokenised = tokenise(tokenizer, part.text, max_tokens=max_tokens)
            found = _examples(part, tokenised, special=special, max_tokens=max_tokens, weight=document.weight)
            yield from (example for example in found if _has_target(example))


def _has_target(example: Example) -> bool:
    return not (np.isnan(example.labels).all() and np.isnan(example.tags).all())


class Examples(Protocol):
    """Passages by their index.

    Attributes:
        lengths: number of tokens of each.
    """

    lengths: NDArray[np.int32]

    def take(self, indices: NDArray[np.uint32]) -> list[Example]:
        """The passages with these indices, in this order."""


class TokenBudgetBatches(Dataset[list[Example]]):
    """A data set whose items are whole batches of passages of similar length, of at most `tokens_per_batch` padded tokens each.

    Since the items are batches, sharding over processes, the scheduler's length and skipping on resume are the trainer's own. The number
    of batches is the same in every epoch; which passages share one changes with the epoch.

    Args:
        examples: all passages; or a function of the epoch, where they differ from epoch to epoch.
        passages_per_batch: passages of a batch at most, so that short texts do not end up in too few steps; None sets no bound.
    """

    def __init__(
        self,
        examples: Examples | Callable[[int], Examples],
        *,
        tokens_per_batch: int,
        seed: int,
        passages_per_batch: int | None = None,
    ) -> None:
        self._make: Callable[[int], Examples] = examples if callable(examples) else lambda _: examples
        self._tokens_per_batch = tokens_per_batch
        self._passages_per_batch = passages_per_batch or sys.maxsize
        self._seed = seed
        self._epoch: int | None = None
        self._batches: list[NDArray[np.uint32]] = []
        self.set_epoch(0)

    def set_epoch(self, epoch: int) -> None:
        """Distributes the passages over batches again, from the random seed and the epoch alone."""
        if epoch == self._epoch:
            return
        self._examples = self._make(epoch)
        batches = self._deal(epoch)
        self._batches = batches if self._epoch is None else _of_length(batches, len(self._batches))
        self._epoch = epoch

    def _deal(self, epoch: int) -> list[NDArray[np.uint32]]:
        generator = random.Random(f"{self._seed}/{epoch}")  # noqa: S311 - not cryptography
        generator.random()  # as in versions with a corpus sampler, so that a single corpus keeps its batches and the model its weights
        shuffled = array("I", range(len(self._examples.lengths)))
        generator.shuffle(shuffled)
        order = np.array(shuffled, dtype=np.uint32)
        widths = -(-self._examples.lengths[order] // 8) * 8  # tokens that a passage takes in a batch
        by_width = np.argsort(widths, kind="stable")
        starts: list[int] = []
        for position, padded in enumerate(widths[by_width].tolist()):  # a batch is as wide as its last passage
            count = position - starts[-1] + 1 if starts else 0
            if not starts or count > self._passages_per_batch or count * padded > self._tokens_per_batch:
                starts.append(position)
        return np.split(order[by_width], starts[1:]) if starts else []

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> list[Example]:
        if index == NO_BATCH:
            (first,) = self._examples.take(np.zeros(1, dtype=np.uint32))
            empty = {name: getattr(first, name)[:0] for name in ("labels_at", "labels", "tags_at", "tags")}
            return [replace(first, ids=first.ids[:1], **empty)]
        return self._examples.take(self._batches[index])


def _of_length(batches: list[NDArray[np.uint32]], length: int) -> list[NDArray[np.uint32]]:
    """Splits batches, or drops some at even steps, until there are `length`: an epoch with other headlines has a few more or fewer."""
    while len(batches) < length:
        largest = max(range(len(batches)), key=lambda i: len(batches[i]))
        half = len(batches[largest]) // 2
        batches[largest : largest + 1] = [batches[largest][:half], batches[largest][half:]]
    excess = len(batches) - length
    gone = {int((number + 0.5) * len(batches) / excess) for number in range(excess)}
    return [batch for index, batch in enumerate(batches) if index not in gone]


class EvenShares(Sampler[int]):
    """The order in which one process takes the batches, filled up with NO_BATCH to a multiple of the number of processes.

    Accelerate deals batches out in turn and repeats the first ones to give every process as many; those would count twice. It tells only
    the sampler of a new epoch when there are several processes, and the batches depend on the epoch, too.
    """

    def __init__(self, batches: TokenBudgetBatches, *, seed: int, processes: int) -> None:
        self._batches = batches
        self._order = SeedableRandomSampler(batches, data_seed=seed)
        self._missing = -len(batches) % processes

    def set_epoch(self, epoch: int) -> None:
        """Begins an epoch: another order of other batches."""
        self._batches.set_epoch(epoch)
        self._order.set_epoch(epoch)

    def __iter__(self) -> Iterator[int]:
        yield from self._order
        yield from [NO_BATCH] * self._missing

    def __len__(self) -> int:
        return len(self._batches) + self._missing


def collate(examples: Sequence[Example], *, pad: int) -> dict[str, Tensor]:
    """Pads a batch to its longest passage, rounded up to a multiple of 8."""
    width = -(-max(len(example.ids) for example in examples) // 8) * 8
    count = len(examples)
    input_ids_BT = torch.full((count, width), pad, dtype=torch.long)
    attention_mask_BT = torch.zeros((count, width), dtype=torch.long)
    label_targets_BTL = torch.full((count, width, len(SEGMENT_LABELS)), MISSING)
    tag_targets_BTK = torch.full((count, width, len(TOKEN_TAGS)), MISSING)
    for row, example in enumerate(examples):
        input_ids_BT[row, : len(example.ids)] = torch.tensor(example.ids)
        attention_mask_BT[row, : len(example.ids)] = 1
        for targets, places, values in (
            (label_targets_BTL, example.labels_at, example.labels),
            (tag_targets_BTK, example.tags_at, example.tags),
        ):
            targets[row, torch.tensor(places, dtype=torch.long)] = torch.tensor(values)
    return {
        "input_ids": input_ids_BT,
        "attention_mask": attention_mask_BT,
        "label_targets": label_targets_BTL,
        "tag_targets": tag_targets_BTK,
        "weights": torch.tensor([example.weight for example in examples]),
    }
