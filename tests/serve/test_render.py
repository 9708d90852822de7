import io
from html.parser import HTMLParser
from pathlib import Path

import pytest
from record_support import headline, record, sentence

from presscheck.data.article import Article, Rejected, parse_plain
from presscheck.data.atomic import write_atomically
from presscheck.data.text.support import MissingKind
from presscheck.serve.record import Cue, LedgerEntry, Record
from presscheck.serve.render.html import headline_pieces
from presscheck.serve.render.questions import question_of
from presscheck.serve.render.writer import write_records
from presscheck.serve.scorer import Scorer

SEED = Path(__file__).parents[1] / "e2e" / "seed-article.txt"
HOSTILE = '<script>alert("x")</script> [bold]not markup[/bold] \u202egnitfihs {{ 7*7 }} 😀 & "quotes"'


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for key, value in attrs if key in ("href", "src") and value]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def records(tiny_scorer: Scorer) -> list[Record]:
    seed = parse_plain(SEED.read_text(encoding="utf-8"), identifier="seed")
    hostile = Article("hostile", HOSTILE, f"The mayor left on Monday. {HOSTILE}")
    return list(
        tiny_scorer.score(
            [
                seed,
                hostile,
                Article("h", "Rain", None),
                Article("b", None, "Wet."),
                Rejected("bad", "json", "rows:3: bad"),
            ]
        )
    )


def render(records: list[Record], output_format: str) -> str:
    stream = io.StringIO()
    write_records(records, output_format, stream)
    return stream.getvalue()


@pytest.fixture
def with_sources(records: list[Record]) -> Record:
    sources = [LedgerEntry(name=HOSTILE, type="anonymous", segments=[0, 2], words=17)]
    return records[0].model_copy(update={"sources": sources})


def test_the_page_has_a_table_of_sources_that_a_keyboard_reaches(with_sources: Record) -> None:
    html = render([with_sources], "html")
    page = Page()
    page.feed(html)
    assert HOSTILE in page.text
    assert {"#r1s1", "#r1s3"} <= set(page.links), "claims are links"
    assert 'aria-label="Sources of article 1" tabindex="0"' in html, "a wide table scrolls by keys"
    assert page.tags.count("table") == 1
    assert "table" not in _tags(with_sources.model_copy(update={"sources": []}))


def _tags(scored: Record) -> list[str]:
    page = Page()
    page.feed(render([scored], "html"))
    return page.tags


def test_the_terminal_has_a_table_of_sources(with_sources: Record) -> None:
    text = render([with_sources], "page")
    (line,) = [line for line in text.splitlines() if "anonymous" in line and line.rstrip().endswith("17")]
    assert "1, 3" in line


def test_html_shows_texts_as_texts_and_asks_nothing_of_the_network(records: list[Record]) -> None:
    html = render(records, "html")
    page = Page()
    page.feed(html)
    assert HOSTILE in page.text
    assert "script" not in page.tags
    assert all(link.startswith("#r") for link in page.links)
    assert "default-src 'none'" in html
    for segment in records[0].segments:
        assert segment.text in page.text
    ids = {f'id="{link[1:]}"' for link in page.links}
    assert all(identifier in html for identifier in ids)


def test_the_terminal_page_has_no_colour_off_a_terminal_and_reads_no_markup(records: list[Record]) -> None:
    text = render(records, "page")
    assert "\x1b" not in text
    assert "[bold]not markup[/bold]" in " ".join(text.split())
    assert "rejected: rows:3: bad" in text
    assert "There is no body" in text
    assert "There is no headline" in text


def test_an_article_cannot_steer_the_terminal(tiny_scorer: Scorer) -> None:
    shown = render(list(tiny_scorer.score([Article("x", "Red \x1b[31malert\x07", "It fell \x1b]0;title\x07on Monday.")])), "page")
    assert "\x1b" not in shown
    assert "\x07" not in shown


def test_every_flag_on_a_page_says_what_to_ask(records: list[Record]) -> None:
    segments = [
        segment.model_copy(update={"flagged": index == 1, "verdict": "unsourced"}) for index, segment in enumerate(records[0].segments)
    ]
    flagged = records[0].model_copy(update={"segments": segments})
    question = question_of(segments[1])
    assert question is not None
    page = Page()
    page.feed(render([flagged], "html"))
    assert page.text.count(question) == 1
    assert f"ask: {question[:12]}" in render([flagged], "page")


@pytest.mark.parametrize("form", ["page", "html", "sarif"])
def test_a_headline_that_is_likelier_supported_than_not_and_flagged_is_explained(form: str) -> None:
    title = headline("Forty shops closed", support="not_reported")
    assert title.support is not None
    likely = title.model_copy(update={"support": title.support.model_copy(update={"p": 0.67})})
    page = Page()
    page.feed(render([record("a", likely, [])], form))
    verdict, _, odds = " ".join(page.text.split()).partition("ody may not report what it states")
    assert verdict
    assert odds.lstrip(" ·(").startswith("67% likely that it reports all of it, less than the policy default asks for")
    held = title.model_copy(update={"support": title.support.model_copy(update={"p": 0.93, "verdict": "supported"})})
    shown = " ".join(render([record("a", held, [])], form).split())
    assert ("93% supported" in shown) == (form != "sarif")


def test_jsonl_reads_back(records: list[Record]) -> None:
    lines = render(records, "jsonl").splitlines()
    assert [Record.model_validate_json(line) for line in lines] == records


def test_overlapping_cues_lose_no_text(records: list[Record]) -> None:
    title = records[0].headline
    assert title is not None
    cues = [Cue(cue="loaded_words", start=a, end=b, text=title.text[a:b], score=0.9) for a, b in ((0, 5), (3, 9), (20, 25))]
    pieces = headline_pieces(title.model_copy(update={"cues": cues}))
    assert "".join(text for parts, _ in pieces for text, _ in parts) == title.text
    assert [parts for parts, cue in pieces if cue] == [[(title.text[0:5], False)], [(title.text[20:25], False)]]


def test_words_that_the_body_lacks_are_marked_apart_from_framing_words_and_named_below() -> None:
    lacking: tuple[tuple[str, MissingKind], ...] = (("<b> shocking", "event"),)
    title = headline("Ten <b> shocking raids", cues=(("shocking raids", "exaggeration"),), support="not_reported", missing=lacking)
    assert headline_pieces(title) == [
        ([("Ten ", False), ("<b> ", True)], None),
        ([("shocking", True), (" raids", False)], "exaggeration"),
    ]
    html = render([record("r", title, [])], "html")
    assert '<h2 class="headline">Ten <u>&lt;b&gt; </u><mark><u>shocking</u> raids</mark></h2>' in html
    assert "Framing words: <mark>shocking raids</mark> (exaggeration)" in html
    assert "Not in the body: <u>&lt;b&gt; shocking</u> (an event)" in html


def test_an_own_account_says_that_it_needs_no_source() -> None:
    body = "The bridge opened in 1931."
    page = Page()
    page.feed(render([record("r", None, [sentence(body, body, "own_account")])], "html"))
    assert page.text.count("own account, needs no source") == 2, "in the legend and below the sentence"


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("old")

    def fail_half_way() -> None:
        with write_atomically(target) as stream:
            stream.write("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out.jsonl"]
