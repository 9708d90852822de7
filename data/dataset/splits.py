"""Splits documents deterministically by group, and computes the data's fingerprint."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import date

import numpy as np

from presscheck.data.schema import Document, Segment, SplitName


def split_of(group: str, *, dev: float, test: float, salt: str) -> SplitName:
    """The split of a group: a hash of its name, so that it does not change when other groups do.

    Args:
        dev: share of groups for dev, 0..1.
        test: share of groups for test, 0..1.
    """
    position = _position(f"{salt}\0{group}")
    if position < test:
        return "test"
    return "dev" if position < test + dev else "train"


def _position(name: str) -> float:
    """A place in 0..1 that depends on the name alone, uniform over names."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") / 2**64


def is_replayed(group: str, *, share: float, salt: str) -> bool:
    """Whether a story of the old data is trained on again; independent of its split, and true at every larger share too."""
    return _position(f"{salt}\0replay\0{group}") < share


def split_at(day: date, *, dev_from: date | None, test_from: date | None) -> SplitName | None:
    """The split for a day; None before both dates."""
    if test_from and day >= test_from:
        return "test"
    return "dev" if dev_from and day >= dev_from else None


def folds_of(documents: Iterable[Document], *, count: int, salt: str) -> list[list[Document]]:
    """Cuts documents into `count` folds by group, deterministically, with nearly equal numbers of groups."""
    documents = list(documents)
    fold = fold_of_groups({d.group for d in documents}, count=count, salt=salt)
    return [[d for d in documents if fold[d.group] == index] for index in range(count)]


def fold_of_groups(groups: Iterable[str], *, count: int, salt: str) -> dict[str, int]:
    """The fold of each of the groups, from 0: see `folds_of`."""
    ordered = sorted(groups, key=lambda g: hashlib.sha256(f"{salt}\0fold\0{g}".encode()).digest())
    return {group: index % count for index, group in enumerate(ordered)}


class Fingerprint:
    """sha256 over the content of all documents; it depends on every label and span and not on the order."""

    def __init__(self) -> None:
        self._digests = bytearray()

    def add(self, document: Document) -> None:
        """Counts a document in."""
        self._digests += hashlib.sha256(json.dumps(_plain(document), sort_keys=True).encode()).digest()

    def hexdigest(self) -> str:
        """The fingerprint of the documents so far."""
        np.frombuffer(self._digests, dtype=f"S{hashlib.sha256().digest_size}").sort()  # in place: 32 bytes a document, and no more
        return hashlib.sha256(self._digests).hexdigest()


def fingerprint(documents: Iterable[Document]) -> str:
    """The `Fingerprint` of the documents."""
    found = Fingerprint()
    for document in documents:
        found.add(document)
    return found.hexdigest()


def _plain(document: Document) -> Mapping[str, object]:
    plain = {field.name: getattr(document, field.name) for field in fields(document)}
    if document.weight == 1.0:  # the fingerprint of data without weights is that of earlier versions
        del plain["weight"]
    if document.judged_headlines:
        plain["judged_headlines"] = [_plain_segment(segment) for segment in document.judged_headlines]
    else:
        del plain["judged_headlines"]
    plain["segments"] = [_plain_segment(segment) for segment in document.segments]
    return plain


def _plain_segment(segment: Segment) -> Mapping[str, object]:
    plain = {field.name: getattr(segment, field.name) for field in fields(segment)}
    return {**plain, "labels": dict(segment.labels), "spans": [asdict(span) for span in segment.spans], "notes": sorted(segment.notes)}
