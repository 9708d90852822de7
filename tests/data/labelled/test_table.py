import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from presscheck.data.errors import DataError
from presscheck.data.labelled.layout import LabelCells, Layout
from presscheck.data.labelled.table import read_table
from presscheck.data.schema import Document


def layout(*, labels: dict[str, tuple[str, dict[str, float | None] | None]] | None = None, **columns: Any) -> Layout:
    cells = {name: LabelCells((column,), values) for name, (column, values) in (labels or {"sensational": ("bait", None)}).items()}
    named = {"title", *(c for one in cells.values() for c in one.columns), *columns.values()}
    return Layout(source="team", licence="own", kind="headline", text="title", labels=cells, required=frozenset(named), **columns)


def read(path: Path, *, encoding: str | None = None, **options: Any) -> list[Document]:
    return list(read_table(path, layout(**options), encoding=encoding))


def test_csv_with_a_mapping_and_missing_labels(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('title,bait,site\n"One, two",yes,x\nThree,no,x\nFour,,y\n')
    documents = read(path, labels={"sensational": ("bait", {"yes": 1.0, "no": 0.0})}, group="site")
    assert [d.segments[0].labels.get("sensational") for d in documents] == [1.0, 0.0, None]
    assert [d.group for d in documents] == ["team/x", "team/x", "team/y"]


def test_jsonl_with_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "One", "bait": 0.33}\n\n{"title": "Two", "bait": 1}\n')
    assert [d.segments[0].labels["sensational"] for d in read(path)] == [0.33, 1.0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("title,bait\nOne,2\n", ":2: value '2' is outside 0..1"),
        ("title,bait\nOne,maybe\n", ":2: value 'maybe' is not a number"),
        ("title,bait\n,1\n", ':2: "title" holds no text'),
        ("title,bait\nOne,1,3\n", ":2: the row has 3 cells, the header 2"),
        ("titel,bait\nOne,1\n", ":1: the file has no column 'title'; it has titel, bait"),
        ("title,bait\n", "no rows"),
        ("", "no rows"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content)
    with pytest.raises(DataError, match=r"a\.csv") as caught:
        read(path)
    assert message in str(caught.value)


def test_a_day_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("title,bait,when\nOne,1,2026-02-29\nTwo,1,\nThree,1,2026-03-01T10:00Z\n")
    with pytest.raises(DataError) as caught:
        read(path, day="when")
    assert "a.csv:2: '2026-02-29' is not a day; write it as" in str(caught.value)
    assert "a.csv:3: '' is not a day" in str(caught.value)
    assert "a.csv:4" not in str(caught.value)


def test_empty_group_and_id_cells_fall_back(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("title,bait,site,key\nOne,1,,\nTwo,0,,\n")
    documents = read(path, group="site", identifier="key")
    assert [d.group for d in documents] == ["team/one", "team/two"]
    assert [d.id for d in documents] == ["team/2", "team/3"]


def test_bad_json_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "One", "bait": 1}\n{"title": \n')
    with pytest.raises(DataError, match=r"a\.jsonl:2: invalid JSON at column"):
        read(path)


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"title": ["One", "Two"], "bait": [0.25, None]}), path)
    assert [dict(d.segments[0].labels) for d in read(path)] == [{"sensational": 0.25}, {}]
    path.write_bytes(b"PAR1 no more")
    with pytest.raises(DataError, match=r"a\.parquet:1: not a readable Parquet file"):
        read(path)


def test_rows_are_read_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("title,bait\n" + "One,1\n" * 3 + "Two,7\n")
    rows = read_table(path, layout())
    assert [next(rows).segments[0].text for _ in range(3)] == ["One"] * 3
    with pytest.raises(DataError, match=r":5: value '7'"):
        next(rows)


def test_a_label_is_read_whatever_type_its_format_gives_it(tmp_path: Path) -> None:
    mapping = {"true": 1.0, "false": 0.0, "1": 1.0, "0": 0.0}
    (tmp_path / "a.jsonl").write_text(
        '{"title": "A", "bait": true}\n{"title": "B", "bait": 0.0}\n{"title": "C", "bait": null}\n{"title": "D", "bait": " False "}\n'
    )
    (tmp_path / "a.csv").write_text("title,bait\nA,True\nB,0.0\nC,\nD,FALSE\n")
    pq.write_table(pa.table({"title": list("ABCD"), "bait": [1.0, 0.0, float("nan"), 0.0]}), tmp_path / "a.parquet")
    for name in ("a.jsonl", "a.csv", "a.parquet"):
        documents = read(tmp_path / name, labels={"sensational": ("bait", mapping)})
        assert [d.segments[0].labels.get("sensational") for d in documents] == [1.0, 0.0, None, 0.0]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.parquet"])
def test_zero_and_false_are_groups_and_missing_ones_are_not(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    cells = [0.0, 0.0, None, 12.0]
    if name == "a.parquet":
        pq.write_table(pa.table({"title": list("ABCD"), "bait": [1] * 4, "story": cells, "key": cells}), path)
    elif name == "a.jsonl":
        rows = [{"title": t, "bait": 1, "story": c, "key": c} for t, c in zip("ABCD", (0, 0.0, None, 12.0), strict=True)]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        path.write_text("title,bait,story,key\nA,1,0,0\nB,1,0.0,0\nC,1,,\nD,1,12.0,12\n")
    documents = read(path, group="story", identifier="key", outlet="story", genre="story")
    assert [d.group for d in documents] == ["team/0", "team/0", "team/c", "team/12"]
    assert [d.id.removeprefix("team/") for d in documents[:2] + documents[3:]] == ["0", "0", "12"]
    assert [d.outlet for d in documents] == [d.genre for d in documents] == ["0", "0", None, "12"]


def test_false_is_a_group(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"title": "A", "bait": 1, "g": false}\n{"title": "B", "bait": 1, "g": false}\n')
    assert [d.group for d in read(tmp_path / "a.jsonl", group="g")] == ["team/false"] * 2


def test_every_cell_that_cannot_be_used_is_named_with_its_line(tmp_path: Path) -> None:
    lines = [
        '{"title": ["A"], "bait": 1, "g": "x"}',
        '{"title": {"t": "A"}, "bait": 1, "g": "x"}',
        '{"title": true, "bait": 1, "g": "x"}',
        '{"title": NaN, "bait": 1, "g": "x"}',
        '{"title": "A", "bait": 1, "g": ["x"]}',
        '{"title": "A", "bait": [[1]], "g": "x"}',
        '{"title": "A\\u0000", "bait": 1, "g": "x"}',
        '{"title": "A", "bait": 1, "g": "x"}',
        '{"title": "n/a", "bait": 1, "g": "x"}',
        '{"title": "A", "title": "B", "bait": 1, "g": "x"}',
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(DataError) as caught:
        read(path, group="g")
    assert str(caught.value).replace(str(path), "").splitlines() == [
        ':1: "title" must be a string, not a list',
        ':2: "title" must be a string, not an object',
        ':3: "title" must be a string, not a boolean',
        ":4: NaN is not JSON; a missing value is null",
        ':5: "g" must be a string or a number, not a list',
        ':6: "bait" must be a label, not a list',
        ':7: "title" holds a NUL, which is not text',
        ":9: \"title\" holds no text, as 'n/a' means a missing value",
        ":10: the key 'title' is repeated in one object",
        ": the other 1 rows are good; correct or remove the rows above",
    ]


def test_a_spreadsheet_s_table(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("sep=;\nTITLE;Bait\nÜber;ja\nZwei;nein\n".encode("cp1252"))
    documents = read(path, labels={"sensational": ("bait", {"ja": 1.0, "nein": 0.0})}, encoding="cp1252")
    assert [(d.segments[0].text, d.segments[0].labels["sensational"]) for d in documents] == [
        ("Über", 1.0),
        ("Zwei", 0.0),
    ]
    with pytest.raises(DataError, match=r'a\.csv:3: "title" holds bytes that are not UTF-8.*encoding: cp1252 in a config'):
        read(path, labels={"sensational": ("bait", {"ja": 1.0, "nein": 0.0})})
