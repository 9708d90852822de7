"""Plans a run: its data, its splits, and its name."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from presscheck.configs.loader import ConfigError, config_hash
from presscheck.configs.schema import RunConfig
from presscheck.data.corpora.registry import corpora
from presscheck.data.dataset.documents import Counts, load_splits
from presscheck.data.dataset.splits import fingerprint
from presscheck.data.schema import SEGMENT_LABELS, Document, SplitName
from presscheck.train.fit import DataInfo
from presscheck.train.learnt import Learnt, what_is_learnt
from presscheck.train.trainer import resolve_bf16

Splits = Mapping[SplitName, Sequence[Document]]


@dataclass(frozen=True, slots=True)
class Run:
    """A run's name, data and working folder.

    Attributes:
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
    counts = Counts()
    splits = load_splits(config.data, counts)
    documents = [document for part in splits.values() for document in part]
    for name in ("train", "dev"):
        if not splits[name]:
            raise ConfigError(
                f"the {name} split is empty: {len(documents)} documents are too few for these shares, or data.split gives it no share"
            )
    sha256 = fingerprint(documents)
    summary: dict[str, Any] = {
        "sources": dict(Counter(d.source for d in documents)),
        "licences": sorted({d.licence for d in documents}),
        "non_commercial": sorted({d.source for d in documents if d.source in corpora() and not corpora()[d.source].commercial}),
        "documents": {name: len(part) for name, part in splits.items()},
        "segments": {name: sum(len(d.segments) for d in part) for name, part in splits.items()},
        "train_positive_share": _positive_shares(splits["train"]),
    }
    if config.data.reviewed_labels:
        summary["reviewed_labels"] = dict(sorted(counts.reviewed.items()))
    name = run_name(config, sha256)
    learnt = what_is_learnt(splits["train"], splits["dev"], config.train)
    if config.train.teacher is None:
        learnt.check()
    return Run(name, config, splits, DataInfo(sha256, summary), learnt, work_folder(config, name))


def run_name(config: RunConfig, data_sha256: str) -> str:
    """The name of a run and of its bundle."""
    return f"{config.name}-{config_hash(config)[:8]}-{data_sha256[:8]}"


def work_folder(config: RunConfig, name: str) -> Path:
    """The folder that a run of this name works in, from its beginning until all of it is done."""
    # Hosts compute differently: a resumed run must not mix two.
    arithmetic = "bf16" if resolve_bf16(config.train.precision) else "f32"
    return config.models_dir / ".work" / f"{name}-{arithmetic}-{version('presscheck')}"


def _positive_shares(documents: Iterable[Document]) -> dict[str, float]:
    segments = [s for d in documents for s in d.segments]
    values = {label: [s.labels[label] for s in segments if label in s.labels] for label in SEGMENT_LABELS}
    return {label: round(sum(v) / len(v), 4) for label, v in values.items() if v}
