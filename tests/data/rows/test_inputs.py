"""Files and folders as `presscheck score` reads them."""

import io
from collections import Counter
from pathlib import Path

import pytest

from presscheck.data.article import Article, Rejected
from presscheck.data.rows.inputs import read_bytes, read_jsonl, read_path

PAGE = (
    "<html><head>{head}<title>Quay falls – again</title></head><body><nav><a href='/'>Home</a></nav><article><h1>Quay falls – again</h1>"
    "<p>The quay fell on Monday morning, the harbour board said in a statement to reporters.</p>"
    "<p>Nobody was hurt, according to the fire service, which sent two engines to the site.</p></article></body></html>"
)


def read(path: Path, passed_over: Counter[str] | None = None, encoding: str | None = None) -> list[Article | Rejected]:
    return list(read_path(path, passed_over=Counter() if passed_over is None else passed_over, encoding=encoding))


def outcome(found: list[Article | Rejected]) -> list[str]:
    """The id of each article, the code of each rejection."""
    return [one.code if isinstance(one, Rejected) else one.id for one in found]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"nan\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        (b"abc\x00def", "binary"),
        ("Über den Hafen".encode("cp1252"), "encoding"),
        (b"{\\rtf1 a}", "kind"),
        (b'{"headline": "A"}', "kind"),
    ],
)
def test_bad_bytes_are_rejected_with_a_code(raw: bytes, code: str) -> None:
    found = read_bytes(raw, name="a.txt", kind="text")
    assert isinstance(found, Rejected)
    assert found.code == code
    assert found.message.startswith("a.txt")


def test_the_charset_of_a_text() -> None:
    raw = "Über den Hafen".encode("cp1252")
    assert read_bytes(raw, name="a", kind="text", charset="ISO-8859-1") == Article("a", "Über den Hafen", None)
    odd = read_bytes(raw, name="a", kind="text", charset="klingon")
    assert odd == Rejected("a", "encoding", "a: klingon is not an encoding of text")
    marked = "Über".encode("utf-8-sig")
    assert read_bytes(marked, name="a", kind="text", charset="cp1252") == Article("a", "Über", None)


@pytest.mark.parametrize(
    ("head", "encoding", "losses"),
    [("<meta charset=iso-8859-1>", "cp1252", 0), ("", "utf-8", 0), ("<meta charset=utf-8>", "cp1252", 2)],
)
def test_a_page(head: str, encoding: str, losses: int) -> None:
    found = read_bytes(PAGE.format(head=head).encode(encoding), name="a.html", kind="html")
    assert isinstance(found, Article)
    assert found.headline == ("Quay falls \ufffd again" if losses else "Quay falls – again")
    assert found.body is not None
    assert found.body.startswith("The quay fell on Monday")
    assert found.encoding_losses == losses


def test_an_xhtml_page() -> None:
    raw = ('<?xml version="1.0" encoding="windows-1252"?>\n' + PAGE.format(head="")).encode("cp1252")
    found = read_bytes(raw, name="a.xhtml", kind="html")
    assert isinstance(found, Article)
    assert found.headline == "Quay falls – again"


def test_jsonl_keeps_the_order_and_names_each_bad_line() -> None:
    lines = [
        b'{"id": "a", "headline": "One"}',
        b'{"headline": 3}',
        b'{"headline": "broken"',
        b'["not", "an", "object"]',
        b'{"Headline": "wrong key"}',
        b'{"headline": "", "body": " "}',
        b'{"id": "e", "headline": "null"}',
        b"\xff\xfe\xfa",
        b'{"id": "\\ud800", "headline": "One"}',
        b'{"id": 7, "body": "Two."}',
        b'{"headline": "torn',
    ]
    found = list(read_jsonl(io.BytesIO(b"\n".join(lines)), name="rows"))
    assert outcome(found) == [
        "a",
        "type",
        "json",
        "schema",
        "schema",
        "empty",
        "empty",
        "encoding",
        "encoding",
        "7",
        "torn",
    ]
    assert found[6].id == "e"
    messages = [one.message for one in found if isinstance(one, Rejected)]
    assert messages[1].startswith("rows:3: invalid JSON at column")
    assert "'Headline' is spelt differently" in messages[3]


@pytest.mark.parametrize(
    ("name", "text", "ids"),
    [
        ("a.json", '{"headline": "A"}', [""]),
        (
            "a.json",
            '[{"headline": "A"}, 7, {"id": 8.0, "headline": "B"}, {"headline": true}]',
            [":1", "schema", "8", "type"],
        ),
        ("a.json", '{"id": 1, "headline": "A"}\n\n{"headline": "B\u2028C"}\n{"headline"', ["1", ":3", "json"]),
        ("a.json", '{"headline": "A",}', ["json"]),
        ("a.json", '{"headline": "A", "n": NaN}', ["json"]),
        ("a.json", "[]", []),
        ("a.json", " ", ["empty"]),
        ("a.csv", "headline;body\nA;B\n;\nnull;-\n", [":2", "empty"]),
        ("a.tsv", 'id\theadline\n1.0\tA\n\t"B\tC"\n', ["1", ":3"]),
        ("a.csv", "id,title\n1,A\n", ["schema"]),
        ("a.md", "---\ntitle: A: B\n---\n", ["schema"]),
        ("a.docx", "x", ["kind"]),
        ("a", "A\n\nB", [""]),
    ],
)
def test_rows_are_read_as_rows(tmp_path: Path, name: str, text: str, ids: list[str]) -> None:
    path = tmp_path / name
    path.write_text(text)
    found = [one.removeprefix(str(path)) for one in outcome(read(path))]
    assert found == ids


def test_an_encoding_that_is_asked_for(tmp_path: Path) -> None:
    for name, text in {
        "a.json": '{"headline": "Über"}',
        "a.csv": "headline\nÜber\n",
        "a.jsonl": '{"headline": "Über"}\n',
    }.items():
        (tmp_path / name).write_bytes(text.encode("cp1252"))
        (found,) = read(tmp_path / name, encoding="cp1252")
        assert isinstance(found, Article)
        assert found.headline == "Über"
        assert outcome(read(tmp_path / name)) == ["encoding"]


def test_a_folder_is_read_in_name_order_and_what_is_no_input_is_counted(tmp_path: Path) -> None:
    for folder in ("sub", ".git", "__MACOSX"):
        (tmp_path / folder).mkdir()
    names = (
        "b.txt",
        "a.txt",
        "sub/c.md",
        "readme",
        "x.bin",
        "._a.txt",
        ".git/d.txt",
        "__MACOSX/a.txt",
        "a.txt~",
        "e.rtf",
        "rows.csv",
    )
    for name in names:
        (tmp_path / name).write_text(f"headline of {name}\n\nbody")
    (tmp_path / "rows.csv").write_text("headline\nOne\n")
    (tmp_path / "core").write_bytes(b"\x7fELF\0\0")
    passed_over: Counter[str] = Counter()
    found = outcome(read(tmp_path, passed_over))
    assert [one.removeprefix(f"{tmp_path}/") for one in found] == ["a.txt", "b.txt", "readme", "rows.csv:2", "sub/c.md"]
    assert passed_over == {"companion": 4, ".bin": 1, ".rtf": 1, "": 1}


def test_a_companion_that_is_named_was_meant(tmp_path: Path) -> None:
    (tmp_path / ".draft.txt").write_text("A headline")
    assert outcome(read(tmp_path / ".draft.txt")) == [str(tmp_path / ".draft.txt")]


def test_a_broken_file_of_a_folder_stays_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\0\0")
    (tmp_path / "b.txt").write_bytes(b"{\\rtf1 a}")
    assert outcome(read(tmp_path)) == ["binary", "kind"]


def test_a_vanished_file_is_rejected(tmp_path: Path) -> None:
    (found,) = read(tmp_path / "gone.txt")
    assert found == Rejected(str(tmp_path / "gone.txt"), "unreadable", f"{tmp_path}/gone.txt: No such file or directory")
