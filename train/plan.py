"""Plans a run: its data, its splits, and its name."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from presscheck.configs.loader import ConfigError, config_hash
from presscheck.configs.schema import RunConfig
from presscheck.data.corpora.registry import corpora
from presscheck.data.dataset.documents import Counts, documents
from presscheck.data.dataset.mapped import map_documents
from presscheck.data.dataset.splits import Fingerprint
from presscheck.data.schema import SEGMENT_LABELS, SPLITS, Document, SplitName
from presscheck.train import processes
from presscheck.train.fit import DataInfo
from presscheck.train.learnt import Learnt, what_is_learnt
from presscheck.train.trainer import resolve_bf16

WORK = ".work"  # folder of unfinished runs, beside the bundles
Splits = Mapping[SplitName, Sequence[Document]]


@dataclass(frozen=True, slots=True)
class Run:
    """A run's name, data and working folder.

    Attributes:
        splits: documents on disk, which are read when they are asked for.
        name: config name, config hash and data hash, so that a changed config or corpus never overwrites another run's bundle.
        work: holds checkpoints and finished folds until the bundle is published.
    """

    name: str
    config: RunConfig
    splits: Splits
    data: DataInfo
    learnt: Learnt
    work: Path


def plan(config: RunConfig) -> Run:
    """Reads and splits the data and names the run.

    Raises:
        DataError: on invalid data.
        ConfigError: if a split is empty, or the data teaches no label.
    """
    counts, tally = Counts(), _Tally()
    folder = config.models_dir / WORK
    made = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        splits = map_documents(tally.counted(documents(config.data, counts)), beside=folder)
    finally:
        with suppress(OSError):  # runs may have their folders there by now
            for one in (folder, *made[1:]):
                one.rmdir()
    for name in ("train", "dev"):
        if not splits[name]:
            total = sum(map(len, splits.values()))
            raise ConfigError(f"the {name} split is empty: {total} documents are too few for these shares, or data.split gives it no share")
    sha256, summary = tally.fingerprint.hexdigest(), tally.summary()
    if config.data.reviewed_labels:
        summary["reviewed_labels"] = dict(sorted(counts.reviewed.items()))
    name = run_name(config, sha256)
    learnt = what_is_learnt(splits["train"], splits["dev"], config.train)
    learnt.check()
    return Run(name, config, splits, DataInfo(sha256, summary), learnt, work_folder(config, name))


def run_name(config: RunConfig, data_sha256: str) -> str:
    """The name of a run and of its bundle."""
    return f"{config.name}-{config_hash(config)[:8]}-{data_sha256[:8]}"


def work_folder(config: RunConfig, name: str) -> Path:
    """The folder that a run of this name works in, from its beginning until all of it is done."""
    # Hosts compute differently, and more processes have larger steps: a resumed run must not mix two.
    arithmetic = "bf16" if resolve_bf16(config.train.precision) else "f32"
    together = f"-{processes.count()}-processes" if processes.count() > 1 else ""
    return config.models_dir / WORK / f"{name}-{arithmetic}{together}-{version('presscheck')}"


class _Tally:
    """Counts documents as they pass."""

    def __init__(self) -> None:
        self.fingerprint = Fingerprint()
        self._sources, self._licences = Counter[str](), set[str]()
        self._documents, self._segments = (Counter(dict.fromkeys(SPLITS, 0)) for _ in range(2))
        self._sums, self._counts = dict[str, float](), Counter[str]()

    def counted(self, documents: Iterable[tuple[SplitName, Document]]) -> Iterator[tuple[SplitName, Document]]:
        """The documents, each of which is counted."""
        for split, document in documents:
            self.fingerprint.add(document)
            self._sources[document.source] += 1
            self._licences.add(document.licence)
            self._documents[split] += 1
            self._segments[split] += len(document.segments)
            for label, value in (pair for s in document.labelled_texts for pair in s.labels.items() if split == "train"):
                self._sums[label] = self._sums.get(label, 0.0) + value
                self._counts[label] += 1
            yield split, document

    def summary(self) -> dict[str, Any]:
        """The bundle's description of the data."""
        known = corpora()
        return {
            "sources": dict(sorted(self._sources.items())),
            "licences": sorted(self._licences),
            "non_commercial": sorted(name for name in self._sources if name in known and not known[name].commercial),
            "documents": dict(self._documents),
            "segments": dict(self._segments),
            "train_positive_share": {
                label: round(self._sums[label] / self._counts[label], 4) for label in SEGMENT_LABELS if label in self._sums
            },
        }
