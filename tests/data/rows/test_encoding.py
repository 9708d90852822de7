import pytest

from presscheck.data.rows.encoding import browser_encoding, decode, decode_page
from presscheck.data.rows.refusal import RowError

TEXT = "<p>“Über” – 5 €</p>"


def page(head: str, encoding: str) -> bytes:
    return f"{head}{TEXT}".encode(encoding)


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("ISO-8859-1", "cp1252"),
        ("latin1", "cp1252"),
        ("US-ASCII", "cp1252"),
        ("x-cp1250", "cp1250"),
        ("iso-8859-9", "cp1254"),
        ("GB2312", "gb18030"),
        (" Shift_JIS ", "cp932"),
        ("iso88592", "iso8859-2"),
        ("utf8", "utf-8"),
        ("windows-31j", "cp932"),
        ("utf-7", None),
        ("rot13", None),
        ("utf-32", None),
        ("klingon", None),
    ],
)
def test_labels_mean_what_browsers_take_them_for(label: str, codec: str | None) -> None:
    assert browser_encoding(label) == codec


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="iso-8859-1">', "cp1252"),
        ("<META CHARSET=Windows-1252>", "cp1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1"/>', "cp1252"),
        ('<?xml version="1.0" encoding="iso-8859-15"?><html>', "iso8859-15"),
        ('<!-- <meta charset="koi8-r"> --><meta charset="cp1252">', "cp1252"),
        ('<script charset="koi8-r"></script><meta charset="cp1252">', "cp1252"),
        ('<meta charset="utf-16">', "utf-8"),
        ('<meta charset="klingon">', "utf-8"),
        ("", "utf-8"),
    ],
)
def test_a_page_is_read_in_the_encoding_that_it_declares(head: str, encoding: str) -> None:
    text = TEXT if encoding != "iso8859-15" else TEXT.replace("“", "").replace("”", "").replace("–", "-")
    found, losses = decode_page((head + text).encode(encoding), where="a")
    assert found.endswith(text)
    assert losses == 0
    assert not found.startswith("<?xml")


def test_what_goes_before_what() -> None:
    declared = '<meta charset="koi8-r">'
    assert decode_page(page(declared, "cp1252"), where="a", charset="ISO-8859-1")[0].endswith(TEXT)
    assert decode_page(page(declared, "utf-8-sig"), where="a", charset="koi8-u")[0].endswith(TEXT)
    assert decode_page(page(declared, "utf-16"), where="a")[0].endswith(TEXT)
    assert decode_page(page(declared, "cp1252"), where="a", encoding="cp1252", charset="koi8-r")[0].endswith(TEXT)


def test_what_could_not_be_decoded_is_counted() -> None:
    raw = b'<meta charset="utf-8"><p>One \xff two \xc3( \xef\xbf\xbd</p>'  # the last is a U+FFFD of the page's own
    text, losses = decode_page(raw, where="a")
    assert losses == 2
    assert text.endswith("<p>One \ufffd two \ufffd( \ufffd</p>")


def test_the_gaps_of_a_windows_page_are_as_browsers_have_them() -> None:
    assert decode_page(b"a\x81b", where="a", charset="windows-1252") == ("a\x81b", 0)
    assert decode_page(b"a\xd2b", where="a", charset="windows-1253") == ("a\ufffdb", 1)


@pytest.mark.parametrize("raw", ["Über".encode("cp1252"), b'<meta charset="klingon">\xdcber'])
def test_a_page_that_declares_nothing_is_refused_with_what_to_do(raw: bytes) -> None:
    with pytest.raises(RowError, match=r"a: not UTF-8 at byte \d+; name its encoding \(--encoding cp1252") as caught:
        decode_page(raw, where="a")
    assert caught.value.fault.code == "encoding"


def test_a_page_with_a_nul_is_binary() -> None:
    with pytest.raises(RowError, match="binary data") as caught:
        decode_page(b'<meta charset="cp1252">a\0b', where="a")
    assert caught.value.fault.code == "binary"


@pytest.mark.parametrize(("encoding", "asked"), [("utf-8-sig", None), ("utf-8-sig", "utf-8"), ("utf-16", None), ("cp1252", "cp1252")])
def test_a_text(encoding: str, asked: str | None) -> None:
    assert decode("Über den Hafen".encode(encoding), where="a", encoding=asked) == "Über den Hafen"
