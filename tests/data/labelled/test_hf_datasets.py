"""Sources that the library `datasets` reads."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import datasets
import huggingface_hub.constants
import pytest
from labelled_support import write_jsonl

from presscheck.configs.config_error import ConfigError
from presscheck.configs.loader import load
from presscheck.configs.sources import DatasetSource, SplitConfig
from presscheck.data.dataset.source_reader import layout_of, read_source
from presscheck.data.errors import DataError
from presscheck.data.labelled.hf_datasets import read_dataset
from presscheck.data.labelled.row_writer import row_of
from presscheck.data.schema import Document, Segment, Span

NAMES = {"sensational": {"column": "bait", "values": {"plain": 0, "bait": 1}}}
FEATURES = datasets.Features(
    {
        "title": datasets.Value("string"),
        "bait": datasets.ClassLabel(names=["plain", "bait"]),
        "raters": datasets.List(datasets.ClassLabel(names=["no", "yes"])),
        "day": datasets.Value("timestamp[s]"),
    }
)


def table(count: int, first: int = 0) -> Any:
    numbers = range(first, first + count)
    columns = {
        "title": [f"Quay number {i} opens" for i in numbers],
        "bait": [(1, 0, -1)[i % 3] for i in numbers],
        "raters": [[1, 0, 1, -1] if i % 2 else None for i in numbers],
        "day": [datetime(2026, 5, i + 1) for i in numbers],
    }
    return datasets.Dataset.from_dict(columns, features=FEATURES)


def splits() -> Any:
    return datasets.DatasetDict(train=table(3), validation=table(2, 3), test=table(1, 5))


def source(path: object, **options: Any) -> DatasetSource:
    usual = {"kind": "dataset", "path": str(path), "name": "hub", "segment": "headline", "text": "title", "labels": NAMES}
    return DatasetSource.model_validate({**usual, **options})


def read(path: object, **options: Any) -> list[Document]:
    return list(read_source(source(path, **options), SplitConfig()))


def labels(documents: list[Document]) -> list[float | None]:
    return [document.segments[0].labels.get("sensational") for document in documents]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    splits().save_to_disk(tmp_path / "saved")
    return tmp_path / "saved"


def test_a_saved_data_set_keeps_its_splits_and_the_names_of_its_classes(saved: Path) -> None:
    documents = read(saved)
    assert [d.split for d in documents] == ["train"] * 3 + ["dev"] * 2 + ["test"]
    assert labels(documents) == [1.0, 0.0, None, 1.0, 0.0, None]
    assert [d.id for d in documents][2:4] == ["hub/train/2", "hub/validation/0"]


def test_splits_are_chosen_and_mapped(saved: Path) -> None:
    assert [(d.split, d.id) for d in read(saved, split="validation")] == [(None, "hub/validation/0"), (None, "hub/validation/1")]
    mapped = read(saved, split={"train": "dev", "test": "train", "validation": None})
    assert [d.split for d in mapped] == ["dev"] * 3 + ["train"]
    with pytest.raises(ConfigError, match=r"has no split 'dev'; it has train, validation, test"):
        read(saved, split="dev")
    with pytest.raises(ConfigError, match=r"has the split 'test' too; give it a place in `split`, or null"):
        read(saved, split={"train": "train", "validation": "dev"})
    datasets.DatasetDict(gold=table(1), rest=table(2)).save_to_disk(saved.parent / "odd")
    with pytest.raises(ConfigError, match=r"has the splits gold, rest; say which of ours each is"):
        read(saved.parent / "odd")


def test_votes_in_lists_and_days(saved: Path) -> None:
    voted = read(saved, labels={"sensational": {"column": "raters", "values": {"yes": 1, "no": 0}}}, date="day", test_from="2026-05-04")
    assert labels(voted) == [None, pytest.approx(2 / 3)] * 3
    assert [d.split == "test" for d in voted] == [False] * 3 + [True] * 3
    assert {d.year for d in voted} == {2026}


def test_files_folders_and_globs(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name, part in splits().items():
        part.to_parquet(folder / f"{name}-00000-of-00001.parquet")
    assert [d.split for d in read(folder)] == ["train"] * 3 + ["dev"] * 2 + ["test"]
    assert labels(read(folder / "train-00000-of-00001.parquet")) == [1.0, 0.0, None]
    assert [d.id for d in read(folder / "t*.parquet")] == ["hub/0", "hub/1", "hub/2", "hub/3"]
    by_number = {"sensational": {"column": "bait", "values": {1: 1, 0: 0, -1: None}}}
    rows = [{"title": f"Quay {i}", "bait": 1 - i} for i in range(3)]
    write_jsonl(tmp_path / "a.jsonl", rows)
    (tmp_path / "a.json").write_text(json.dumps(rows))
    (tmp_path / "a.csv").write_text("title,bait\n" + "".join(f"{r['title']},{r['bait']}\n" for r in rows))
    (tmp_path / "a.tsv").write_text("title\tbait\n" + "".join(f"{r['title']}\t{r['bait']}\n" for r in rows))
    for name in ("a.jsonl", "a.json", "a.csv", "a.tsv"):
        assert labels(read(tmp_path / name, labels=by_number)) == [1.0, 0.0, None], name


def test_a_column_that_only_later_files_have_is_read(tmp_path: Path) -> None:
    rows = [{"title": "Quay", "bait": "bait"}, {"title": "Weir", "bait": "plain", "trust": 0.5}]
    for name, row in zip("ab", rows, strict=True):
        datasets.Dataset.from_list([row]).to_parquet(tmp_path / f"{name}.parquet")
    layout = layout_of(source("x", weight="trust"))
    found = list(read_dataset(str(tmp_path / "*.parquet"), replace(layout, required=layout.required - {"trust"})))
    assert [(d.weight, label) for d, label in zip(found, labels(found), strict=True)] == [(1.0, 1.0), (0.5, 0.0)]


def test_a_saved_arrow_file_is_read_alone(saved: Path) -> None:
    (path,) = (saved / "train").glob("*.arrow")
    assert labels(read(path)) == [1.0, 0.0, None]


def test_articles_come_back_as_they_were_written(tmp_path: Path) -> None:
    headline = Segment("Weir leaks", "headline", {"sensational": 0.25}, (Span("framing", 5, 10, "urgency"),), ("framing",))
    body = (
        Segment("The weir leaked on Friday, Lena Roth said.", "sentence", {"claim": 1.0}, (Span("source", 27, 36),), ("source",)),
        Segment("Nobody was hurt in the valley.", "sentence", {}, (), ("source",), 1),
    )
    usual: dict[str, Any] = {"source": "hub", "licence": "unstated"}
    documents = [
        Document("hub/a", "hub/g", segments=(headline, *body), review=1.0, weight=2.0, **usual),
        Document("hub/b", "hub/g", segments=body[1:], **usual),
    ]
    rows = [row_of(replaced) for replaced in documents]
    datasets.Dataset.from_list(rows).save_to_disk(tmp_path / "articles")
    fields = {"kind": "dataset", "path": str(tmp_path / "articles"), "name": "hub", "segment": "article"}
    found = list(read_source(DatasetSource.model_validate(fields), SplitConfig()))
    assert found[0] == documents[0]
    assert [s.text for s in found[1].segments] == [s.text for s in documents[1].segments]


def test_a_bad_row_is_named_with_its_split_and_the_good_ones_are_counted(saved: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(saved, labels={"sensational": "bait"})
    first, *_, last = str(caught.value).splitlines()
    assert first == f"{saved}, split train, row 0: value 'bait' is not a number; map it with `values`"
    assert last == f"{saved}: the other 2 rows are good; correct or remove the rows above"


def test_what_cannot_be_read_is_told(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"split train: there is no column 'nix'; there are title, bait, raters, day"):
        read(saved, labels={"sensational": "nix"})
    with pytest.raises(ConfigError, match=r"news/headlines: there is no such file or folder; correct the path, or set online: true"):
        read("news/headlines")
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(ConfigError, match="is not of a kind that is read here"):
        read(tmp_path / "a.txt")
    (tmp_path / "a.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(DataError, match=r"a\.parquet: `datasets` cannot read it \(ArrowInvalid: "):
        read(tmp_path / "a.parquet")
    write_jsonl(tmp_path / "a.jsonl", [{"title": "Quay", "bait": 1}])
    with pytest.raises(ConfigError, match="names files of several kinds"):
        read(tmp_path / "a.*")
    with pytest.raises(ConfigError, match=r"holds a\.(jsonl|parquet) beside files of another kind or name"):
        read(tmp_path)


def test_options_that_exclude_each_other_are_refused() -> None:
    def problem(text: str) -> str:
        fields = "kind: dataset, path: a, name: a, segment: headline, labels: {sensational: bait}"
        with pytest.raises(ConfigError) as caught:
            load("tiny", [f"data.sources=[{{{fields}, {text}}}]"])
        return str(caught.value)

    assert "revision belongs to a data set on the hub, which needs `online: true`" in problem("revision: main")
    assert "a mapping of splits excludes test_outlets" in problem("split: {train: train}, date: day, test_from: 2026-01-01")
    dated = "kind: dataset, path: a, name: a, segment: headline, labels: {sensational: bait}, date: day, split: {train: train}"
    with pytest.raises(ConfigError, match="a mapping of splits excludes as_of"):
        load("tiny", [f"data.sources=[{{{dated}}}]", "data.as_of=2026-06-01"])
    assert "review belongs to segment: article" in problem("review: desk")


def test_only_a_source_that_says_so_is_got_from_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub itself is out of reach of the tests."""
    seen: list[Any] = []

    def hub(*arguments: Any, **options: Any) -> Any:
        offline = datasets.config.HF_HUB_OFFLINE, huggingface_hub.constants.HF_HUB_OFFLINE
        seen.append((arguments, options["revision"], options["streaming"], offline))
        return datasets.IterableDatasetDict({name: part.to_iterable_dataset() for name, part in splits().items()})

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets, "load_dataset", hub)
    assert len(read("news/headlines", online=True, revision="v2", subset="en")) == 6
    assert seen == [(("news/headlines", "en"), "v2", True, (False, False))]
    assert datasets.config.HF_HUB_OFFLINE


def test_nothing_is_cached_counted_or_left_changed(tmp_path: Path) -> None:
    """In a process that never asked for anything offline: no request, no file, no setting, no output, and no library before it is used."""
    script = """
import socket, sys
import presscheck.data.dataset.source_reader as reader
from presscheck.configs.sources import DatasetSource, SplitConfig
assert "datasets" not in sys.modules and "pandas" not in sys.modules
def refuse(*_, **__):
    raise SystemExit("a connection was opened")
socket.socket.connect = socket.getaddrinfo = refuse
source = DatasetSource.model_validate({"kind": "dataset", "path": sys.argv[1], "name": "a", "segment": "headline", "text": "title",
    "labels": {"sensational": {"column": "bait", "values": {"plain": 0, "bait": 1}}}})
found = list(reader.read_source(source, SplitConfig()))
import datasets
assert len(found) == 3 and not datasets.config.HF_HUB_OFFLINE and not datasets.are_progress_bars_disabled()
"""
    table(3).to_parquet(tmp_path / "a.parquet")
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS", "XDG_"))}
    environment = {**kept, "HOME": str(home), "TMPDIR": str(temporary)}
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "a.parquet")], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not list(home.rglob("*"))
    assert not list(temporary.rglob("*"))
