import pytest

from presscheck.data.article import MAX_BODY_CHARS, Article, make_article, parse_plain


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
    "word",
    ["nan", "NaN", "NULL", "None", "N/A", "#N/A", "NA", "-", "—", "<NA>", r"\N", "(blank)", " nAn \n", "\u200bnan"],
)
def test_a_word_for_a_missing_text_is_none(word: str) -> None:
    assert make_article("x", word, "It fell.").headline is None
    assert make_article("x", "It fell", word).body is None


@pytest.mark.parametrize("text", ["NaN halts the ferries", "Null points", "None of it holds.", "N/A Ltd", "-5", "–40"])
def test_a_text_that_holds_such_a_word_is_a_text(text: str) -> None:
    assert make_article("x", text, text) == Article("x", text, text)


def test_a_long_text_may_begin_with_what_cannot_be_seen() -> None:
    assert make_article("x", None, "\u200b" * 200 + "It fell.").body is not None
    assert make_article("x", "\u200b" * 200, None).headline is None


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x85"])
def test_a_headline_ends_with_its_line_in_every_system(end: str) -> None:
    text = f"Tank is empty{end}{end}Crews say so.{end}Nobody asked.{end}"
    found = parse_plain(text, identifier="x")
    assert (found.headline, found.body) == ("Tank is empty", text[text.index("Crews") :])
