"""Building a data set: splits, copies, files, the manifest and the card."""

import json
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import datasets
import pytest
from datasets import load_dataset
from datasets.utils import are_progress_bars_disabled
from pydantic import ValidationError
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.configs.loader import load
from presscheck.configs.schema import RunConfig
from presscheck.configs.sources import DataConfig
from presscheck.data.dataset.documents import Counts, documents, load_splits
from presscheck.data.dataset.duplicate_index import DuplicateIndex, sign
from presscheck.data.dataset.features import FEATURES, document_of
from presscheck.data.dataset.mapped import write_rows
from presscheck.data.dataset.splits import fingerprint
from presscheck.data.dataset.stored import open_built, read_built
from presscheck.data.dataset.write import build
from presscheck.data.errors import DataError
from presscheck.data.schema import Document

BABE = "text;outlet;label_bias;biased_words\n"


def configured(*sources: dict[str, object], **data: object) -> RunConfig:
    tree = {"name": "mine", "data": {"sources": list(sources), **data}}
    return RunConfig.model_validate(tree)


def table(folder: Path, name: str, rows: list[str]) -> dict[str, object]:
    path = folder / f"{name}.csv"
    path.write_text("text,y,group\n" + "\n".join(rows) + "\n", encoding="utf-8")
    labels = {"claim": {"column": "y"}}
    return {"kind": "table", "path": str(path), "name": name, "segment": "sentence", "labels": labels, "group": "group"}


FERRY = "The ferry to the island was sold for two million on Monday"


@pytest.mark.parametrize(
    ("text", "group", "match"),
    [
        (FERRY, "b", "exact"),
        (FERRY.upper() + "!", "a", "exact"),
        (FERRY.replace("Monday", "Tuesday"), "b", "near"),
        (FERRY.replace("Monday", "Tuesday"), "a", None),  # the other side of a contrast pair
        ("The ferry was sold", "b", None),
        ("A bakery on the hill opens at six on weekdays", "b", None),
    ],
)
def test_copies_are_found(text: str, group: str, match: str | None) -> None:
    with DuplicateIndex(jaccard=0.6) as seen:
        assert seen.match(sign([("sentence", "b", FERRY)])) == [None]
        seen.add(sign([("sentence", "a", FERRY)]))
        assert seen.match(sign([("sentence", group, text)])) == [match]
        assert seen.match(sign([("headline", group, text)])) == [None]


def test_the_copy_in_test_stays(tmp_path: Path) -> None:
    rows = [f"{FERRY} {word},1,{word}" for word in ("north", "south")]
    split = {"dev": 0.0, "test": 0.5, "salt": "s"}
    many = [f"Sentence {n} of the {n * 7} on the quay at {n * 3} o'clock sharp,1,g{n}" for n in range(60)]
    config = configured(table(tmp_path, "one", many), split=split).data
    parts = load_splits(config)
    test, train = parts["test"][0].segments[0].text, parts["train"][0].segments[0].text
    copies = table(tmp_path, "two", [f"{test},0,x1", f"{train},0,x2", *rows])
    both = config.model_copy(update={"sources": (*config.sources, configured(copies).data.sources[0])})
    assert sum(map(len, load_splits(both).values())) == 64
    counts = Counts()
    deduplicated = DataConfig.model_validate({**both.model_dump(), "deduplicate": {}})
    kept = [document for _, document in documents(deduplicated, counts)]
    assert sum(counts.read.values()) == 64
    assert sum(counts.kept.values()) == len(kept) == 64 - sum(counts.dropped.values())
    assert [d.split for d in kept if d.segments[0].text == test] == ["test"]
    assert len([d for d in kept if d.segments[0].text == train]) == 1
    assert [d.split for d in kept] == sorted((d.split or "" for d in kept), key=["test", "dev", "train"].index)


def test_a_sentence_that_stands_elsewhere_keeps_its_text_only(tmp_path: Path) -> None:
    folder = tmp_path / "starter" / "articles"
    folder.mkdir(parents=True)
    article = (
        "@@ {0} | wire | war | europe | 2001 | review 0\n0 c | A headline of {0} that is long enough\n\n"
        "c | {1}.\nc | Only in {0} does this sentence stand, with its {0}.\n"
    )
    (folder / "a.txt").write_text(article.format("one-a", FERRY) + "\n" + article.format("two-b", FERRY))
    counts = Counts()
    config = configured({"kind": "starter", "path": str(folder.parent)}, deduplicate={}, split={"dev": 0.0, "test": 0.0})
    first, second = (document for _, document in documents(config.data, counts))
    assert [bool(s.labels) for s in first.segments] == [True, True, True]
    assert [bool(s.labels) for s in second.segments] == [True, False, True]
    assert second.segments[1].text == first.segments[1].text
    assert counts.masked == {"starter: exact copy": 1}


def test_outlets_can_be_held_out(tmp_path: Path) -> None:
    folder = tmp_path / "babe"
    folder.mkdir()
    rows = [f"Sentence {n} of the day;{'Post' if n % 3 else 'Sun'};Biased;['day']" for n in range(30)]
    (folder / "final_labels_SG2.csv").write_text(BABE + "\n".join(rows) + "\n", encoding="utf-8")
    config = configured({"kind": "corpus", "name": "babe", "root": str(tmp_path), "test_outlets": ["Sun"]})
    splits = load_splits(config.data)
    assert {d.outlet for d in splits["test"]} == {"Sun"}
    assert {d.outlet for name in ("train", "dev") for d in splits[name]} == {"Post"}
    assert splits["dev"]


def _dated(folder: Path, **options: object) -> DataConfig:
    """Thirty rows of ten stories, one a day; story g9 begins on the 10th and ends on the 30th."""
    rows = [
        f"Story number {n} of the month is told here,{n % 2},g{n % 10},2026-03-{n:02} 08:00,{'Sun' if n > 20 else 'Post'}"
        for n in range(1, 31)
    ]
    path = folder / "dated.csv"
    path.write_text("text,y,story,day,site\n" + "\n".join(rows) + "\n", encoding="utf-8")
    source = {
        "kind": "table",
        "path": str(path),
        "name": "t",
        "segment": "sentence",
        "labels": {"claim": {"column": "y"}},
    }
    return configured({**source, "date": "day", "outlet": "site", **options}).data


def _days(part: list[Document]) -> list[int]:
    return sorted(int(d.segments[0].text.split()[2]) for d in part)


def test_days_can_be_held_out(tmp_path: Path) -> None:
    parts = load_splits(_dated(tmp_path, dev_from="2026-03-11", test_from="2026-03-21"))
    assert [_days(parts[name]) for name in ("train", "dev", "test")] == [
        [*range(1, 11)],
        [*range(11, 21)],
        [*range(21, 31)],
    ]
    parts = load_splits(_dated(tmp_path, test_from="2026-03-21"))
    assert _days(parts["test"]) == [*range(21, 31)]
    assert _days(parts["train"] + parts["dev"]) == [*range(1, 21)]
    assert {d.year for d in parts["train"]} == {2026}


def test_a_story_that_goes_on_past_the_day_stands_on_one_side(tmp_path: Path) -> None:
    counts = Counts()
    found = list(documents(_dated(tmp_path, test_from="2026-03-30", group="story"), counts))
    assert [_days([d]) for split, d in found if split == "test"] == [[30]]
    assert counts.dropped == {"t: its story is in a later split": 2}
    assert sum(counts.kept.values()) == 28


def test_as_of_a_day_only_what_came_later_is_test(tmp_path: Path) -> None:
    """Sources without days give no test at all: what has no day was known before."""
    dated = _dated(tmp_path, dev_from="2026-03-11", test_from="2026-03-26").sources[0].model_dump(mode="json")
    undated = table(tmp_path, "plain", [f"{FERRY} no {i},{i % 2},plain {i}" for i in range(60)])
    config = configured(dated, undated, as_of="2026-03-21")
    counts = Counts()
    parts: dict[str, list[Document]] = {"train": [], "dev": [], "test": []}
    for split, document in documents(config.data, counts):
        parts[split].append(document)
    assert _days(parts["test"]) == [*range(21, 31)]
    assert _days([d for d in parts["dev"] if d.source == "t"]) == [*range(11, 21)]
    left_out = counts.dropped["plain: test without a day, as of 2026-03-21"]
    assert 0 < left_out < 60
    assert sum(d.source == "plain" for part in parts.values() for d in part) == 60 - left_out
    assert load_splits(config.data).keys() == parts.keys()
    with pytest.raises(ValidationError, match="none has one, so nothing came after"):
        configured(undated, as_of="2026-03-21")
    with pytest.raises(ValidationError, match="outlets or days"):
        configured({**dated, "dev_from": None, "test_from": None, "test_outlets": ["Sun"]}, as_of="2026-03-21")


def test_a_share_of_the_old_stories_is_left_out_of_train_alone(tmp_path: Path) -> None:
    old, new = (table(tmp_path, name, [f"{name} row {i} of the harbour,{i % 2},g{i // 2}" for i in range(200)]) for name in ("old", "new"))
    whole = load_splits(configured(old, new).data)
    counts = Counts()
    part = load_splits(configured(old, new, replay={"sources": 1, "share": 0.5}).data, counts)
    assert part["dev"] == whole["dev"]
    assert part["test"] == whole["test"]
    assert [d for d in part["train"] if d.source == "new"] == [d for d in whole["train"] if d.source == "new"]
    groups = [{d.group for d in splits["train"] if d.source == "old"} for splits in (whole, part)]
    assert groups[1] < groups[0]
    assert 0.3 < len(groups[1]) / len(groups[0]) < 0.7
    kept = [d for d in whole["train"] if d.group in groups[1]]
    assert [d for d in part["train"] if d.source == "old"] == kept, "a story is kept whole"
    assert counts.dropped == {"old: old data that is not replayed": len(whole["train"]) - len(part["train"])}


def test_outlets_of_a_table_can_be_held_out(tmp_path: Path) -> None:
    parts = load_splits(_dated(tmp_path, test_outlets=["Sun"]))
    assert _days(parts["test"]) == [*range(21, 31)]
    assert {d.outlet for d in parts["train"]} == {"Post"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"test_from": "2026-03-30", "date": None}, "need `date`"),
        ({"test_outlets": ["Sun"], "outlet": None}, "needs `outlet`"),
        ({"test_outlets": ["Sun"], "test_from": "2026-03-30"}, "not both"),
        ({"dev_from": "2026-03-30", "test_from": "2026-03-30"}, "must be before"),
    ],
)
def test_what_is_held_out_needs_its_column(tmp_path: Path, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        _dated(tmp_path, **options)


@pytest.mark.slow
def test_a_built_data_set_reads_back_and_trains_the_same(tmp_path: Path) -> None:
    config = load("starter")
    counts = build(config, tmp_path / "built")
    rows = list(read_built(tmp_path / "built"))
    before = load_splits(config.data)
    assert len(rows) == sum(counts.kept.values()) == sum(map(len, before.values()))
    after = load_splits(configured({"kind": "built", "path": str(tmp_path / "built")}).data)
    assert after == before
    assert fingerprint(rows) == fingerprint(d for part in before.values() for d in part)
    manifest = json.loads((tmp_path / "built" / "manifest.json").read_text())
    assert manifest["kept"] == counts.kept
    assert manifest["data_sha256"] == fingerprint(rows)
    files = {path.name for path in (tmp_path / "built").glob("*.arrow")}
    assert set(manifest["files"]) == files
    assert sorted(name.partition("-")[0] for name in files) == ["dev", "test", "train"]


def _torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _changed(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"ferry", b"fairy"))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (Path.unlink, r"train-\w+\.arrow is missing; write it with"),
        (_torn, r"train-\w+\.arrow is not the file that manifest\.json names: it is torn or was changed; write it with"),
        (_changed, r"train-\w+\.arrow is not the file that manifest\.json names"),
    ],
)
def test_a_spoiled_data_set_is_named(tmp_path: Path, spoil: Callable[[Path], None], message: str) -> None:
    build(configured(table(tmp_path, "one", [f"{FERRY},1,g"]), split={"dev": 0.0, "test": 0.0}), tmp_path / "built")
    spoil(next((tmp_path / "built").glob("train-*.arrow")))
    with pytest.raises(DataError, match=message):
        list(read_built(tmp_path / "built"))


@pytest.mark.parametrize(
    ("manifest", "message"),
    [("{}", "is not a manifest of a data set"), ('{"files": {}}', "names no files"), ('{"files": {"../x.arrow": ""}}', "names no files")],
)
def test_a_manifest_that_names_no_data_set_is_refused(tmp_path: Path, manifest: str, message: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(DataError, match=message):
        list(read_built(tmp_path))


def test_datasets_opens_it_as_it_is(tmp_path: Path) -> None:
    """By the card, with the features, without the splits that are empty, and again after it was replaced."""
    target, cache = tmp_path / "built", str(tmp_path / "cache")
    for name in ("one", "two"):
        rows = [f"{FERRY} {name} {n},{n / 60},g{n}" for n in range(60)]
        build(configured(table(tmp_path, name, rows), split={"dev": 0.2, "test": 0.0}), target)
        found = load_dataset(str(target), cache_dir=cache)
        assert {split: part.features for split, part in found.items()} == {"train": FEATURES, "dev": FEATURES}
        assert [document_of(row) for split in ("train", "dev") for row in found[split]] == list(read_built(target))
        streamed = load_dataset(str(target), cache_dir=cache, streaming=True)
        assert [row["id"] for row in streamed["dev"]] == found["dev"]["id"]
    mapped = open_built(target)
    assert mapped["dev"].cache_files, "the rows are not in memory"
    assert {split: len(rows) for split, rows in mapped.items()} == {**found.num_rows, "test": 0}
    assert mapped["dev"]._fingerprint == open_built(target)["dev"]._fingerprint != mapped["train"]._fingerprint
    card = (target / "README.md").read_text()
    assert "license_details: 'two: unstated'" in card
    assert f"| train | {len(mapped['train'])} |" in card


def test_a_large_split_has_several_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "MAX_SHARD_SIZE", "30KB")
    monkeypatch.setattr(datasets.config, "DEFAULT_MAX_BATCH_SIZE", 50)
    rows = [f"{FERRY} {n},1,g{n}" for n in range(500)]
    config = configured(table(tmp_path, "one", rows), split={"dev": 0.0, "test": 0.0})
    build(config, tmp_path / "built")
    assert len(list((tmp_path / "built").glob("train-*.arrow"))) > 2
    assert list(read_built(tmp_path / "built")) == load_splits(config.data)["train"]
    found = load_dataset(str(tmp_path / "built"), cache_dir=str(tmp_path / "cache"))
    assert [document_of(row) for row in found["train"]] == list(read_built(tmp_path / "built"))


def test_bars_of_datasets_are_hidden_and_put_back(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    seen: list[bool] = []
    config = configured(table(tmp_path, "one", [f"{FERRY},1,g"]))
    assert not are_progress_bars_disabled()
    build(config, tmp_path / "built", advance=lambda _: seen.append(are_progress_bars_disabled()))
    assert not are_progress_bars_disabled()
    assert seen == [True]
    assert capfd.readouterr() == ("", "")


def test_nothing_is_half_written_or_overwritten(tmp_path: Path) -> None:
    good = configured(table(tmp_path, "one", [f"{FERRY},1,g"]))
    target = tmp_path / "built"
    build(good, target)
    before = (target / "manifest.json").read_bytes()
    bad = configured(table(tmp_path, "two", [f"{FERRY},7,g"]))
    with pytest.raises(DataError, match=r"two\.csv:2: value '7' is outside"):
        build(bad, target)
    assert (target / "manifest.json").read_bytes() == before
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    with pytest.raises(DataError, match="holds something other than a built data set"):
        build(good, other)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["built", "one.csv", "other", "two.csv"]


def test_a_data_set_of_an_earlier_version_is_named_and_replaced(tmp_path: Path) -> None:
    target = tmp_path / "built"
    target.mkdir()
    names = ["train.parquet", "dev-0123456789ab.parquet", "test-0123456789ab.parquet"]
    for name in names:
        (target / name).write_bytes(b"PAR1")
    (target / "manifest.json").write_text(json.dumps({"files": dict.fromkeys(names, "0")}))
    with pytest.raises(DataError, match=r"train\.parquet was written by an earlier version of presscheck; write it with: presscheck data"):
        list(read_built(target))
    build(configured(table(tmp_path, "one", [f"{FERRY},1,g"])), target)
    assert len(list(read_built(target))) == 1
    assert not list(target.glob("*.parquet"))


def test_a_folder_with_another_manifest_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "batch").mkdir()
    (tmp_path / "batch" / "manifest.json").write_text('{"rows": 3}')
    with pytest.raises(DataError, match="holds something other than a built data set"):
        build(configured(table(tmp_path, "one", [f"{FERRY},1,g"])), tmp_path / "batch")
    assert [path.name for path in (tmp_path / "batch").iterdir()] == ["manifest.json"]


class Crash(BaseException):
    """The process ends here."""


STEPS = ("replace", "unlink", "rename", "mkdir", "write_text", "write_bytes", "rmdir")


def _stepped(monkeypatch: pytest.MonkeyPatch, before_step: Callable[[], None]) -> None:
    """Calls a function before each change to the file system, but for its own."""
    busy: list[bool] = []

    def watched(function: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*arguments: object, **options: object) -> object:
            if not busy:
                busy.append(True)
                try:
                    before_step()
                finally:
                    busy.pop()
            return function(*arguments, **options)

        return wrapped

    for name in STEPS:
        monkeypatch.setattr(Path, name, watched(getattr(Path, name)))
    monkeypatch.setattr(shutil, "rmtree", watched(shutil.rmtree))
    monkeypatch.setattr("presscheck.data.dataset.stored.write_rows", watched(write_rows))


@pytest.mark.slow
def test_at_every_step_one_whole_data_set_stands_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a reader before each step, and for one that began before the build."""
    old, new = (
        configured(table(tmp_path, name, [f"{FERRY} {name} {n},1,g{n}" for n in range(30)]), split={"salt": name})
        for name in ("one", "two")
    )
    target = tmp_path / "built"
    build(new, tmp_path / "other")
    after = list(read_built(tmp_path / "other"))
    build(old, target)
    before = list(read_built(target))
    assert before != after

    seen: list[bool] = []
    begun = read_built(target)
    first = next(begun)
    with monkeypatch.context() as patch:

        def look() -> None:
            found = list(read_built(target))
            assert found in (before, after)
            listed = load_dataset(str(target), cache_dir=str(tmp_path / "cache"), streaming=True)
            assert sum(1 for rows in listed.values() for _ in rows) == 30
            seen.append(found == after)

        _stepped(patch, look)
        build(new, target)
    assert seen == sorted(seen), "the old set until the new one stands"
    assert set(seen) == {False, True}
    assert [first, *begun] == before


@pytest.mark.slow
@pytest.mark.parametrize("stood_before", [True, False])
def test_a_build_that_ends_at_any_step_leaves_a_whole_set_and_is_made_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, stood_before: bool
) -> None:
    old, new = (configured(table(tmp_path, name, [f"{FERRY} {name} {n},1,g{n}" for n in range(30)])) for name in ("one", "two"))
    build(old, tmp_path / "old")
    build(new, tmp_path / "new")
    whole = [list(read_built(tmp_path / name)) for name in ("old", "new")]
    target = tmp_path / "built"
    for step in count():
        shutil.rmtree(target, ignore_errors=True)
        if stood_before:
            shutil.copytree(tmp_path / "old", target)
        left = iter(range(step))
        with monkeypatch.context() as patch:

            def crash(left: Iterator[int] = left) -> None:
                if next(left, None) is None:
                    raise Crash

            _stepped(patch, crash)
            try:
                build(new, target)
            except Crash:
                crashed = True
            else:
                crashed = False
        stands = (target / "manifest.json").exists()
        assert stands or not stood_before
        assert not stands or list(read_built(target)) in whole, f"step {step}"
        build(new, target)
        assert list(read_built(target)) == whole[1]
        named = json.loads((target / "manifest.json").read_text())["files"]
        assert {path.name for path in target.iterdir()} == {".lock", "manifest.json", "README.md", *named}
        if not crashed:
            break
    assert step > 10


def test_two_builds_of_one_folder_do_not_mix(tmp_path: Path) -> None:
    config = configured(table(tmp_path, "one", [f"{FERRY},1,g"]))

    def meanwhile(_: Document) -> None:
        with pytest.raises(DataError, match=r"built is being written by process \d+ on .*; wait for it or give another"):
            build(config, tmp_path / "built")

    build(config, tmp_path / "built", advance=meanwhile)
    assert len(list(read_built(tmp_path / "built"))) == 1


def test_the_command(tmp_path: Path) -> None:
    source = table(tmp_path, "one", [f"{FERRY},1,g", f"{FERRY},1,g2"])
    config = tmp_path / "mine.yaml"
    config.write_text(json.dumps({"name": "mine", "data": {"sources": [source], "deduplicate": {"jaccard": 0.7}}}))
    result = CliRunner().invoke(app, ["data", "build", str(config), "--out", str(tmp_path / "built")])
    assert result.exit_code == 0, result.output
    assert "dropped: one: exact copy: 1" in result.output
