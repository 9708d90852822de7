import pytest

from presscheck.data.article import Article
from presscheck.data.rows.markdown import parse_markdown
from presscheck.data.rows.refusal import RowError

SENTENCES = "The mill reopened on Friday, its owner said. Nobody was hurt."


def parse(text: str) -> Article:
    return parse_markdown(text, identifier="a.md")


@pytest.mark.parametrize(
    "text",
    [
        f"# Mill reopens\n\n{SENTENCES}",
        f"Mill reopens\n===\n\n{SENTENCES}",
        f"Mill reopens\n---\n{SENTENCES}",
        f"Mill reopens\n\n{SENTENCES}",
        f"# *Mill* reopens #\r\n\r\n{SENTENCES}\r\n",
        f"## [Mill](https://x.example) reopens\n\n{SENTENCES}",
        f"![photo](m.jpg)\n\n# Mill reopens\n\n{SENTENCES}",
        f"---\ntitle: Mill reopens\ntags: [a, b]\n---\n\n{SENTENCES}",
        f"---\ntitle: Another\n---\n\n# Mill reopens\n\n{SENTENCES}",
        f"---\nTitle: 'Mill reopens'\ndate: 2026-05-04\n...\n{SENTENCES}",
        f"---\ntitle: Mill reopens\n---\n\n**Mill reopens**\n\n{SENTENCES}",
        f'+++\ntitle = "Mill reopens"\n+++\n{SENTENCES}',
        f"---\n---\n# Mill reopens\n\n{SENTENCES}",
        f'<h1 align="center">Mill <em>reopens</em></h1>\n\n{SENTENCES}',
        "# Mill reopens\n\nThe **mill** reopened on _Friday_, its [owner](https://x.example 'x') said.[^1] Nobody\nwas `hurt`.",
        "# Mill reopens\n\n> The mill reopened on Friday, its ~~owner~~ said.\n> Nobody was hurt.",
        "# Mill reopens\n\nThe mill reopened on Friday, its owner said. <!-- cut --> Nobody <b>was</b> hurt&#46;\n\n```\nmake\n```",
        f"# Mill reopens\n\n* * *\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n    {SENTENCES}\n\n<table><tr><td>x</td></tr></table>",
        f"# Mill reopens\n\n<div class='lead'>\n\n{SENTENCES}\n\n</div>\n<script>let a = 1</script>",
    ],
)
def test_markup_is_no_text(text: str) -> None:
    assert parse(text) == Article("a.md", "Mill reopens", SENTENCES)


def test_paragraphs_headings_and_items_stand_apart() -> None:
    text = "# One\n\nA.  \nB.\n\n## Two\n\n1. C\n2. D\n   - E\n\n[^n]: F, p. 4.\n\n<p>G</p><p>H<br>I</p>\n\n[l]: https://x.example"
    assert parse(text).body == "A.\nB.\n\nTwo\n\nC\n\nD\n\nE\n\nF, p. 4.\n\nG\n\nH\nI"


def test_a_title_or_a_lone_first_heading_goes_before_the_first_line() -> None:
    assert parse("---\ntitle: One\n---\n## Two\n\nA.").headline == "One"
    assert parse("NEWS\n\n# One\n\nA.\n\n## Two").headline == "One"
    assert parse("Lead here.\nMore.\n\n# One\n\nA.\n\n# Two") == Article("a.md", "Lead here.", "More.\n\nOne\n\nA.\n\nTwo")


@pytest.mark.parametrize(("title", "headline"), [("1984", "1984"), ("No", "No"), (">\n  Mill\n  reopens", "Mill reopens")])
def test_a_title_is_a_text_as_it_is_written(title: str, headline: str) -> None:
    assert parse(f"---\ntitle: {title}\n---\nA.").headline == headline


@pytest.mark.parametrize("title", ["", "null", "~"])
def test_an_empty_title_is_none(title: str) -> None:
    assert parse(f"---\ntitle: {title}\n---\nMill reopens\n\nA.").headline == "Mill reopens"


@pytest.mark.parametrize(
    ("text", "headline", "body"),
    [
        ("---\nOfficials said: it is lawful.\n\nMore.", "Officials said: it is lawful.", "More."),
        ("---\n\nOfficials said: it is lawful.\n\n---\n\nMore.", "Officials said: it is lawful.", "More."),
        ("---\n\nJust prose.\n\n---\n\nMore.", "Just prose.", "More."),
    ],
)
def test_a_rule_above_prose_is_no_front_matter(text: str, headline: str, body: str) -> None:
    assert parse(text) == Article("a.md", headline, body)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("---\ndate: 2026-05-04\ntitle: Mill: open\n---\nA.", "a.md:3: the front matter is not valid YAML"),
        ("---\ndate: 1\ntitle: [a, b]\n---\nA.", "a.md:3: the front matter's title is not text"),
        ("+++\ntitle = Mill\n+++\nA.", "a.md:1: the front matter is not valid TOML"),
        ("+++\ntitle = 7\n+++\nA.", "a.md:1: the front matter's title is not text"),
    ],
)
def test_front_matter_that_cannot_be_read_is_refused(text: str, words: str) -> None:
    with pytest.raises(RowError) as caught:
        parse(text)
    assert str(caught.value).startswith(words)
    assert caught.value.fault.code == "schema"


def test_marks_of_tasks_and_notes_are_no_text() -> None:
    text = "# Mill reopens\n\n- [ ] Drain the pond.\n- [x] Close the gate.\n\n> [!NOTE]\n> The gate is closed.\n\n[x] marks the mill."
    assert parse(text).body == "Drain the pond.\n\nClose the gate.\n\nThe gate is closed.\n\nmarks the mill."
