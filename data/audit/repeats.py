"""Texts that say the same thing twice: near-duplicates by MinHash, word sequences that return, labels that conflict."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from datasketch import MinHash, MinHashLSH

from presscheck.data.schema import Document, Segment
from presscheck.data.text.words import MIN_WORDS, shingles, words_of

_PERMUTATIONS = 128
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

    MinHash (Broder 1997) finds the candidates; their overlap is then counted exactly. Texts under five words are left out: "He denies
    it." may stand in two articles.
    """
    kept = [(item, shingles(item[1].text)) for item in items if len(words_of(item[1].text)) >= MIN_WORDS]
    hashes = MinHash.bulk([[pair.encode() for pair in pairs] for _, pairs in kept], num_perm=_PERMUTATIONS)
    index = MinHashLSH(threshold=jaccard / 2, num_perm=_PERMUTATIONS)  # at the bound itself it would miss half of the pairs there
    found = []
    for number, hashed in enumerate(hashes):
        item, own = kept[number]
        for other in index.query(hashed):
            (before, known) = kept[other]
            similarity = len(own & known) / len(own | known)
            if before[0].group != item[0].group and similarity >= jaccard:
                found.append(NearDuplicate(before, item, similarity))
        index.insert(number, hashed)
    return found


def _runs(text: str, length: int) -> set[str]:
    words = words_of(text)
    return {" ".join(words[i : i + length]) for i in range(len(words) - length + 1)}


def frequent_sequences(texts: Sequence[str], *, length: int, top: int) -> list[tuple[str, float]]:
    """The word sequences of `length` that stand in most texts, each with its share of the texts."""
    counts = Counter(run for text in texts for run in _runs(text, length))
    return [(run, count / len(texts)) for run, count in counts.most_common(top)]


def conflicts(items: Sequence[Item]) -> Iterator[tuple[Item, Item, str]]:
    """Segments of one kind with the same words and a different value of a label, each as both items and the label.

    In a body, `attributed` and `claim` may hang on the context, so sentences are compared by `loaded` only.
    """
    first: dict[tuple[str, str], Item] = {}
    for item in items:
        segment = item[1]
        before = first.setdefault((segment.kind, " ".join(words_of(segment.text))), item)
        for label, value in segment.labels.items():
            hangs_on_context = segment.kind == "sentence" and label != "loaded"
            if not hangs_on_context and before[1].labels.get(label, value) != value:
                yield before, item, label
