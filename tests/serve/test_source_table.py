import csv
import io

from markdown_it import MarkdownIt
from record_support import headline, record, rejected, sentence

from presscheck.serve.record import LedgerEntry
from presscheck.serve.render.source_table import render_markdown, render_tsv

BODY = "Ana Ruiz said\nthat it rained. <b>A|pilot</b> said *it* did not."
SCORED = record(
    "a1",
    headline("Rain_or_shine in [Elsin](x)"),
    [sentence(BODY, "Ana Ruiz said\nthat it rained.", "attributed", "Ana Ruiz"), sentence(BODY, BODY[30:], "attributed", "<b>A|pilot</b>")],
    sources=[
        LedgerEntry(name="Ana Ruiz", type="named", segments=[0], words=3),
        LedgerEntry(name="=<b>A|pilot</b>", type="anonymous", segments=[1, 0], words=4),
    ],
)


def test_markdown_shows_a_text_as_it_is() -> None:
    shown = "".join(render_markdown([SCORED]))
    html = MarkdownIt("commonmark").enable("table").render(shown)
    assert html.count("<tr>") == 3
    assert "<td>Ana Ruiz said that it rained.</td>" in html
    assert "=&lt;b&gt;A|pilot&lt;/b&gt;" in html
    assert "Rain_or_shine in [Elsin](x)" in html
    assert "<em>" not in html
    assert "<td>2, 1</td>" in html


def test_an_article_without_sources_and_a_rejected_one_keep_their_place() -> None:
    shown = "".join(render_markdown([SCORED.model_copy(update={"sources": []}), rejected("bad", "rows:3: bad")]))
    assert "No claim rests on a source." in shown
    assert "Not scored: rows:3: bad" in shown


def test_a_sheet_gets_a_line_per_source_and_no_formula() -> None:
    lines = list(csv.reader(io.StringIO("".join(render_tsv([SCORED]))), delimiter="\t"))
    assert lines[0] == ["article", "source", "type", "sentences", "words", "first claim"]
    assert lines[1] == ["a1", "Ana Ruiz", "named", "1", "3", "Ana Ruiz said that it rained."]
    assert lines[2][1] == "'=<b>A|pilot</b>"
    assert len(lines) == 3
