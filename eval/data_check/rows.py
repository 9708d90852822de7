"""Reads the data of a config as far as it can be read, and collects what is wrong with its rows instead of stopping."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from presscheck.configs.sources import DataConfig
from presscheck.data.dataset.documents import Counts, placed, splits_of
from presscheck.data.schema import SPLITS, Document, SplitName
from presscheck.eval.data_check.check_results import Check


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read.

    Attributes:
        splits: the documents that would train, without the duplicates that the config drops.
        counts: what was read, kept and dropped.
        problems: the readers' refusals, with file and line where there is one.
        repeated: ids that two documents have; the second is left out.
    """

    splits: Mapping[SplitName, Sequence[Document]]
    counts: Counts
    problems: tuple[str, ...]
    repeated: tuple[str, ...]

    @property
    def documents(self) -> list[Document]:
        """All documents, train first."""
        return [document for split in ("train", "dev", "test") for document in self.splits[split]]


def read(config: DataConfig) -> Reading:
    """Reads every source; a bad row or source does not hide the others."""
    problems: list[str] = []
    repeated: list[str] = []
    counts = Counts()
    kept = list(_with_ids_of_their_own(placed(config, problems, counts.dropped), repeated))
    splits = splits_of(kept, config, counts)
    return Reading(splits, counts, tuple(line for problem in problems for line in problem.splitlines()), tuple(repeated))


def _with_ids_of_their_own(documents: Iterator[Document], repeated: list[str]) -> Iterator[Document]:
    seen = set()
    for document in documents:
        if document.id in seen:
            repeated.append(document.id)
            continue
        seen.add(document.id)
        yield document


def row_checks(reading: Reading) -> Iterator[Check]:
    """Refused rows, repeated ids, empty splits."""
    yield Check(
        "rows can be read",
        not reading.problems,
        f"refused: {len(reading.problems)}" if reading.problems else "all of them",
        "all of them",
        reading.problems,
        "correct the named lines, columns or files",
    )
    yield Check(
        "repeated ids",
        not reading.repeated,
        str(len(reading.repeated)),
        "0",
        reading.repeated,
        "give every row an id of its own, and every source a name of its own",
    )
    sizes = ", ".join(f"{split} {len(reading.splits[split]):,}" for split in SPLITS)
    empty = [split for split in SPLITS if not reading.splits[split]]
    yield Check(
        "splits have documents",
        not empty,
        sizes,
        "at least 1 each",
        tuple(f"{split} is empty" for split in empty),
        "add documents with other groups, or change data.split, test_outlets, dev_from or test_from",
    )
