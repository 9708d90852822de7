"""Writes a config's documents as a data set with a manifest and a card: `presscheck data build`."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from presscheck.configs.loader import config_hash, dump
from presscheck.configs.schema import RunConfig
from presscheck.data.dataset.documents import Counts, documents
from presscheck.data.dataset.splits import Fingerprint
from presscheck.data.dataset.stored import write_built
from presscheck.data.schema import Document, SplitName


def build(config: RunConfig, folder: Path, *, advance: Callable[[Document], None] = lambda _: None) -> Counts:
    """Writes train, dev and test as a `datasets.DatasetDict`, manifest.json, which names its files, and a dataset card.

    An existing data set is replaced once the new one is complete; any other folder is left alone.

    Raises:
        DataError: on invalid data, or if the folder holds something else.
    """
    counts, labels, digest = Counts(), Counter[str](), Fingerprint()
    licences: set[str] = set()

    def counted() -> Iterator[tuple[SplitName, Document]]:
        for split, document in documents(config.data, counts):
            yield split, document
            digest.add(document)
            licences.add(f"{document.source}: {document.licence}")
            labels.update(f"{split}/{name}" for s in document.labelled_texts for name in s.labels)
            advance(document)

    def about() -> dict[str, Any]:
        return {
            "name": config.name,
            "data_sha256": digest.hexdigest(),  # a training on this data set reports the same
            "config_sha256": config_hash(config),
            "config": dump(config),
            "presscheck": version("presscheck"),
            "written": datetime.now(UTC).isoformat(timespec="seconds"),
            "licences": sorted(licences),
            "read": dict(sorted(counts.read.items())),
            "kept": dict(sorted(counts.kept.items())),
            "dropped": dict(sorted(counts.dropped.items())),
            "masked_sentences": dict(sorted(counts.masked.items())),
            "reviewed_labels": dict(sorted(counts.reviewed.items())),
            "labels": dict(sorted(labels.items())),
        }

    write_built(folder, counted(), about)
    return counts
