"""Building a data set: splits, copies, Parquet and the manifest."""

import json
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.configs.loader import load
from presscheck.configs.schema import RunConfig
from presscheck.configs.sources import DataConfig
from presscheck.data.dataset.documents import Counts, documents, load_splits
from presscheck.data.dataset.duplicate_index import DuplicateIndex, sign
from presscheck.data.dataset.stored import read_built
from presscheck.data.dataset.write import build
from presscheck.data.errors import DataError
from presscheck.data.parquet import DocumentWriter
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
    for name, part in before.items():
        assert [(d.id, d.group, d.year, d.review) for d in after[name]] == [(d.id, d.group, d.year, d.review) for d in part]
        for one, two in zip(part, after[name], strict=True):
            for a, b in zip(one.segments, two.segments, strict=True):
                assert (a.text, a.spans, a.tags, a.notes, a.paragraph) == (
                    b.text,
                    b.spans,
                    b.tags,
                    b.notes,
                    b.paragraph,
                )
                assert b.labels == pytest.approx(dict(a.labels))
    manifest = json.loads((tmp_path / "built" / "manifest.json").read_text())
    assert manifest["kept"] == counts.kept
    files = {path.name for path in (tmp_path / "built").glob("*.parquet")}
    assert set(manifest["files"]) == files
    assert sorted(name.partition("-")[0] for name in files) == ["dev", "test", "train"]


def _broken(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [(Path.unlink, r"dev-\w+\.parquet is missing; write it with"), (_broken, r"dev-\w+\.parquet: ")],
)
def test_a_spoiled_data_set_is_named(tmp_path: Path, spoil: Callable[[Path], None], message: str) -> None:
    build(configured(table(tmp_path, "one", [f"{FERRY},1,g"])), tmp_path / "built")
    spoil(next((tmp_path / "built").glob("dev-*.parquet")))
    with pytest.raises(DataError, match=message):
        list(read_built(tmp_path / "built"))


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


def test_a_data_set_of_an_earlier_version_is_read_and_replaced(tmp_path: Path) -> None:
    target = tmp_path / "built"
    config = configured(table(tmp_path, "one", [f"{FERRY},1,g"]))
    build(config, target)
    before = list(read_built(target))
    manifest = json.loads((target / "manifest.json").read_text())
    for name in list(manifest["files"]):
        plain = f"{name.partition('-')[0]}.parquet"
        (target / name).rename(target / plain)
        manifest["files"][plain] = manifest["files"].pop(name)
    (target / "manifest.json").write_text(json.dumps(manifest))
    assert list(read_built(target)) == before
    build(config, target)
    assert list(read_built(target)) == before
    assert not (target / "dev.parquet").exists()


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
    """Calls a function before each change to the file system."""

    def watched(function: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*arguments: object, **options: object) -> object:
            before_step()
            return function(*arguments, **options)

        return wrapped

    for name in STEPS:
        monkeypatch.setattr(Path, name, watched(getattr(Path, name)))
    monkeypatch.setattr(shutil, "rmtree", watched(shutil.rmtree))
    monkeypatch.setattr(DocumentWriter, "close", watched(DocumentWriter.close))


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
            seen.append(found == after)

        _stepped(patch, look)
        build(new, target)
    assert seen == sorted(seen), "the old set until the new one stands"
    assert set(seen) == {False, True}
    assert [first, *begun] == before


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
            build(old, target)
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
        assert {path.name for path in target.iterdir()} == {".lock", "manifest.json", *named}
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
