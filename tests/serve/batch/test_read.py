"""Reading: what each format gives, what is refused and by which words."""

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from backports import zstd

from presscheck.data.errors import DataError
from presscheck.serve.batch import read
from presscheck.serve.batch.inputs import find_inputs
from presscheck.serve.batch.job import Columns
from presscheck.serve.batch.read import Fault, InputReader
from presscheck.serve.batch.row import Row, read_row

COLUMNS = Columns()
ROWS: list[dict[str, object]] = [
    {"id": "1", "headline": "A levy", "body": "It fell.\nTwice."},
    {"id": "2", "headline": "Ü", "body": None},
]
JSONL = "".join(json.dumps(row) + "\n" for row in ROWS).encode()


def read_all(*patterns: str, columns: Columns = COLUMNS) -> list[Row | Fault]:
    return [
        read_row(raw, name=source.name, columns=columns)
        for source in find_inputs(patterns)
        for raw in InputReader(source, columns)
    ]


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
        ("a.jsonl.gz", gzip.compress(JSONL)),
        ("a.jsonl.gz", gzip.compress(JSONL[:20]) + gzip.compress(JSONL[20:])),
        ("a.jsonl.zst", zstd.compress(JSONL)),
        ("a.jsonl.zst", zstd.compress(JSONL[:20]) + zstd.compress(JSONL[20:])),
        ("a.csv", csv_of('id,headline,body,more\n1,A levy,"It fell.\nTwice.",x\n2,Ü,,x\n')),
        ("a.csv.gz", gzip.compress(csv_of('headline,id,body\nA levy,1,"It fell.\nTwice."\n\nÜ,2,\n'))),
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
    (b'{"headline": 5}', "type", "headline", "must be a string, not int"),
    (b'{"body": ["a"]}', "type", "body", "must be a string, not list"),
    (b'{"id": {}, "body": "a"}', "type", "id", "a string or a whole number, not dict"),
    (b'{"headline": "A", "outlet": 3}', "type", "outlet", "must be a string, not int"),
    (b'{"headline": "\xff"}', "encoding", None, "not UTF-8 at byte 14"),
    (b'{"headline": "\\ud800"}', "encoding", "headline", "half a character"),
    (b"\x00\x01\xff", "binary", None, "not UTF-8"),
    (b'{"headline": "a\x00"}', "binary", None, "binary data"),
    (b'{"headline": "a\\u0000"}', "binary", "headline", "binary data"),
    (b'{"headline": "  ", "body": null}', "empty", None, "no text to score"),
    (b'{"headline": NaN}', "json", None, "NaN is no JSON"),
    (b'{"headline": ' + b"[" * 100_000, "json", None, "nested too deeply"),
    (b'{"headline": "A", "more": ' + b"1" * 5000 + b"}", "json", None, "too many digits"),
]


@pytest.mark.parametrize(("line", "code", "field", "words"), BAD)
def test_a_bad_line_is_refused_by_name_and_the_rest_is_read(
    tmp_path: Path, line: bytes, code: str, field: str | None, words: str
) -> None:
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
    monkeypatch.setattr(read, "MAX_ROW_BYTES", 100)
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
        (6, "csv"),
    ]


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
    with pytest.raises(DataError, match=r"\.jsonl, \.ndjson, \.csv, \.parquet"):
        find_inputs([str(tmp_path / name)])


def test_the_hash_is_of_the_stored_file(tmp_path: Path) -> None:
    import hashlib

    for name, raw in (("a.jsonl.gz", gzip.compress(JSONL)), ("b.parquet", parquet(ROWS))):
        (tmp_path / name).write_bytes(raw)
        reader = InputReader(find_inputs([str(tmp_path / name)])[0], COLUMNS)
        list(reader)
        assert reader.sha256 == hashlib.sha256(raw).hexdigest()
