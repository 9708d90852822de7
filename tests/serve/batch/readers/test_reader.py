"""Reading: what each format gives, what is refused and by which words."""

import csv
import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from presscheck.data.errors import DataError
from presscheck.data.rows import lines
from presscheck.data.rows.columns import Columns
from presscheck.data.rows.refusal import Fault
from presscheck.data.rows.row import Row, read_row
from presscheck.serve.batch.readers.discover import find_inputs
from presscheck.serve.batch.readers.reader import InputReader

COLUMNS = Columns()
ROWS: list[dict[str, object]] = [
    {"id": "1", "headline": "A levy", "body": "It fell.\nTwice."},
    {"id": "2", "headline": "Ü", "body": None},
]
JSONL = "".join(json.dumps(row) + "\n" for row in ROWS).encode()


def read_all(*patterns: str, columns: Columns = COLUMNS) -> list[Row | Fault]:
    return [read_row(raw, name=source.name, columns=columns) for source in find_inputs(patterns) for raw in InputReader(source, columns)]


def parquet(rows: list[dict[str, object]]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), stream)
    return stream.getvalue()


def csv_of(raw: str) -> bytes:
    return raw.encode()


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("a.jsonl", JSONL),
        ("a.ndjson", b"\xef\xbb\xbf" + JSONL),
        ("a.jsonl", JSONL.decode().encode("utf-16")),
        ("a.jsonl.gz", gzip.compress(JSONL, mtime=0)),
        ("a.jsonl.gz", gzip.compress(JSONL[:20], mtime=0) + gzip.compress(JSONL[20:], mtime=0)),
        ("a.jsonl.zst", zstd.compress(JSONL)),
        ("a.jsonl.zst", zstd.compress(JSONL[:20]) + zstd.compress(JSONL[20:])),
        ("a.csv", csv_of('id,headline,body,more\n1,A levy,"It fell.\nTwice.",x\n2,Ü,,x\n')),
        ("a.csv.gz", gzip.compress(csv_of('headline,id,body\nA levy,1,"It fell.\nTwice."\n\nÜ,2,\n'), mtime=0)),
        ("a.parquet", parquet([{**row, "extra": 1.5} for row in ROWS])),
    ],
)
@pytest.mark.parametrize("protocol", ["", "file://", "memory://"])
def test_every_format_gives_the_same_rows(tmp_path: Path, protocol: str, name: str, raw: bytes) -> None:
    place = f"{protocol}{tmp_path}/{name}"
    with fsspec.open(place, "wb") as stream:
        stream.write(raw)
    for pattern in (place, f"{protocol}{tmp_path}", f"{protocol}{tmp_path}/a*"):
        found = read_all(pattern)
        assert [isinstance(row, Row) for row in found] == [True, True]
        articles = [row.article for row in found if isinstance(row, Row)]
        assert [(a.id, a.headline, a.body) for a in articles] == [("1", "A levy", "It fell.\nTwice."), ("2", "Ü", None)]


BAD: list[tuple[bytes, str, str | None, str]] = [
    (b'{"headline": ', "json", None, "invalid JSON at column 14"),
    (b"[1, 2]", "schema", None, "a row is a JSON object"),
    (b'"text"', "schema", None, "a row is a JSON object"),
    (b'{"title": "A"}', "schema", None, 'needs "headline" or "body"; this one has title'),
    (b'{"headline": 5}', "type", "headline", "must be a string, not a number"),
    (b'{"body": ["a"]}', "type", "body", "must be a string, not a list"),
    (b'{"id": {}, "body": "a"}', "type", "id", "a string or a whole number, not an object"),
    (b'{"headline": "A", "outlet": [3]}', "type", "outlet", "must be a string or a number, not a list"),
    (b'{"headline": "\xff"}', "encoding", None, "not UTF-8 at byte 14"),
    (b'{"headline": "\\ud800"}', "encoding", "headline", "a lone surrogate"),
    (b"\x00\x01\xff", "binary", None, "binary data"),
    (b'{"headline": "a\x00"}', "binary", None, "binary data"),
    (b'{"headline": "a\\u0000"}', "binary", "headline", "a NUL"),
    (b'{"headline": "  ", "body": null}', "empty", None, "no text to score"),
    (b'{"headline": NaN}', "json", None, "NaN is not JSON"),
    (b'{"headline": ' + b"[" * 100_000, "json", None, "nested too deeply"),
    (b'{"headline": "A", "more": ' + b"1" * 5000 + b"}", "json", None, "too many digits"),
]


@pytest.mark.parametrize(("line", "code", "field", "words"), BAD)
def test_a_bad_line_is_refused_by_name_and_the_rest_is_read(tmp_path: Path, line: bytes, code: str, field: str | None, words: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(line + b"\n" + JSONL)
    fault, *rest = read_all(str(tmp_path))
    assert isinstance(fault, Fault)
    assert (fault.code, fault.field) == (code, field)
    assert words in fault.message
    assert all(isinstance(row, Row) for row in rest)
    assert len(rest) == 2


def test_a_line_without_end_is_torn_only_where_it_is_broken(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(JSONL + b'{"headline": "A le')
    (tmp_path / "b.jsonl").write_bytes(JSONL + b'{"headline": "A levy"}')
    found = [row.code if isinstance(row, Fault) else "row" for row in read_all(str(tmp_path))]
    assert found == ["row", "row", "torn", "row", "row", "row"]


def test_a_line_too_long_for_memory_costs_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_ROW_BYTES", 100)
    (tmp_path / "a.jsonl").write_bytes(b'{"headline": "' + b"a" * 1000 + b'"}\n' + JSONL)
    fault, *rest = read_all(str(tmp_path))
    assert isinstance(fault, Fault)
    assert fault.code == "too_long"
    assert len([row for row in rest if isinstance(row, Row)]) == 2


@pytest.mark.parametrize("compress", [gzip.compress, zstd.compress])
def test_a_torn_archive_gives_what_it_holds_and_a_fault(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    lines = b"".join(b'{"id": %d, "headline": "Headline %d"}\n' % (i, i * 7919) for i in range(20_000))
    suffix = "gz" if compress is gzip.compress else "zst"
    (tmp_path / f"a.jsonl.{suffix}").write_bytes(compress(lines)[:-200])
    *rows, last = read_all(str(tmp_path))
    assert isinstance(last, Fault)
    assert last.code in ("damaged", "torn")
    assert len(rows) > 1000
    assert any(isinstance(row, Fault) and row.code == "damaged" for row in [*rows, last])


def test_a_quote_that_never_closes_costs_its_own_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,headline\n1,"open\n2,two\n3,three,four\n"4"x,y\n5,\xe9\n', encoding="latin-1")
    found = list(InputReader(find_inputs([str(tmp_path)])[0], COLUMNS))
    assert [(raw.line, raw.fault.code if raw.fault else "row") for raw in found] == [
        (2, "csv"),
        (3, "row"),
        (4, "csv"),
        (5, "csv"),
        (6, "row"),
    ]
    codes = [row.code if isinstance(row, Fault) else "row" for row in read_all(str(tmp_path))]
    assert codes == ["csv", "row", "csv", "csv", "encoding"]


def test_a_csv_without_the_columns_is_named_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,title\n1,A\n2,B\n")
    (found,) = read_all(str(tmp_path))
    assert isinstance(found, Fault)
    assert "no column 'headline' or 'body'; it has id, title" in found.message
    renamed = read_all(str(tmp_path), columns=Columns(headline="title"))
    assert [row.article.headline for row in renamed if isinstance(row, Row)] == ["A", "B"]


def test_a_parquet_cell_that_is_no_text_costs_its_row(tmp_path: Path) -> None:
    bad = pa.array([b"fine", b"\xff\xfe"]).cast(pa.binary()).view(pa.string())
    pq.write_table(pa.table({"id": ["1", "2"], "headline": bad}), tmp_path / "a.parquet")
    good, fault = read_all(str(tmp_path))
    assert isinstance(good, Row)
    assert isinstance(fault, Fault)
    assert (fault.code, fault.field) == ("encoding", "headline")


def test_a_damaged_parquet_file_is_one_fault(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(parquet(ROWS)[:-10])
    (found,) = read_all(str(tmp_path))
    assert isinstance(found, Fault)
    assert found.code == "damaged"


@pytest.mark.parametrize("name", ["nowhere.jsonl", "nowhere/*.jsonl", "picture.png", "empty"])
def test_a_pattern_that_finds_nothing_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"\.jsonl, \.ndjson, \.csv, \.tsv, \.parquet"):
        find_inputs([str(tmp_path / name)])


def test_the_hash_is_of_the_stored_file(tmp_path: Path) -> None:
    import hashlib

    for name, raw in (("a.jsonl.gz", gzip.compress(JSONL)), ("b.parquet", parquet(ROWS))):
        (tmp_path / name).write_bytes(raw)
        reader = InputReader(find_inputs([str(tmp_path / name)])[0], COLUMNS)
        list(reader)
        assert reader.sha256 == hashlib.sha256(raw).hexdigest()


def reader_of(path: Path) -> InputReader:
    return InputReader(find_inputs([str(path)])[0], COLUMNS)


def outcome(path: Path) -> list[tuple[int, str]]:
    """Line and fate of every row."""
    return [(raw.line, raw.fault.code if raw.fault else "row") for raw in reader_of(path)]


# What stands between two quotes that do not belong together is read again where a line of it is a row of its own.
UNCLOSED = {
    "closed by a stray quote": (
        'id,headline\n1,"open\n2,two\n3,three\n4,a screen of 5"\n5,five\n',
        [(2, "csv"), (3, "row"), (4, "row"), (5, "row"), (6, "row")],
    ),
    "on neighbouring lines": ('id,headline\n1,"open\n2,close"\n3,three\n', [(2, "csv"), (3, "row"), (4, "row")]),
    "and too many cells": (
        'id,headline\n1,"open\n2,two\n3,three",x\n4,four\n',
        [(2, "csv"), (3, "row"), (4, "csv"), (5, "row")],
    ),
    "in the header's row": ('id,"headline\n1,one\n2,two"\n3,three\n', [(1, "csv")]),
    "an empty cell between": (
        'id,headline,body\n1,"open,\n2,"",x\n3,y,z"\n4,a,b\n',
        [(2, "csv"), (3, "row"), (4, "row"), (5, "row")],
    ),
}


@pytest.mark.parametrize("case", UNCLOSED)
def test_quotes_that_do_not_close_swallow_no_row(tmp_path: Path, case: str) -> None:
    text, expected = UNCLOSED[case]
    (tmp_path / "a.csv").write_text(text)
    assert outcome(tmp_path / "a.csv") == expected


@pytest.mark.parametrize(
    "body",
    [
        "First.\nYesterday, it rained.\nThe end, at last.",
        "It cost\n30,000 pounds\nand then 1,500 more",
        'A line\n\nanother\nand "a quote", he said,\nthen',
        "one\ntwo",
    ],
)
@pytest.mark.parametrize("order", [("id", "body"), ("body", "id"), ("body",)])
def test_paragraphs_in_quotes_are_text(tmp_path: Path, body: str, order: tuple[str, ...]) -> None:
    with (tmp_path / "a.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, order, extrasaction="ignore")
        writer.writeheader()
        writer.writerows({"id": str(number), "body": body} for number in range(3))
    found = [row.article.body if isinstance(row, Row) else row for row in read_all(str(tmp_path))]
    assert found == [body] * 3


@settings(max_examples=300)
@given(st.lists(st.sampled_from(["1", "a b", '"', ",", "\n", '""', "x, y", '",', ',"', "\n\n", "\r\n"]), max_size=40))
def test_every_line_of_a_csv_is_in_a_count(tmp_path_factory: pytest.TempPathFactory, pieces: list[str]) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    raw = ("id,headline\n" + "".join(pieces)).encode()
    path.write_bytes(raw)
    reader = reader_of(path)
    rows = list(reader)
    lines = reader.lines
    assert lines is not None
    physical = raw.count(b"\n") + (not raw.endswith(b"\n"))
    assert lines.total == physical
    assert lines.header + lines.blank + lines.unread + sum(row.lines for row in rows) == physical
    covered = [number for row in rows for number in range(row.line, row.line + row.lines)]
    assert len(covered) == len(set(covered))


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("cut", [1, 2, 3])
def test_utf_16_that_ends_inside_a_character_costs_its_last_line(tmp_path: Path, mark: str, cut: int) -> None:
    raw = ("\ufeff" + JSONL.decode() + '{"headline": "A 😀').encode(mark)
    (tmp_path / "a.jsonl").write_bytes(raw[:-cut])
    first, second, fault = read_all(str(tmp_path))
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert isinstance(fault, Fault)
    assert fault.code in ("encoding", "torn")


def test_a_utf_16_line_too_long_for_memory_costs_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_ROW_BYTES", 200)
    text = '{"headline": "' + "a" * 3000 + '"}\n' + JSONL.decode()
    (tmp_path / "a.jsonl").write_bytes(text.encode("utf-16"))
    fault, *rest = read_all(str(tmp_path))
    assert isinstance(fault, Fault)
    assert fault.code == "too_long"
    assert [isinstance(row, Row) for row in rest] == [True, True]


@pytest.mark.parametrize("kind", ["dictionary", "view", "list", "nested dictionary"])
def test_bytes_that_are_no_text_cost_their_row_in_every_column_type(tmp_path: Path, kind: str) -> None:
    cells = pa.array([b"fine", b"\xff\xfe", b"good"]).cast(pa.binary()).view(pa.string())
    columns = {
        "dictionary": lambda: cells.dictionary_encode(),
        "view": lambda: cells.cast(pa.string_view()),
        "list": lambda: pa.ListArray.from_arrays(pa.array([0, 1, 2, 3], pa.int32()), cells),
        "nested dictionary": lambda: pa.StructArray.from_arrays([cells.dictionary_encode()], ["a"]),
    }
    pq.write_table(pa.table({"id": ["1", "2", "3"], "headline": columns[kind]()}), tmp_path / "a.parquet")
    codes = [row.code if isinstance(row, Fault) else "row" for row in read_all(str(tmp_path))]
    assert codes == (["type"] if kind in ("list", "nested dictionary") else ["row", "encoding", "row"])


def damaged_parquet(path: Path, *, codec: str, checksums: bool = False) -> None:
    """Six row groups of 100 rows; the headlines' page of the third is damaged. Without checksums, zstd would not notice."""
    rows = pa.table({"id": [str(i) for i in range(600)], "headline": [f"Levy {i * 7919} falls" for i in range(600)]})
    pq.write_table(rows, path, row_group_size=100, compression=codec, use_dictionary=False, write_page_checksum=checksums)
    column = pq.ParquetFile(path).metadata.row_group(2).column(1)
    raw = bytearray(path.read_bytes())
    middle = column.data_page_offset + column.total_compressed_size // 2
    raw[middle : middle + 40] = bytes(255 - byte for byte in raw[middle : middle + 40])
    path.write_bytes(raw)


@pytest.mark.parametrize(("codec", "checksums"), [("snappy", False), ("gzip", False), ("zstd", True), ("none", True)])
def test_a_damaged_page_costs_its_row_group(tmp_path: Path, codec: str, checksums: bool) -> None:
    damaged_parquet(tmp_path / "a.parquet", codec=codec, checksums=checksums)
    found = list(reader_of(tmp_path / "a.parquet"))
    assert [raw.line for raw in found] == list(range(1, 601))
    faults = [raw for raw in found if raw.fault]
    assert [raw.line for raw in faults] == list(range(201, 301))
    fault = faults[0].fault
    assert fault is not None
    assert fault.code == "damaged"
    assert "row group 3, rows 201 to 300" in fault.message


def test_a_disk_that_fails_is_no_damaged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged_parquet(tmp_path / "a.parquet", codec="snappy")

    class Failing(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() < 3000:
                raise OSError(5, "Input/output error")
            return super().read(-1 if size is None else size)

    monkeypatch.setattr("presscheck.serve.batch.readers.reader.open_raw", Failing)
    with pytest.raises(OSError, match="Input/output error"):
        list(reader_of(tmp_path / "a.parquet"))


def test_a_torn_archive_of_a_csv_loses_no_line_before_the_tear(tmp_path: Path) -> None:
    head = "id,headline\n" + "".join(f"{i},Levy {i * 7919}\n" for i in range(5000)) + '5000,"never closed\n'
    text = head + "".join(f"{i},Tax {i * 7907}\n" for i in range(5001, 20_000))
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text.encode())[:-200])
    reader = reader_of(tmp_path / "a.csv.gz")
    rows = list(reader)
    assert rows[-1].fault is not None
    assert rows[-1].fault.code == "damaged"
    assert reader.lines is not None
    assert reader.lines.is_complete()
    assert reader.lines.in_rows == len(rows) - 1
    assert [raw.line for raw in rows[:-1] if raw.fault] == [5002]


@pytest.mark.parametrize(("url", "extra"), [("s3://a/b.csv", "s3"), ("gs://a/b.csv", "gs"), ("az://a/b.csv", "abfs")])
def test_a_store_whose_package_is_missing_is_refused_with_its_extra(monkeypatch: pytest.MonkeyPatch, url: str, extra: str) -> None:
    for package in ("s3fs", "gcsfs", "adlfs"):
        monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(DataError, match=rf"pip install 'presscheck\[{extra}\]'"):
        find_inputs([url])
