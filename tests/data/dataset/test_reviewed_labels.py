"""A reviewed list of doubtful labels: what each decision does, to which split, and what is refused."""

from pathlib import Path

import pytest

from presscheck.configs.sources import DataConfig
from presscheck.data.dataset.documents import Counts, load_splits
from presscheck.data.errors import DataError
from presscheck.data.schema import Document, SplitName

HEAD = "decision,label,text,id\n"
ROWS = "text,loud,story\n" + "".join(f"Harbour notice number {n},{n % 2},s{n}\n" for n in range(60))
FORMULA = "=Harbour notice number x"


def data(folder: Path, decisions: str, **options: object) -> DataConfig:
    (folder / "ours.csv").write_text(f"{ROWS}{FORMULA},1,sx\n", encoding="utf-8")
    (folder / "reviewed.csv").write_text(HEAD + decisions, encoding="utf-8")
    source = {
        "kind": "table",
        "path": str(folder / "ours.csv"),
        "name": "ours",
        "segment": "headline",
        "group": "story",
        "labels": {"sensational": {"column": "loud"}},
    }
    return DataConfig.model_validate({"sources": [source], "reviewed_labels": {"path": str(folder / "reviewed.csv"), **options}})


def by_text(splits: dict[SplitName, list[Document]]) -> dict[str, Document]:
    return {d.segments[0].text: d for part in splits.values() for d in part}


def lines_of(splits: dict[SplitName, list[Document]], split: SplitName, count: int) -> list[str]:
    """The rest of a line of the list, for some documents of a split whose label is 1."""
    some = [d for d in splits[split] if d.segments[0].labels["sensational"] == 1 and d.segments[0].text != FORMULA]
    return [f"sensational,{d.segments[0].text},{d.id}" for d in some[:count]]


@pytest.fixture
def plain(tmp_path: Path) -> dict[SplitName, list[Document]]:
    """The data without a list."""
    return load_splits(data(tmp_path, "").model_copy(update={"reviewed_labels": None}))


def test_each_decision_does_what_it_says_and_is_counted(plain: dict[SplitName, list[Document]], tmp_path: Path) -> None:
    kept, dropped, lowered, corrected, open_line = lines_of(plain, "train", 5)
    decisions = f"keep,{kept}\nDrop,{dropped}\ndown_weight,{lowered}\nno,{corrected}\n,{open_line}\n1,sensational,Gone since,ours/x\n"
    counts = Counts()
    found = by_text(load_splits(data(tmp_path, decisions, weight=0.5), counts))
    documents = [found[line.split(",")[1]] for line in (kept, dropped, lowered, corrected, open_line)]
    assert [d.segments[0].labels.get("sensational") for d in documents] == [1.0, None, 1.0, 0.0, 1.0]
    assert [d.weight for d in documents] == [1.0, 1.0, 0.5, 1.0, 1.0]
    assert counts.reviewed == {"kept": 2, "dropped": 1, "down-weighted": 1, "changed": 1, "not found": 1}
    changed = {d.id for d in documents[1:4]}
    assert all(found[d.segments[0].text] == d for part in plain.values() for d in part if d.id not in changed)


def test_undecided_lines_follow_the_config(plain: dict[SplitName, list[Document]], tmp_path: Path) -> None:
    first, second = lines_of(plain, "train", 2)
    counts = Counts()
    found = by_text(load_splits(data(tmp_path, f",{first}\nkeep,{second}\n", undecided="drop"), counts))
    assert "sensational" not in found[first.split(",")[1]].segments[0].labels
    assert counts.reviewed == {"dropped": 1, "kept": 1}


def test_only_train_changes(plain: dict[SplitName, list[Document]], tmp_path: Path) -> None:
    (train,), (test,) = lines_of(plain, "train", 1), lines_of(plain, "test", 1)
    counts = Counts()
    found = load_splits(data(tmp_path, f"0,{train}\n0,{test}\n"), counts)
    assert found["test"] == plain["test"]
    assert counts.reviewed == {"changed": 1, "not found": 1}


def test_a_text_that_a_spreadsheet_would_take_for_a_formula(tmp_path: Path) -> None:
    config = data(tmp_path, "")
    plain = load_splits(config.model_copy(update={"reviewed_labels": None}))
    document = by_text(plain)[FORMULA]
    if document not in plain["train"]:
        config = config.model_copy(update={"split": config.split.model_copy(update={"test": 0.0, "dev": 0.0})})
    (tmp_path / "reviewed.csv").write_text(f"{HEAD}0,sensational,'{FORMULA},{document.id}\n", encoding="utf-8")
    assert by_text(load_splits(config))[FORMULA].segments[0].labels["sensational"] == 0.0


@pytest.mark.parametrize(
    ("decisions", "message"),
    [
        ("maybe,sensational,Some text,ours/2\n", r"reviewed.csv:2: the decision 'maybe' is none of keep, drop"),
        ("1.5,sensational,Some text,ours/2\n", r"reviewed.csv:2: the decision '1.5' is none of"),
        ("drop,sensationel,Some text,ours/2\n", r"reviewed.csv:2: unknown label 'sensationel'"),
        ("drop,claim,One text,a\n1,claim,One text,a\n", r"reviewed.csv:3: the same label as in line 2"),
        ("drop,sensational,Some text,elsewhere/2\n", "no line names a label of the train split"),
    ],
)
def test_a_list_that_does_not_fit_is_refused(tmp_path: Path, decisions: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        load_splits(data(tmp_path, decisions))


def test_a_sentence_of_an_article_has_no_weight_of_its_own(tmp_path: Path) -> None:
    from presscheck.data.starter import STARTER

    for kind in ("headlines", "articles"):
        (tmp_path / "corpus" / kind).mkdir(parents=True)
        (tmp_path / "corpus" / kind / "crime.txt").write_bytes((STARTER / kind / "crime.txt").read_bytes())
    tree = {"sources": [{"kind": "starter", "path": str(tmp_path / "corpus")}]}
    train = load_splits(DataConfig.model_validate(tree))["train"]
    article, sentence = next((d, s) for d in train for s in d.sentences if "," not in s.text and '"' not in s.text and "claim" in s.labels)
    for decision in ("down_weight", "drop"):
        (tmp_path / "reviewed.csv").write_text(f"{HEAD}{decision},claim,{sentence.text},{article.id}\n", encoding="utf-8")
        config = DataConfig.model_validate({**tree, "reviewed_labels": {"path": str(tmp_path / "reviewed.csv")}})
        if decision == "down_weight":
            with pytest.raises(DataError, match=r"reviewed.csv:2: .* is an article"):
                load_splits(config)
        else:
            found = next(d for d in load_splits(config)["train"] if d.id == article.id)
            labels = next(dict(s.labels) for s in found.sentences if s.text == sentence.text)
            assert labels == {name: value for name, value in sentence.labels.items() if name != "claim"}
            assert found.weight == 1.0
