"""What the pages of scores mark, say and print, in a real browser, on a record made by hand: the service's and `score --format html`."""

import io

import pytest
from browser_support import CHROMIUM, check, faults, faults_in_both_themes, shoot
from playwright.sync_api import Page, expect
from record_support import headline, record, rejected, sentence

from presscheck.data.text.support import MissingKind
from presscheck.serve.http.schemas import QuestionedRecord
from presscheck.serve.record import FramingType, LedgerEntry, Reason, Record, Verdict
from presscheck.serve.render.questions import questions_of
from presscheck.serve.render.writer import write_records

MARKED_HEADLINE = "🧨 900 flee brutal raid on the fish market: brace yourselves"
MARKED_BODY = "\n\n".join(
    (
        "The market closed on Friday, Ada Voss of the harbour office said.",
        "Inspectors have taken every crate to the capital.",
        "The hall was built in 1931, and its doors stood open this morning.",
        "The ban will last for years, according to experts.",
        "The minister very likely knew of it.",
        "Who will buy the fish now?",
    )
)
MARKED_VERDICTS: tuple[Verdict, ...] = ("attributed", "unsourced", "own_account", "vague_source", "speculation", "not_a_claim")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")


def marked_record() -> Record:
    """A record with all that a page marks: an own account, framing words, and missing words of which some are framing words too."""
    segments = [
        sentence(MARKED_BODY, text, verdict, source)
        for text, verdict, source in zip(
            MARKED_BODY.split("\n\n"), MARKED_VERDICTS, ("Ada Voss", None, None, "experts", None, None), strict=True
        )
    ]
    cues: tuple[tuple[str, FramingType], ...] = (("brutal raid", "threat_or_war"), ("brace yourselves", "direct_address"))
    missing: tuple[tuple[str, MissingKind], ...] = (("🧨 900", "number"), ("brutal", "event"))
    title = headline(MARKED_HEADLINE, cues=cues, support="not_reported", missing=missing)
    ledger = [
        LedgerEntry(name="Ada Voss of the harbour office", type="named", segments=[0, 3], words=21),
        LedgerEntry(name="experts", type="vague", segments=[3], words=4),
    ]
    made = record("marked", title, segments, sources=ledger, risk=(0.72, "high"))
    reason = Reason(code="unsourced", message="Claims have no source:", segments=[1])
    return made.model_copy(update={"risk": made.risk.model_copy(update={"reasons": [reason]})})


@pytest.fixture
def marked_page(page: Page) -> Page:
    """The page with that record shown."""
    made = marked_record()
    answer = QuestionedRecord(record=made, questions=questions_of(made)).model_dump_json()
    page.route("**/v1/score/questions", lambda route: route.fulfill(body=answer, content_type="application/json"))
    check(page, f"{MARKED_HEADLINE}\n\n{MARKED_BODY}")
    return page


@pytest.fixture
def report(page: Page) -> Page:
    """The page that `presscheck score` writes, with two articles."""
    stream = io.StringIO()
    write_records([marked_record(), rejected("bad", "rows:3: bad"), marked_record()], "html", stream)
    page.route("**/report.html", lambda route: route.fulfill(body=stream.getvalue(), content_type="text/html"))
    page.goto(f"{page.url}report.html")
    return page


def test_axe_finds_nothing_on_the_page(marked_page: Page) -> None:
    marked_page.locator("#s2").click()
    assert not faults_in_both_themes(marked_page)
    shoot(marked_page, "marked")


def test_axe_finds_nothing_on_the_report(report: Page) -> None:
    assert not faults_in_both_themes(report)
    assert report.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs off the side"
    shoot(report, "report")


def test_marks_of_the_headline_stand_in_words_below_it(marked_page: Page) -> None:
    title = marked_page.locator("h2.headline")
    assert title.text_content() == MARKED_HEADLINE
    assert title.locator("mark").all_text_contents() == ["brutal raid", "brace yourselves"]
    assert title.locator("u").all_text_contents() == ["🧨 900", "brutal"]
    looks = [marked_page.locator(f"h2 {tag}").first.evaluate("e => [getComputedStyle(e).outlineStyle, e.title]") for tag in ("mark", "u")]
    assert looks == [["none", ""], ["dashed", ""]]
    lines = marked_page.locator("p.headline-verdict")
    odds = "20% likely that it reports all of it, less than the policy default asks for"
    expect(lines.nth(1)).to_contain_text(f"The body may not report what it states · {odds}. Of 100 headlines that score like this one")
    expect(lines.first).to_contain_text("Framing words: brutal raid (threat or war words), brace yourselves (direct address)")
    expect(lines.nth(1)).to_contain_text("Not in the body: 🧨 900 (a number), brutal (an event)")


def test_every_flag_says_what_to_ask(marked_page: Page) -> None:
    asked = questions_of(marked_record())
    assert len(asked.headline) == 2
    assert [index for index, question in enumerate(asked.segments) if question] == [1, 3, 4]
    assert marked_page.locator("#result > p.ask").all_text_contents() == asked.headline
    listed = marked_page.get_by_role("region", name="What to ask").locator("li")
    assert listed.all_text_contents() == [f"{index + 1} {question}" for index, question in enumerate(asked.segments) if question]
    for index, question in enumerate(asked.segments):
        marked_page.locator(f"#s{index + 1}").focus()
        marked_page.keyboard.press("Enter")
        expect(marked_page.locator(".panel p.ask")).to_have_text([question] if question else [])


def test_a_question_leads_to_its_sentence_by_keyboard(marked_page: Page) -> None:
    marked_page.get_by_role("region", name="What to ask").get_by_role("link").nth(1).focus()
    marked_page.keyboard.press("Enter")
    expect(marked_page.locator("#s4")).to_be_focused()
    expect(marked_page.locator(".panel h3")).to_have_text("Sentence 4")


def test_the_sources_lead_to_their_claims_by_keyboard(marked_page: Page) -> None:
    rows = marked_page.locator(".sources tbody tr")
    assert rows.all_inner_texts() == ["Ada Voss of the harbour office\tnamed\t14\t21", "experts\tvague\t4\t4"]
    marked_page.get_by_role("region", name="Sources").focus()
    for _ in range(2):
        marked_page.keyboard.press("Tab")
    marked_page.keyboard.press("Enter")
    expect(marked_page.locator("#s4")).to_be_focused()
    expect(marked_page.locator(".panel h3")).to_have_text("Sentence 4")


def test_closing_the_panel_goes_back_to_the_sentence(marked_page: Page) -> None:
    marked_page.set_viewport_size({"width": 400, "height": 850})
    marked_page.locator("#s2").focus()
    marked_page.keyboard.press("Enter")
    marked_page.get_by_role("button", name="Close", exact=True).focus()
    marked_page.keyboard.press("Enter")
    expect(marked_page.locator("#s2")).to_be_focused()
    expect(marked_page.locator(".panel")).to_be_hidden()


def test_an_own_account_reads_as_harmless(marked_page: Page) -> None:
    expect(marked_page.locator(".legend")).to_contain_text("own account1 sentence; needs no source")
    expect(marked_page.locator("#s3")).to_have_attribute("aria-description", "own account, needs no source")
    shown = "s => getComputedStyle(document.querySelector(s)).textDecorationColor"
    own, unsourced = (marked_page.evaluate(shown, f"{at} .sentence") for at in (".v-own_account", ".v-unsourced"))
    assert own != unsourced


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_prints_as_a_report(marked_page: Page, scheme: str) -> None:
    marked_page.evaluate("scheme => document.documentElement.dataset.theme = scheme", scheme)
    marked_page.locator("#s2").click()
    marked_page.emulate_media(media="print")
    for hidden in ("#form", "#theme", ".panel", ".foot .feedback", ".foot a", "#status"):
        expect(marked_page.locator(hidden).first).to_be_hidden()
    for shown in ("h2.headline", ".risk", ".text", ".questions", ".sources", ".legend", "footer.about"):
        expect(marked_page.locator(shown)).to_be_visible()
    behind = "e => [getComputedStyle(e, '::after').content, getComputedStyle(e).color]"
    assert marked_page.locator("#s1").evaluate(behind) == ['" [" counter(sentence) " · attributed: Ada Voss]"', "rgb(0, 0, 0)"]
    assert marked_page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not faults(marked_page)
    shoot(marked_page, f"print-{scheme}")


def test_the_report_prints_in_black_on_white(report: Page) -> None:
    report.emulate_media(media="print", color_scheme="dark")
    note = report.locator(".v-unsourced .note").first
    expect(note).to_contain_text("no source")
    assert note.evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"
    assert report.locator("mark").first.evaluate("e => getComputedStyle(e).outlineStyle") == "solid", "a browser prints no background"
    shoot(report, "report-print")
