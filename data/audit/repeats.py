"""Finds repetition in a corpus: near-duplicates, repeated word sequences, conflicting labels."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from presscheck.data.schema import Document, Segment
from presscheck.data.text.words import MIN_WORDS, shingles, words_of

SEQUENCE_WORDS = 5
Item = tuple[Document, Segment]


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Two segments of different story groups that share most of their words' sequence."""

    first: Item
    second: Item
    jaccard: float


def near_duplicates(items: Sequence[Item], *, jaccard: float) -> list[NearDuplicate]:
    """Pairs of segments across groups whose word pairs overlap by at least `jaccard`.

    None is missed: two sets that overlap by `jaccard` share one of the rarest elements of each (prefix filtering, Chaudhuri, Ganti and
    Kaushik 2006). Texts under five words are left out: "He denies it." may be in two articles.
    """
    kept = [(item, shingles(item[1].text)) for item in items if len(words_of(item[1].text)) >= MIN_WORDS]
    counts = Counter(pair for _, pairs in kept for pair in pairs)
    index: dict[str, list[int]] = defaultdict(list)
    found = []
    for number, (item, own) in enumerate(kept):
        needed = math.ceil(jaccard * len(own) - 1e-9)
        rarest = sorted(own, key=lambda pair: (counts[pair], pair))[: len(own) - needed + 1]
        for other in sorted({other for pair in rarest for other in index[pair]}):
            before, known = kept[other]
            similarity = len(own & known) / len(own | known)
            if before[0].group != item[0].group and similarity >= jaccard:
                found.append(NearDuplicate(before, item, similarity))
        for pair in rarest:
            index[pair].append(number)
    return found


def _runs(text: str, length: int) -> set[str]:
    words = words_of(text)
    return {" ".join(words[i : i + length]) for i in range(len(words) - length + 1)}


def frequent_sequences(texts: Sequence[str], *, length: int, top: int) -> list[tuple[str, float]]:
    """The most frequent word sequences of `length`, each with its share of the texts."""
    counts = Counter(run for text in texts for run in _runs(text, length))
    return [(run, count / len(texts)) for run, count in counts.most_common(top)]


def conflicts(items: Sequence[Item]) -> Iterator[tuple[Item, Item, str]]:
    """Segments of one kind with the same words and a different value of a label, each as both items and the label.

    In a body, `attributed` and `claim` may depend on the context, so sentences are compared by `loaded` only.
    """
    first: dict[tuple[str, str], Item] = {}
    for item in items:
        segment = item[1]
        before = first.setdefault((segment.kind, " ".join(words_of(segment.text))), item)
        for label, value in segment.labels.items():
            hangs_on_context = segment.kind == "sentence" and label != "loaded"
            if not hangs_on_context and before[1].labels.get(label, value) != value:
                yield before, item, label
