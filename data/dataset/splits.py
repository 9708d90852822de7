"""Splits documents deterministically by group, and computes the data's fingerprint."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date

from presscheck.data.schema import Document, SplitName


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
    groups = sorted({d.group for d in documents}, key=lambda g: hashlib.sha256(f"{salt}\0fold\0{g}".encode()).digest())
    fold = {group: index % count for index, group in enumerate(groups)}
    return [[d for d in documents if fold[d.group] == index] for index in range(count)]


def fingerprint(documents: Iterable[Document]) -> str:
    """sha256 over the content of all documents; it depends on every label and span and not on the order."""
    digests = sorted(hashlib.sha256(json.dumps(_plain(d), sort_keys=True).encode()).digest() for d in documents)
    return hashlib.sha256(b"".join(digests)).hexdigest()


def _plain(document: Document) -> Mapping[str, object]:
    plain = asdict(document)
    if document.weight == 1.0:  # the fingerprint of data without weights is that of earlier versions
        del plain["weight"]
    for segment in plain["segments"]:
        segment["notes"] = sorted(segment["notes"])
    return plain
