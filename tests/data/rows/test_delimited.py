"""Delimited files as spreadsheets and exports write them; what a stray quote costs is held by tests/serve/batch/readers/test_reader.py."""

import io
import json
from typing import Any

import pytest

from presscheck.data.rows.columns import Columns, Wanted, article_columns
from presscheck.data.rows.delimited import csv_rows
from presscheck.data.rows.header import Dialect
from presscheck.data.rows.lines import lines_of
from presscheck.data.rows.raw import LineCount, Tally
from presscheck.data.rows.refusal import Fault

ARTICLES = article_columns(Columns())
BODY = "It fell, in part; all of it."


def read(raw: bytes, wanted: Wanted = ARTICLES, *, encoding: str | None = None, dialect: Dialect | None = None) -> list[tuple[int, Any]]:
    """Line and cells (or fault) of every row; every line has to be in a count."""
    tally = Tally()
    rows = list(csv_rows(lines_of(io.BytesIO(raw), tally, encoding=encoding), wanted, tally, dialect=dialect))
    count = LineCount.model_validate(tally)
    assert count.total == count.header + count.blank + count.unread + sum(row.lines for row in rows)
    return [(row.line, row.fault or json.loads(row.data)) for row in rows]


def fault(raw: bytes, wanted: Wanted = ARTICLES) -> Fault:
    ((_, found),) = read(raw, wanted)
    assert isinstance(found, Fault)
    return found


@pytest.mark.parametrize(
    ("text", "encoding", "line"),
    [
        (f'id,headline,body\n8,A,"{BODY}"\n', "utf-8", 2),
        (f'"id","headline","body"\r\n"8","A","{BODY}"\r\n', "utf-8-sig", 2),
        (f'id;headline;body\n8;A;"{BODY}"\n', "utf-8", 2),
        (f"id\theadline\tbody\n8\tA\t{BODY}\n", "utf-16", 2),
        (f"id|headline|body\n8|A|{BODY}\n", "utf-8", 2),
        (f'sep=;\nid;headline;body\n8;A;"{BODY}"\n', "utf-8", 3),
        (f'"sep=|"\r\nid|headline|body\r\n8|A|{BODY}\r\n', "utf-16", 3),
        (f'ID, Headline ,BODY\n8,A,"{BODY}"\n', "utf-8", 2),
        (f'"id", "headline", "body"\n"8", "A", "{BODY}"\n', "utf-8", 2),
        (f'Desk export,,\n\nid,headline,body\n8,A,"{BODY}"\n', "utf-8", 4),
        (f'Desk export\nmade on Monday\nheadline;id;"body"\nA;8;"{BODY}"\n', "utf-8", 4),
        (f'id,headline,body,,\n8,A,"{BODY}",,\n', "utf-8", 2),
        (f'note,id,note,headline,body\nx,8,y,A,"{BODY}"\n', "utf-8", 2),
    ],
)
def test_a_layout_that_is_certain_is_read(text: str, encoding: str, line: int) -> None:
    assert read(text.encode(encoding)) == [(line, {"id": "8", "headline": "A", "body": BODY})]


def test_a_file_of_one_column() -> None:
    found = [cells for _, cells in read(b"Body\nIt fell; twice\n\t\nIt rose\n")]
    assert found == [{"body": "It fell; twice"}, {"body": "\t"}, {"body": "It rose"}]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id;title;text\n1;A;B\n", "no column 'headline' or 'body'; it has id, title, text (cut by semicolons)"),
        ("id\ttitle\n1\tA\n", "it has id, title (cut by tabs); nothing of it was read; rename a column, or name it"),
        ("title\nA\n", "it has title; nothing of it was read"),
        ("id,body,body\n1,A,B\n", "'body' and 'body' are columns of the same name; keep one of them"),
        ("id,Body, body\n1,A,B\n", "'Body' and ' body' are columns of the same name"),
        ("id,Id,body\n1,2,B\n", "'id' and 'Id' are columns of the same name"),
        ("Export, Monday\nid,body\n1,A\n", "it has Export, Monday (cut by commas); nothing of it was read; rename a column, or "
         "name it to presscheck batch with --column; if line 2 is the header, remove the lines above it"),
        (f"{', '.join(f'c{n}' for n in range(20))}\n", "c11 and 8 more (cut by commas)"),
    ],
)  # fmt: skip
def test_a_layout_that_is_not_is_refused_with_what_to_do(text: str, words: str) -> None:
    found = fault(text.encode())
    assert found.code == "schema"
    assert words in found.message


def test_utf_16_without_a_mark_is_binary() -> None:
    assert fault("id,body\n1,A\n".encode("utf-16-le")).code == "binary"
    assert read("id,body\n1,A\n".encode("utf-16-le"), encoding="utf-16-le") == [(2, {"id": "1", "body": "A"})]


def test_a_row_of_another_length_names_both() -> None:
    (_, found), (_, good) = read(b"id;body\n1;A;B\n2;C\n")
    assert found == Fault("csv", "the row has 3 cells, the header 2")
    assert good == {"id": "2", "body": "C"}


def test_bytes_of_another_encoding_cost_the_cell_that_is_read() -> None:
    raw = "id,note,body\n1,é,A\n2,x,é\n".encode("cp1252")
    assert [cells["body"] for _, cells in read(raw)] == ["A", "\udce9"]
    assert [cells["body"] for _, cells in read(raw, encoding="cp1252")] == ["A", "é"]
    odd = read(b"id,body\n1,A\n2,\x81\n3,C\n", encoding="cp1252")
    assert [cells.code if isinstance(cells, Fault) else cells["id"] for _, cells in odd] == ["1", "encoding", "3"]


def test_a_dialect_of_a_publisher_is_taken_as_it_is() -> None:
    wanted = Wanted({"a": "text", "b": "text"}, all_of=("a", "b"))
    loose = Dialect("\t", quoted=False, may_end_early=True)
    assert read(b'a\tb\n"x\ty"\nz\n', wanted, dialect=loose) == [(2, {"a": '"x', "b": 'y"'}), (3, {"a": "z", "b": ""})]
    assert "no column 'b'; it has a" in fault(b"a\nx\n", wanted).message


def test_a_quote_that_closes_on_a_row_is_refused_with_semicolons_too() -> None:
    found = read(b'id;body\n1;"open\n2;two\n3;a "b"\n')
    assert [(line, cells.code if isinstance(cells, Fault) else cells["id"]) for line, cells in found] == [
        (2, "csv"),
        (3, "2"),
        (4, "3"),
    ]


def test_carriage_returns_alone_are_named() -> None:
    found = fault(b"id,body\r1,A\r2,B\r")
    assert found.code == "csv"
    assert "carriage return alone, as on an old Mac" in found.message
