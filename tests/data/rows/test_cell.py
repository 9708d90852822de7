from datetime import date
from typing import Any

import pytest

from presscheck.data.rows.cell import day_cell, id_cell, label_cell, name_cell, text_cell
from presscheck.data.rows.refusal import RowError

NAN = float("nan")


def code(read: Any, value: Any) -> str:
    with pytest.raises(RowError) as caught:
        read(value, "c")
    assert caught.value.fault.field == "c"
    return caught.value.fault.code


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (88, "88"),
        (0, "0"),
        (88.0, "88"),
        (-0.0, "0"),
        (2.0e2, "200"),
        ("88.0", "88"),
        ("-7.00", "-7"),
        ("007", "007"),
        ("007.0", "007.0"),
        ("1.10", "1.10"),
        ("0.5", "0.5"),
        ("NA", "NA"),
        ("nan", "nan"),
        ("false", "false"),
        (10**400, "1" + "0" * 400),
        (2.0**52, "4503599627370496"),
    ],
)
def test_an_id(value: Any, expected: str) -> None:
    assert id_cell(value, "c") == name_cell(value, "c") == expected


@pytest.mark.parametrize("value", [None, NAN, "", "  "])
def test_a_missing_id_or_name(value: Any) -> None:
    assert id_cell(value, "c") is None
    assert name_cell(value, "c") is None


@pytest.mark.parametrize("value", [0.25, True, False, [7], {"n": 7}, 2.0**53, -1e300, float("inf"), "9007199254740993.0"])
def test_what_is_no_id(value: Any) -> None:
    assert code(id_cell, value) == "type"


def test_an_id_that_a_float_has_changed_says_what_to_do() -> None:
    with pytest.raises(RowError, match=r'"c" is 9007199254740992 as a float, .*write it as a string'):
        id_cell(2.0**53, "c")


def test_a_name_may_be_any_number_and_a_boolean() -> None:
    assert [name_cell(value, "c") for value in (0, 0.0, False, True, 2.5)] == ["0", "0", "false", "true", "2.5"]
    assert code(name_cell, ["a"]) == code(name_cell, {}) == "type"


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (3, "a number"),
        (2.5, "a number"),
        (True, "a boolean"),
        (["a"], "a list"),
        ({"a": 1}, "an object"),
        (NAN, "a number"),
    ],
)
def test_what_is_no_text(value: Any, shape: str) -> None:
    with pytest.raises(RowError, match=f'"c" must be a string, not {shape}$'):
        text_cell(value, "c")


@pytest.mark.parametrize("read", [text_cell, id_cell, name_cell])
def test_strings_that_cannot_be_stored(read: Any) -> None:
    assert code(read, "a\0b") == "binary"
    assert code(read, "a\ud83d") == "encoding"
    assert read("a\u2028b\ufeff", "c") == "a\u2028b\ufeff"


MAPPING = {"bait": 1.0, "none": 0.0, "true": 1.0, "1": 1.0, "0": 0.0, "skip": None, "2.5": 0.5}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("bait", 1.0),
        (" BAIT ", 1.0),
        ("None", 0.0),
        (True, 1.0),
        ("TRUE", 1.0),
        (1, 1.0),
        (1.0, 1.0),
        ("1.0", 1.0),
        (0, 0.0),
        (-0.0, 0.0),
        (2.5, 0.5),
        ("skip", None),
        (None, None),
        ("", None),
        (NAN, None),
        ("nan", None),
    ],
)
def test_a_label_by_its_spelling(value: Any, expected: float | None) -> None:
    assert label_cell(value, "c", MAPPING) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0.25", 0.25), (1, 1.0), (True, 1.0), ("False", 0.0), (None, None), (NAN, None), ("NaN", None)],
)
def test_a_label_without_a_mapping(value: Any, expected: float | None) -> None:
    assert label_cell(value, "c", None) == expected


@pytest.mark.parametrize(
    ("value", "mapping", "words"),
    [
        ("perhaps", MAPPING, "'perhaps' is not in the mapping (bait, none,"),
        ("N/A", {"bait": 1.0}, "'N/A' is not in the mapping"),
        (False, {"bait": 1.0}, "False is not in the mapping"),
        ("0,5", None, "'0,5' is not a number; write 0.5"),
        ("yes", None, "'yes' is not a number; map it"),
        (7, None, "7 is outside 0..1"),
        (float("inf"), None, "is outside 0..1"),
        (["bait"], MAPPING, "must be a label, not a list"),
    ],
)
def test_a_label_that_fits_nothing(value: Any, mapping: Any, words: str) -> None:
    with pytest.raises(RowError) as caught:
        label_cell(value, "c", mapping)
    assert words in str(caught.value)


def test_a_day() -> None:
    assert day_cell("2026-03-01 10:00", "c") == date(2026, 3, 1)
    assert code(day_cell, "1 March") == code(day_cell, None) == "type"
