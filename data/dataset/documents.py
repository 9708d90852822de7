"""Streams the documents of a config, each in its split, without duplicates."""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from types import TracebackType

from presscheck.configs.sources import DataConfig
from presscheck.data.dataset.as_of import known_at
from presscheck.data.dataset.duplicate_index import DuplicateIndex, sign
from presscheck.data.dataset.reviewed_labels import ReviewedLabels
from presscheck.data.dataset.source_reader import read_source
from presscheck.data.dataset.splits import is_replayed, split_of
from presscheck.data.errors import DataError
from presscheck.data.schema import SPLITS, Document, SplitName

_BY_PRECEDENCE: tuple[SplitName, ...] = ("test", "dev", "train")  # of two duplicates, the one in the evaluation split is kept


@dataclass(slots=True)
class Counts:
    """Counts of documents; keys are "source/split" and "source: reason".

    Attributes:
        read: documents read per source and split.
        kept: documents kept per source and split.
        dropped: documents dropped, per source and reason.
        masked: sentences of articles whose labels were removed, per source and reason; their text stays as context.
        reviewed: train labels by what a reviewed list did to them; see `reviewed_labels`.
    """

    read: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    masked: Counter[str] = field(default_factory=Counter)
    reviewed: Counter[str] = field(default_factory=Counter)


def _left_out(document: Document, config: DataConfig, *, is_old: bool, is_dated: bool) -> str | None:
    """Why a document of this source is not used; None if it is."""
    if config.as_of and not is_dated and document.split == "test":
        return f"test without a day, as of {config.as_of}"
    if config.replay and is_old and document.split == "train":
        salt = config.split.salt
        return None if is_replayed(document.group, share=config.replay.share, salt=salt) else "old data that is not replayed"
    return None


def placed(config: DataConfig, problems: list[str], left_out: Counter[str]) -> Iterator[Document]:
    """The documents of every source in order, each with its split; what is wrong with a source is added to the problems.

    Args:
        left_out: counts what is not used, by source and reason.
    """
    shares = config.split
    for number, source in enumerate(config.sources):
        known = known_at(source, config.as_of)
        is_old = config.replay is not None and number < config.replay.sources
        try:
            for document in read_source(known or source, shares):
                split = document.split or split_of(document.group, dev=shares.dev, test=shares.test, salt=shares.salt)
                found = replace(document, split=split)
                reason = _left_out(found, config, is_old=is_old, is_dated=known is not None)
                if reason is None:
                    yield found
                else:
                    left_out[f"{document.source}: {reason}"] += 1
        except DataError as error:
            problems.append(str(error))


def _placed(config: DataConfig, left_out: Counter[str]) -> Iterator[Document]:
    """See `placed`; problems are raised once all sources have been read."""
    problems: list[str] = []
    yield from placed(config, problems, left_out)
    if problems:
        raise DataError("\n".join(problems))


class _Register:
    """The split of each story, and the ids so far, in a temporary file: memory does not grow with their number."""

    def __init__(self) -> None:
        self._data = sqlite3.connect("")
        self._data.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;"
            "CREATE TABLE stories (key INTEGER PRIMARY KEY, split TEXT); CREATE TABLE ids (key INTEGER PRIMARY KEY);"
        )

    def __enter__(self) -> "_Register":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._data.close()

    def split_of(self, story: str, split: SplitName) -> SplitName:
        """The split that the story is in: this one, if it was in none."""
        key = _digest(story)
        if self._data.execute("INSERT OR IGNORE INTO stories VALUES (?, ?)", (key, split)).rowcount:
            return split
        found: SplitName = self._data.execute("SELECT split FROM stories WHERE key = ?", (key,)).fetchone()[0]
        return found

    def add(self, identifier: str) -> bool:
        """Notes an id; whether it is new."""
        return bool(self._data.execute("INSERT OR IGNORE INTO ids VALUES (?)", (_digest(identifier),)).rowcount)


def _digest(text: str) -> int:
    """Hashes a name to 8 bytes, a key of SQLite's."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), signed=True)


def _without_copies(document: Document, index: DuplicateIndex, counts: Counts) -> Document | None:
    """The document without labels on duplicate sentences; None if it is one text and a duplicate."""
    signed = sign([(s.kind, document.group, s.text) for s in document.segments])
    matches = index.match(signed)
    index.add(signed)
    if len(document.segments) == 1:
        if matches[0]:
            counts.dropped[f"{document.source}: {matches[0]} copy"] += 1
            return None
        return document
    for match in filter(None, matches):
        counts.masked[f"{document.source}: {match} copy"] += 1
    segments = tuple(segment.unlabelled() if match else segment for segment, match in zip(document.segments, matches, strict=True))
    return replace(document, segments=segments)


def _joined(part: Callable[[SplitName], Iterable[Document]], config: DataConfig, counts: Counts) -> Iterator[tuple[SplitName, Document]]:
    """The documents of each part in turn, without duplicates of earlier ones."""
    listed = config.reviewed_labels
    review = ReviewedLabels(listed.path, undecided=listed.undecided, weight=listed.weight, counts=counts.reviewed) if listed else None
    duplicates = DuplicateIndex(jaccard=config.deduplicate.jaccard) if config.deduplicate else nullcontext()
    with duplicates as index, _Register() as register:
        for split in _BY_PRECEDENCE:
            for document in part(split):
                counts.read[f"{document.source}/{split}"] += 1
                if register.split_of(document.group, split) != split:
                    counts.dropped[f"{document.source}: its story is in a later split"] += 1
                    continue
                kept = _without_copies(document, index, counts) if index else document
                if kept is None:
                    continue
                if not register.add(document.id):
                    raise DataError(f"the id {document.id!r} is repeated; ids and source names must be unique")
                counts.kept[f"{document.source}/{split}"] += 1
                yield split, review.applied(kept) if review and split == "train" else kept
    if review:
        review.finish()


def documents(config: DataConfig, counts: Counts) -> Iterator[tuple[SplitName, Document]]:
    """Every document of the config with its split, test first and train last.

    A group is in one split: documents of it that days or publishers put into another are dropped. With `deduplicate`, a text of an
    earlier document is a duplicate: a headline or lone sentence is dropped, a sentence of an article loses its labels and stays as context.
    Sources are read once per split, so that memory does not grow with their size.

    Raises:
        DataError: with the problems of every source, on a repeated id, or on a reviewed list that does not fit.
    """
    sources: Counter[str] = Counter()

    def part(split: SplitName) -> Iterator[Document]:
        sources.clear()  # all sources are read once per split
        yield from (document for document in _placed(config, sources) if document.split == split)

    yield from _joined(part, config, counts)
    counts.dropped.update(sources)


def load_splits(config: DataConfig, counts: Counts | None = None) -> dict[SplitName, list[Document]]:
    """All documents of a config in memory, by split; sources are read once.

    Raises:
        DataError: see `documents`.
    """
    counts = counts or Counts()
    return splits_of(list(_placed(config, counts.dropped)), config, counts)


def splits_of(documents: Sequence[Document], config: DataConfig, counts: Counts) -> dict[SplitName, list[Document]]:
    """Documents that have their splits, by split; see `documents` for those that are left out.

    Raises:
        DataError: on a repeated id.
    """
    splits: dict[SplitName, list[Document]] = {split: [] for split in SPLITS}
    for split, document in _joined(lambda split: [d for d in documents if d.split == split], config, counts):
        splits[split].append(document)
    return splits
