"""Column types; damaged files are held by tests/serve/batch/readers/test_reader.py."""

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from presscheck.data.rows.columns import Columns, Wanted, article_columns
from presscheck.data.rows.parquet import parquet_rows
from presscheck.data.rows.raw import Tally
from presscheck.data.rows.refusal import Fault

ARTICLES = article_columns(Columns())
ALL = Wanted({"id": "id", "story": "name", "bait": "label", "day": "day"}, all_of=("bait",))


def read(columns: dict[str, Any], wanted: Wanted = ARTICLES, tally: Tally | None = None) -> list[Any]:
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    rows = parquet_rows(stream, wanted, Tally() if tally is None else tally, name="a")
    return [row.fault or json.loads(row.data) for row in rows]


@pytest.mark.parametrize(
    ("column", "cells", "says"),
    [
        ("headline", pa.array([b"A", b"B"]), '"headline" must be a string, not binary;'),
        ("headline", pa.array([["A"], ["B"]]), "not list<element: string>"),
        ("headline", pa.array([1, 2], pa.int16()), "not int16"),
        ("headline", pa.array([True, False]), "not bool"),
        ("headline", pa.array([1.5, None]), "not double"),
        ("headline", pa.array([Decimal(1), Decimal(2)], pa.decimal128(7, 2)), "not decimal128(7, 2)"),
        ("headline", pa.array([{"a": 1}, None]), "not struct<a: int64>"),
        ("id", pa.array([True, False]), '"id" must be a string or a whole number, not bool'),
        (
            "id",
            pa.array([datetime(2026, 5, 4, tzinfo=UTC)] * 2, pa.timestamp("ms", "UTC")),
            "not timestamp[ms, tz=UTC]",
        ),
        ("outlet", pa.array([date(2026, 5, 4)] * 2), '"outlet" must be a string or a number, not date32[day]'),
    ],
)
def test_a_type_that_cannot_be_used_is_refused_once_by_its_own_name(column: str, cells: Any, says: str) -> None:
    tally = Tally()
    (found,) = read({"headline": ["A", "B"], column: cells}, tally=tally)
    assert isinstance(found, Fault)
    assert (found.code, found.field) == ("type", column)
    assert says in found.message
    assert (tally["total"], tally["unread"]) == (2, 1)


@pytest.mark.parametrize(
    "cells",
    [pa.array(["A", None]), pa.array(["A", None], pa.large_string()), pa.array(["A", None]).dictionary_encode()],
)
def test_every_kind_of_string_is_a_text(cells: Any) -> None:
    assert read({"Headline": cells, "id": pa.nulls(2)}) == [
        {"id": None, "headline": "A"},
        {"id": None, "headline": None},
    ]


def test_columns_of_one_name_are_refused() -> None:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_arrays([pa.array(["A"]), pa.array(["B"])], names=["body", "Body"]), stream)
    (row,) = parquet_rows(stream, ARTICLES, Tally(), name="a")
    assert row.fault is not None
    assert row.fault.message == "'body' and 'Body' are columns of the same name; keep one of them"


def test_numbers_booleans_and_days() -> None:
    nan = float("nan")
    found = read(
        {
            "id": [101.0, nan, None],
            "story": pa.array([True, False, None]),
            "bait": pa.array([Decimal("0.50"), Decimal(1), None]),
            "day": pa.array([datetime(2026, 5, 4, 7)] * 3, pa.timestamp("ns")),
        },
        ALL,
    )
    assert [row["id"] for row in found] == [101.0, None, None]
    assert [row["story"] for row in found] == [True, False, None]
    assert [row["bait"] for row in found] == [0.5, 1.0, None]
    assert {row["day"][:10] for row in found} == {"2026-05-04"}
