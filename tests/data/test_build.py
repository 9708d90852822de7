"""Building a data set: splits, copies, Parquet and the manifest."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.configs.loader import load
from presscheck.configs.schema import RunConfig
from presscheck.configs.sources import DataConfig
from presscheck.data.build.documents import Counts, documents, load_splits
from presscheck.data.build.seen import SeenTexts, sign
from presscheck.data.build.write import build
from presscheck.data.errors import DataError
from presscheck.data.parquet import read_built
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
    with SeenTexts(jaccard=0.6) as seen:
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
    config = configured(
        {"kind": "starter", "path": str(folder.parent)}, deduplicate={}, split={"dev": 0.0, "test": 0.0}
    )
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
    assert counts.dropped == {"t: its story stands in a later split": 2}
    assert sum(counts.kept.values()) == 28


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
        ({"dev_from": "2026-03-30", "test_from": "2026-03-30"}, "must lie before"),
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
        assert [(d.id, d.group, d.year, d.review) for d in after[name]] == [
            (d.id, d.group, d.year, d.review) for d in part
        ]
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
    assert set(manifest["files"]) == {"train.parquet", "dev.parquet", "test.parquet"}


def _broken(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [(Path.unlink, "dev.parquet is missing; write it with"), (_broken, r"dev\.parquet: ")],
)
def test_a_spoiled_data_set_is_named(tmp_path: Path, spoil: Callable[[Path], None], message: str) -> None:
    build(configured(table(tmp_path, "one", [f"{FERRY},1,g"])), tmp_path / "built")
    spoil(tmp_path / "built" / "dev.parquet")
    with pytest.raises(DataError, match=message):
        list(read_built(tmp_path / "built"))


def test_nothing_is_half_written_or_overwritten(tmp_path: Path) -> None:
    good = configured(table(tmp_path, "one", [f"{FERRY},1,g"]))
    target = tmp_path / "built"
    build(good, target)
    before = (target / "manifest.json").read_bytes()
    bad = configured(table(tmp_path, "two", [f"{FERRY},7,g"]))
    with pytest.raises(DataError, match=r"two\.csv:2: value '7' lies outside"):
        build(bad, target)
    assert (target / "manifest.json").read_bytes() == before
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    with pytest.raises(DataError, match="holds something else"):
        build(good, other)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["built", "one.csv", "other", "two.csv"]


def test_the_command(tmp_path: Path) -> None:
    source = table(tmp_path, "one", [f"{FERRY},1,g", f"{FERRY},1,g2"])
    config = tmp_path / "mine.yaml"
    config.write_text(json.dumps({"name": "mine", "data": {"sources": [source], "deduplicate": {"jaccard": 0.7}}}))
    result = CliRunner().invoke(app, ["data", "build", str(config), "--out", str(tmp_path / "built")])
    assert result.exit_code == 0, result.output
    assert "dropped: one: exact copy: 1" in result.output
