import pytest

from presscheck.data.rows.companions import is_companion, passed_over_note
from presscheck.data.rows.kinds import foreign_bytes, foreign_text, kind_by_name, refused_kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.txt", "text"),
        ("a.TEXT", "text"),
        ("story", "text"),
        ("story.2026-05-04", "text"),
        ("No. 7 is closed", "text"),
        ("a.md", "markdown"),
        ("a.HTM", "html"),
        ("a.xhtml", "html"),
        ("a.json", "json"),
        ("a.ndjson", "jsonl"),
        ("a.b.tsv", "delimited"),
        ("a.docx", None),
        ("a.jsonl.gz", None),
        ("a.v2", None),
    ],
)
def test_a_name_says_the_kind(name: str, kind: str | None) -> None:
    assert kind_by_name(name) == kind


@pytest.mark.parametrize(
    ("suffix", "words"),
    [
        (".rtf", "RTF, which is not supported; save it as plain text"),
        (".eml", "an e-mail, which is not supported"),
        (".xlsx", "a spreadsheet, which is not supported; save it as CSV"),
        (".parquet", "presscheck batch reads it"),
        (".gz", "unpack it"),
        (".log", ".log is not a supported extension; supported are .txt"),
    ],
)
def test_a_kind_that_is_not_read_is_refused_with_what_to_do(suffix: str, words: str) -> None:
    assert words in refused_kind(suffix)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"{\\rtf1\\ansi Mill reopens}", "RTF"),
        (b"\xef\xbb\xbf\n%PDF-1.7", "PDF"),
        (b"PK\x03\x04word/document.xml", "an archive"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nMill", "subtitles"),
        (b"\x1f\x8b\x08", "an archive"),
    ],
)
def test_first_bytes_say_another_kind(raw: bytes, words: str) -> None:
    assert words in (foreign_bytes(raw) or "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"headline": "Mill reopens"}\n{"headline": "B"}', "JSON with the name of a text file; name it .json or .jsonl"),
        ('[\n {"headline": "Mill reopens"}\n]', "JSON"),
        ('{"headline": NaN}', "JSON"),
        ("<!-- x -->\n<!DOCTYPE html><p>Mill", "HTML with the name of a text file; name it .html"),
        ('<?xml version="1.0"?><html><p>Mill', "HTML"),
        ('<?xml version="1.0"?><rss>', "XML, which is not supported"),
        ("1\r\n00:00:01,000 --> 00:00:02,000\r\nMill reopens\r\n", "subtitles"),
        ("From: a@x.example\nSubject: Mill\nMIME-Version: 1.0\nX-Long: a\n b\n\nMill reopens.", "an e-mail"),
        ("---\ntitle: Mill\n---\nIt fell.", "Markdown with front matter with the name of a text file; name it .md"),
        ("---\ntitle: Mill: open\n---\nIt fell.", "Markdown with front matter"),
        ("---\nheadline: Mill reopens\nbody: It fell.\n", "a data file"),
    ],
)
def test_a_text_begins_as_another_kind_does(text: str, words: str) -> None:
    assert words in (foreign_text(text, is_markdown=False) or "")


@pytest.mark.parametrize(
    "text",
    [
        "Mill reopens\n\nIt fell.",
        "[Photos] Mill reopens\n\nIt fell.",
        "[1] Mill reopens",
        "{Breaking} Mill reopens",
        "From Chairwoman Lund: the mill reopens\n\nIt fell.",
        "Exclusive: Mill reopens\n\nIt fell.",
        "---\nMill reopens\n---\nIt fell.",
        "<b>Mill</b> reopens",
        "7\n\nIt fell.",
    ],
)
def test_a_text_is_a_text(text: str) -> None:
    assert foreign_text(text, is_markdown=False) is None
    assert foreign_bytes(text.encode()) is None


@pytest.mark.parametrize(
    "name",
    [
        "._a.txt",
        "in/._a.jsonl",
        "__MACOSX/a.txt",
        "x/__MACOSX/y/a.txt",
        ".DS_Store",
        ".git/a.txt",
        ".draft.txt",
        "Thumbs.db",
        "in/desktop.ini",
        "~$story.txt",
        ".#a.txt",
        "#a.txt#",
        "a.txt~",
        "a.jsonl.part",
        "a.csv.crdownload",
        "a.txt.tmp",
        r"in\._a.txt",
    ],
)
def test_companions(name: str) -> None:
    assert is_companion(name)


@pytest.mark.parametrize("name", ["a.txt", "in/a.txt", "MACOSX/a.txt", "a~b.txt", "part.txt", "thumbs.txt", "a.b/c.txt", "#7.txt", ""])
def test_what_is_no_companion(name: str) -> None:
    assert not is_companion(name)


def test_what_was_passed_over_is_said() -> None:
    note = passed_over_note({"companion": 2, ".pdf": 1200, "": 1}, ".txt")
    assert note == (
        "passed over: 1 without an extension, 1,200 .pdf, 2 hidden, temporary or companion files (such as ._name and name~); "
        "supported are .txt"
    )
