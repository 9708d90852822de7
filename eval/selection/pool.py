"""The candidates of a scored pool: one for each text that is judged, is no near-duplicate of another and was not annotated before."""

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from presscheck.data.minhash import FirstAlike
from presscheck.eval.selection.earlier import Earlier
from presscheck.eval.selection.text_vectors import FITTED_ON, TextVectors, Vectors
from presscheck.eval.selection.uncertainty import uncertainties
from presscheck.serve.batch.review.cluster import SIMILAR
from presscheck.serve.batch.review.export import body_of
from presscheck.serve.batch.review.units import draw_of
from presscheck.serve.batch.shards.output import as_numbers, read_part
from presscheck.serve.batch.shards.store import Store
from presscheck.serve.record import Record

_COLUMNS = ("id", "file", "line", "outlet", "text_sha256", "signature", "record")
_ID_CHARS = 16
_AT_ONCE = 1000
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may be selected.

    Attributes:
        id: its own, or one made of its text where its row has none: a position in a file names another article next month.
        uncertain: see `uncertainty.uncertainties`.
    """

    id: str
    file: str
    line: int
    outlet: str | None
    text_sha256: str
    uncertain: Mapping[str, float]

    @property
    def place(self) -> Place:
        """File and line."""
        return self.file, self.line


@dataclass(frozen=True, slots=True)
class Pool:
    """The candidates in the pool's order.

    Attributes:
        copies: how many articles each candidate stands for: its near-duplicates, itself included.
        scored: articles of the pool with a record.
        unjudged: those without any probability, for their language above all.
        known: those that were annotated before.
    """

    candidates: tuple[Candidate, ...]
    copies: tuple[int, ...]
    scored: int
    unjudged: int
    known: int


def _rows(store: Store) -> Iterator[dict[str, object]]:
    for summary in store.summaries():
        yield from read_part(store.parts / summary.part, _COLUMNS)


def read_pool(store: Store, earlier: Earlier, *, advance: Callable[[], None] = lambda: None) -> Pool:
    """Reads the records of a batch; memory grows by a few kilobytes a candidate.

    Args:
        advance: called after each article.
    """
    alike = FirstAlike(SIMILAR)
    candidates: list[Candidate] = []
    copies: list[int] = []
    scored = unjudged = known = 0
    for row in _rows(store):
        advance()
        scored += 1
        uncertain = uncertainties(Record.model_validate_json(str(row["record"])))
        if not uncertain:
            unjudged += 1
            continue
        candidate = _candidate(row, uncertain)
        text = as_numbers(bytes(row["signature"]))  # type: ignore[call-overload]  # the part's schema says bytes
        if earlier.holds(candidate.id, text):
            known += 1
            continue
        near = alike.find(text)
        if near is not None:
            copies[near] += 1
            continue
        alike.add(text)
        candidates.append(candidate)
        copies.append(1)
    return Pool(tuple(candidates), tuple(copies), scored, unjudged, known)


def _candidate(row: Mapping[str, object], uncertain: Mapping[str, float]) -> Candidate:
    file, line, text_sha256 = str(row["file"]), int(str(row["line"])), str(row["text_sha256"])
    outlet = None if row["outlet"] is None else str(row["outlet"])
    identifier = str(row["id"])
    if identifier == f"{file}:{line}":
        identifier = f"text-{text_sha256[:_ID_CHARS]}"
    return Candidate(identifier, file, line, outlet, text_sha256, uncertain)


def _texts(store: Store, places: set[Place]) -> Iterator[str]:
    """The texts of some articles, in the pool's order."""
    for row in _rows(store):
        if (row["file"], row["line"]) in places:
            record = Record.model_validate_json(str(row["record"]))
            yield f"{record.headline.text if record.headline else ''}\n{body_of(record)}"


def vectors_of(store: Store, candidates: Sequence[Candidate]) -> Vectors:
    """A vector of each candidate's words, fitted on a sample of their texts that the pool's order does not affect."""
    sample = heapq.nsmallest(FITTED_ON, (candidate.place for candidate in candidates), key=lambda place: draw_of(0, *place))
    as_vectors = TextVectors(list(_texts(store, set(sample))))
    texts = _texts(store, {candidate.place for candidate in candidates})
    return np.concatenate([as_vectors(part) for part in iter(lambda: list(islice(texts, _AT_ONCE)), [])])
