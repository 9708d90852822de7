"""What has changed in the data since the champion, and which test documents the champion never saw."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from presscheck.configs.sources import DataConfig
from presscheck.data.dataset.documents import load_splits
from presscheck.data.dataset.splits import fingerprint
from presscheck.data.schema import POSITIVE, SEGMENT_LABELS, SPLITS, Document, SplitName
from presscheck.data.text.normalise import plain
from presscheck.eval.bundle_config import part_of
from presscheck.serve.bundle import Bundle
from presscheck.serve.errors import ModelRefusedError

Splits = Mapping[SplitName, Sequence[Document]]


@dataclass(frozen=True, slots=True)
class SourceCount:
    """One source of a data set.

    Attributes:
        documents: by split.
        labels: label to the number of segments that carry it.
        positive: label to its share of positives among them.
    """

    documents: Mapping[str, int]
    labels: Mapping[str, int]
    positive: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class DataChange:
    """The data then (the champion's) and now.

    Attributes:
        then: None if there is no champion.
        added, removed, changed: documents by source, by their ids; changed ones have another text or other labels.
        basis: which test documents the two models are compared on, in words.
        comparable: their ids; empty if there is no champion.
    """

    now: Mapping[str, SourceCount]
    then: Mapping[str, SourceCount] | None
    added: Mapping[str, int]
    removed: Mapping[str, int]
    changed: Mapping[str, int]
    basis: str
    comparable: tuple[str, ...]


def count_sources(splits: Splits) -> dict[str, SourceCount]:
    """Documents, labels and shares of positives of each source."""
    found = {}
    for source in sorted({d.source for part in splits.values() for d in part}):
        segments = [s for part in splits.values() for d in part if d.source == source for s in d.segments]
        values = {label: [s.labels[label] for s in segments if label in s.labels] for label in SEGMENT_LABELS}
        found[source] = SourceCount(
            {split: sum(d.source == source for d in splits[split]) for split in SPLITS},
            {label: len(v) for label, v in values.items() if v},
            {label: round(sum(x >= POSITIVE for x in v) / len(v), 4) for label, v in values.items() if v},
        )
    return found


def _by_source(documents: Iterable[Document]) -> dict[str, int]:
    return dict(sorted(Counter(d.source for d in documents).items()))


def _head(document: Document) -> str:
    """The headline, or the first sentence where there is none, however it is spaced and cased."""
    return " ".join(plain(document.segments[0].text).casefold().split())


def _unseen(test: Sequence[Document], seen: Sequence[Document]) -> list[Document]:
    """The test documents of which the champion saw neither the story nor the headline."""
    stories, heads = {d.group for d in seen}, {_head(d) for d in seen}
    return [d for d in test if d.group not in stories and _head(d) not in heads]


def compare_data(now: Splits, champion: Bundle | None) -> DataChange:
    """Counts what changed, and finds the test documents that the champion can be compared on.

    Raises:
        DataError: if the champion's data cannot be read.
        ModelRefusedError: if no test document is left to compare on.
    """
    if champion is None:
        return DataChange(count_sources(now), None, {}, {}, {}, "there is no champion yet", ())
    then = load_splits(part_of(champion, "data", DataConfig))
    before, after = ({d.id: d for part in splits.values() for d in part} for splits in (then, now))
    if fingerprint(before.values()) == champion.manifest.data_sha256:
        basis = "test documents of which the champion saw neither the story nor the headline"
        comparable = _unseen(now["test"], [*then["train"], *then["dev"]])
    else:
        basis = "test documents of both models, since the champion's data have changed since it was trained"
        ids = {d.id for d in then["test"]}
        comparable = [d for d in now["test"] if d.id in ids]
    if not comparable:
        raise ModelRefusedError(
            f"nothing is left to compare with the champion {champion.path.name} on: none of {len(now['test'])} documents belongs to the "
            f"{basis}; keep the old data's test documents (replay), or add later data"
        )
    return DataChange(
        count_sources(now),
        count_sources(then),
        added=_by_source(after[i] for i in after.keys() - before.keys()),
        removed=_by_source(before[i] for i in before.keys() - after.keys()),
        changed=_by_source(after[i] for i in after.keys() & before.keys() if _content(after[i]) != _content(before[i])),
        basis=basis,
        comparable=tuple(d.id for d in comparable),
    )


def _content(document: Document) -> object:
    """A document's text and labels; its split may differ."""
    return [(s.text, dict(s.labels), s.spans, s.tags) for s in document.segments], document.review
