"""Documents and rows in memory-mapped files."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import datasets
import pytest
from datasets import Features, Value

from presscheck.data.dataset.features import FEATURES, row_of
from presscheck.data.dataset.mapped import Documents, map_documents, map_rows, subset, write_rows
from presscheck.data.errors import DataError
from presscheck.data.schema import Document, Segment, Span, SplitName
from presscheck.data.starter import read_starter

NUMBERS = Features({"n": Value("int64")})


@pytest.fixture(scope="module")
def documents(small_corpus: Path) -> list[Document]:
    segment = Segment("Ana said so", "sentence", {"claim": 1 / 3, "loaded": 1}, (Span("source", 0, 3, "named"),), ("source", "cue"), 2)
    full = Document("x", "g", "s", "l", (segment,), "blog", "war", "asia", 1999, "Sun", "dev", 0.1, "satire", 0.7)
    return [*list(read_starter(small_corpus)), full]


@pytest.fixture
def mapped(documents: list[Document], tmp_path: Path) -> Documents:
    return Documents(map_rows(map(row_of, documents), FEATURES, beside=tmp_path))


def test_documents_come_back_as_they_were(documents: list[Document], mapped: Documents) -> None:
    assert list(mapped) == documents
    assert [mapped[index] for index in (0, 7, -1)] == [documents[index] for index in (0, 7, -1)]
    assert mapped[5:40] == documents[5:40]
    with pytest.raises(IndexError):
        mapped[len(documents)]


def test_some_of_them_are_chosen_alike_in_memory_and_on_disk(documents: list[Document], mapped: Documents) -> None:
    places = [*range(3, len(documents), 7), 0]
    chosen = subset(mapped, places)
    assert isinstance(chosen, Documents)
    assert list(chosen) == subset(documents, places) == [documents[place] for place in places]


def test_files_have_no_name_once_they_are_mapped(documents: list[Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither beside the run nor in the user's cache."""
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "home")
    pairs: Iterator[tuple[SplitName, Document]] = (("train" if n > 9 else "test", d) for n, d in enumerate(documents))
    splits = map_documents(pairs, beside=tmp_path / "run")
    assert [list(splits[split]) for split in ("test", "dev", "train")] == [documents[:10], [], documents[10:]]
    assert splits["train"]._rows.cache_files, "the rows are not in memory"
    assert [path.name for path in tmp_path.rglob("*")] == ["run"]


def test_documents_of_a_split_follow_each_other(documents: list[Document], tmp_path: Path) -> None:
    pairs: list[tuple[SplitName, Document]] = [("train", documents[0]), ("dev", documents[1]), ("train", documents[2])]
    with pytest.raises(AssertionError, match="documents of train do not follow each other"):
        map_documents(pairs, beside=tmp_path)


@pytest.mark.parametrize("error", [DataError("a.csv:3: no number"), KeyboardInterrupt()])
def test_what_the_rows_raise_is_raised(tmp_path: Path, error: BaseException) -> None:
    def rows() -> Iterator[dict[str, int]]:
        yield {"n": 1}
        raise error

    with pytest.raises(type(error)) as found:
        map_rows(rows(), NUMBERS, beside=tmp_path)
    assert found.value is error
    assert not list(tmp_path.iterdir())


def test_no_row_needs_no_file(tmp_path: Path) -> None:
    assert write_rows((), NUMBERS, tmp_path) == []
    assert not list(tmp_path.iterdir())
    assert len(map_rows((), NUMBERS, beside=tmp_path)) == 0


def test_what_a_killed_process_left_goes_after_a_day(tmp_path: Path) -> None:
    for name in ("rows-old", "rows-new", "fold-0"):
        (tmp_path / name).mkdir()
    for name in ("rows-old", "fold-0"):
        os.utime(tmp_path / name, (time.time() - 90_000,) * 2)
    map_rows([{"n": 1}], NUMBERS, beside=tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fold-0", "rows-new"]
