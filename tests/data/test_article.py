import io
from pathlib import Path

import pytest

from presscheck.data.article import MAX_BODY_CHARS, Article, Rejected, parse_plain, read_bytes, read_jsonl, read_path


def test_plain_text_has_its_headline_first_and_says_where_the_body_begins() -> None:
    text = "\n\n  The headline  \n\nThe body. More.\n"
    article = parse_plain(text, identifier="x")
    assert article.headline == "The headline"
    assert article.body_start is not None
    assert article.body == text[article.body_start :]


def test_a_headline_alone_and_a_body_alone() -> None:
    assert parse_plain("Only a headline", identifier="x") == Article("x", "Only a headline", None)
    long = "word " * 200
    assert parse_plain(long, identifier="x").headline is None
    assert parse_plain(long, identifier="x").body == long


def test_a_huge_body_is_cut_and_marked() -> None:
    article = parse_plain("Head\n" + "x" * (MAX_BODY_CHARS + 5), identifier="x")
    assert article.truncated
    assert article.body is not None
    assert len(article.body) == MAX_BODY_CHARS


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        (b"abc\x00def", "binary"),
        ("Über den Hafen".encode("cp1252"), "encoding"),
    ],
)
def test_bad_bytes_are_rejected_with_a_code(raw: bytes, code: str) -> None:
    found = read_bytes(raw, name="a.txt", is_html=False)
    assert isinstance(found, Rejected)
    assert found.code == code
    assert found.message.startswith("a.txt")


@pytest.mark.parametrize(("encoding", "asked"), [("utf-8-sig", None), ("utf-16", None), ("cp1252", "cp1252")])
def test_encodings(encoding: str, asked: str | None) -> None:
    found = read_bytes("Über den Hafen\nZwei".encode(encoding), name="a.txt", is_html=False, encoding=asked)
    assert isinstance(found, Article)
    assert found.headline == "Über den Hafen"


def test_jsonl_keeps_the_order_and_names_each_bad_line() -> None:
    lines = [
        b'{"id": "a", "headline": "One"}',
        b'{"headline": 3}',
        b'{"headline": "broken"',
        b'["not", "an", "object"]',
        b'{"title": "wrong key"}',
        b'{"headline": "", "body": " "}',
        b"\xff\xfe\xfa",
        b'{"id": 7, "body": "Two."}',
    ]
    found = list(read_jsonl(io.BytesIO(b"\n".join(lines)), name="rows"))
    codes = [row.code if isinstance(row, Rejected) else row.id for row in found]
    assert codes[:6] == ["a", "schema", "json", "schema", "schema", "empty"]
    assert codes[6] in ("encoding", "json")
    assert codes[7] == "7"
    assert isinstance(found[2], Rejected)
    assert found[2].message.startswith("rows:3: invalid JSON at column")


def test_utf_16_jsonl_is_read_by_its_mark() -> None:
    raw = '{"headline": "Über"}\n{"headline": "Zwei"}\n'.encode("utf-16")
    assert [getattr(row, "headline", row) for row in read_jsonl(io.BytesIO(raw), name="rows")] == ["Über", "Zwei"]


def test_an_id_that_cannot_be_stored_is_written_out() -> None:
    (found,) = read_jsonl(io.BytesIO(b'{"id": "\\ud800", "headline": "One"}'), name="rows")
    assert found.id == "\\ud800"


def test_html_is_extracted() -> None:
    page = (
        "<html><head><title>Quay falls</title></head><body><nav><a href='/'>Home</a></nav><article><h1>Quay falls</h1>"
        "<p>The quay fell on Monday morning, the harbour board said in a statement to reporters.</p>"
        "<p>Nobody was hurt, according to the fire service, which sent two engines to the site.</p></article></body></html>"
    )
    found = read_bytes(page.encode(), name="a.html", is_html=True)
    assert isinstance(found, Article)
    assert found.headline == "Quay falls"
    assert found.body is not None
    assert found.body.startswith("The quay fell on Monday")


def test_folders_are_read_in_name_order(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b.txt", "a.txt", "sub/c.txt", "ignored.bin"):
        (tmp_path / name).write_text(f"Headline of {name}\n\nBody.")
    found = list(read_path(tmp_path))
    assert [row.id.removeprefix(f"{tmp_path}/") for row in found] == ["a.txt", "b.txt", "sub/c.txt"]


def test_a_vanished_file_is_rejected(tmp_path: Path) -> None:
    (found,) = read_path(tmp_path / "gone.txt")
    assert isinstance(found, Rejected)
    assert found.code == "unreadable"
