import io

import pytest

from presscheck.data.rows import lines
from presscheck.data.rows.lines import lines_of
from presscheck.data.rows.raw import Tally


def read(raw: bytes, encoding: str | None = None) -> list[str]:
    """The text of every line, or the code of its fault."""
    tally = Tally()
    found = [row.fault.code if row.fault else row.data.decode() for row in lines_of(io.BytesIO(raw), tally, encoding=encoding)]
    assert tally["total"] == len(found)
    return found


@pytest.mark.parametrize(
    ("encoding", "asked"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", None),
        ("utf-8", "UTF8"),
        ("cp1252", "windows-1252"),
        ("utf-16-le", "utf-16-le"),
        ("utf-32", "utf-32"),
        ("cp500", "cp500"),
        ("utf-7", "utf-7"),
    ],
)
def test_a_line_ends_at_a_line_feed_in_every_encoding(encoding: str, asked: str | None) -> None:
    text = "Über\r\nzwei\x0cdrei\nvier"
    assert read(text.encode(encoding), asked) == ["Über\r\n", "zwei\x0cdrei\n", "vier"]


def test_a_mark_on_a_later_line_is_passed_over() -> None:
    assert read("\ufeffone\n\ufefftwo\n".encode()) == read("\ufeffone\n\ufefftwo\n".encode("utf-16-le")) == ["one\n", "two\n"]


def test_a_line_that_is_not_in_the_encoding_costs_itself() -> None:
    assert read(b"one\ntw\x81o\nthree\n", "cp1252") == ["one\n", "encoding", "three\n"]


def test_a_file_that_is_not_in_a_wide_encoding_ends_there() -> None:
    assert read("one\n".encode("utf-32-le") + b"\xff\xff\xff\xff" * 3, "utf-32-le") == ["encoding"]


def test_a_line_too_long_for_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_ROW_BYTES", 10)
    assert read(b"one\n" + b"x" * 50 + b"\ntwo\n") == ["one\n", "too_long", "two\n"]
