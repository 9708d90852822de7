"""The page in a real browser: headless Chromium, on the tiny model. Screenshots are kept in screenshots/ for people to look at.

The tiny model's verdicts mean little; what is tested is that the page shows what the record says, at the right place.
"""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from record_support import headline, record, rejected, sentence
from tests_support import PATIENCE_S

from presscheck.data.text.support import MissingKind
from presscheck.serve.record import FramingType, LedgerEntry, Reason, Record, Verdict
from presscheck.serve.render.writer import write_records

ROOT = Path(__file__).parents[3]
SEED = ROOT / "tests" / "e2e" / "seed-article.txt"
SHOTS = ROOT / "screenshots"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOSTILE = (
    "<script>document.title='owned'</script> \u202eward\u202c 🏴‍☠️ levy?\n\n"
    "<img src=x onerror=\"document.title='owned'\"> The council said that 👩‍👩‍👧 families left on Monday. "
    "\u202eTraders will ruin the town. Experts say that 🧨 rents will double. </span></div><style>*{display:none}</style> "
    + "“" * 5000
    + "He left"
    + "”" * 5000
    + " on Tuesday."
)
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


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=1000 * PATIENCE_S)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS, timeout=1000 * PATIENCE_S)
    yield browser
    browser.close()


@pytest.fixture(params=[(1280, "light"), (400, "dark")], ids=["desk", "phone"])
def page(browser: Browser, address: tuple[str, int], request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page, opened; nothing may be asked of another host, and no script may fail."""
    width, scheme = request.param
    page = browser.new_page(viewport={"width": width, "height": 850}, color_scheme=scheme, reduced_motion="reduce", has_touch=width < 500)
    page.set_default_timeout(1000 * PATIENCE_S)
    wrong: list[str] = []
    home = f"http://{address[0]}:{address[1]}/"
    page.on("request", lambda r: None if r.url.startswith((home, "blob:")) else wrong.append(r.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.goto(home)
    yield page
    page.close()
    assert not wrong


def check(page: Page, text: str) -> dict[str, Any]:
    """Types a text, presses the button and returns the record that the service answered with."""
    page.fill("#text", text)
    with page.expect_response("**/v1/score") as answer:
        page.get_by_role("button", name="Check", exact=False).first.click()
    expect(page.locator("#status")).to_contain_text("Checked")
    found: dict[str, Any] = answer.value.json()
    return found


def shoot(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.screenshot(path=SHOTS / f"{name}-{width}.png", full_page=True)


def faults(page: Page) -> list[str]:
    """What axe-core finds, in the theme that is shown."""
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in Axe().run(page).response["violations"]]


def faults_in_both_themes(page: Page) -> list[str]:
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {fault}" for fault in faults(page)]
    return found


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
    answer = marked_record().model_dump_json()
    page.route("**/v1/score", lambda route: route.fulfill(body=answer, content_type="application/json"))
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
    expect(lines.first).to_contain_text("Framing words: brutal raid (threat or war words), brace yourselves (direct address)")
    expect(lines.nth(1)).to_contain_text("Not in the body: 🧨 900 (a number), brutal (an event)")


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
    for shown in ("h2.headline", ".risk", ".text", ".sources", ".legend", "footer.about"):
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


def test_the_seed_article(page: Page) -> None:
    assert not faults(page)
    record = check(page, SEED.read_text())
    body = SEED.read_text().partition("\n\n")[2]
    for index, segment in enumerate(record["segments"]):
        sentence = page.locator(f"#s{index + 1}")
        assert sentence.text_content() == body[segment["start"] : segment["end"]]
        assert f"v-{segment['verdict']}" in (sentence.locator("..").get_attribute("class") or "")
    assert page.locator(".text").text_content() == body
    assert page.locator("h2.headline").text_content() == record["headline"]["text"]
    assert page.locator("h2.headline mark").all_text_contents() == [c["text"] for c in record["headline"]["cues"]]
    expect(page.get_by_role("heading", name="Legend")).to_be_visible()
    aside = len(record["notes"]["set_aside"]) + len(record["notes"]["duplicates"])
    assert aside > 0
    expect(page.locator(".legend")).to_contain_text(f"set aside{aside} places")
    expect(page.locator(".foot")).to_contain_text(record["model"]["policy"])
    expect(page.locator("footer.about")).to_contain_text("not a verdict on truth")
    shoot(page, "seed")
    assert not faults(page)


def test_a_reason_jumps_to_its_sentence(page: Page) -> None:
    record = check(page, SEED.read_text())
    pointed = [reason["segments"] for reason in record["risk"]["reasons"] if reason["segments"]]
    if not pointed:
        pytest.skip("the tiny model gave no reason that points at a sentence")
    page.locator(".reasons a").first.click()
    sentence = page.locator(f"#s{pointed[0][0] + 1}")
    expect(sentence).to_be_focused()
    expect(sentence).to_be_in_viewport()
    expect(sentence).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".panel h3")).to_have_text(f"Sentence {pointed[0][0] + 1}")
    shoot(page, "reason")
    assert not faults(page)


def test_a_sentence_shows_its_source(page: Page) -> None:
    record = check(page, SEED.read_text())
    sourced = [(i, s["source"]) for i, s in enumerate(record["segments"]) if s["source"]]
    for index, source in sourced[:3]:
        page.locator(f"#s{index + 1}").focus()
        page.keyboard.press("Enter")
        assert "".join(page.locator(".source.on").all_text_contents()) == source["text"]
        expect(page.locator(".panel blockquote")).to_have_text(source["text"])


def test_dark_and_light(page: Page) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(paper)
    button = page.get_by_role("button", name="Dark")
    pressed = button.get_attribute("aria-pressed")
    button.click()
    assert page.evaluate(paper) != before
    assert button.get_attribute("aria-pressed") != pressed
    after = page.evaluate(paper)
    page.reload()
    assert page.evaluate(paper) == after, "the choice is kept"
    check(page, "So the levy is now war?\n\nTraders will ruin the town.")
    shoot(page, "other-theme")
    assert not faults(page)


def test_a_file_is_read(page: Page, tmp_path: Path) -> None:
    page.locator("#file").set_input_files(SEED)
    expect(page.locator("#status")).to_contain_text("Checked")
    expect(page.locator("h2.headline")).to_contain_text("Dispelling the army")
    html = tmp_path / "page.html"
    html.write_text("<title>Levy vote</title><body><p>The council voted on Monday, and nobody knows why it did.</p>")
    page.locator("#file").set_input_files(html)
    expect(page.locator("h2.headline")).to_have_text("Levy vote")
    assert page.locator("#text").input_value().startswith("Levy vote\n\nThe council")


def test_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("#text").focus()
    page.keyboard.insert_text("So the levy is now war?\n\nTraders will ruin the town. Rents will double. He left.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#result")).to_be_focused()
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == "s1":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#s2")).to_be_focused()
    expect(page.locator(".panel h3")).to_have_text("Sentence 2")
    page.keyboard.press("End")
    expect(page.locator("#s3")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(page.locator(".panel h3")).to_have_text("A sentence")


def test_a_hostile_article_is_text(page: Page) -> None:
    record = check(page, HOSTILE)
    body = HOSTILE.partition("\n\n")[2]
    assert page.title() == "presscheck"
    assert page.locator("h2.headline").text_content() == record["headline"]["text"] == HOSTILE.partition("\n\n")[0]
    assert page.locator(".text").text_content() == body
    for index, segment in enumerate(record["segments"]):
        assert page.locator(f"#s{index + 1}").text_content() == segment["text"]
    assert page.locator(".text img, .text script, .text style, h2 script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs off the side"
    shoot(page, "hostile")


def test_feedback_and_refusals(page: Page) -> None:
    check(page, "So the levy is now war?\n\nTraders will ruin the town.")
    asked = page.locator(".foot .feedback").evaluate("e => [getComputedStyle(e, '::before').content, e.textContent]")
    assert asked == ["none", "Do you agree with the whole?AgreeDisagree"], "not an author's question, as the report has them"
    page.locator(".foot").get_by_role("button", name="Disagree").click()
    expect(page.locator(".foot .feedback [role=status]")).to_contain_text("Stored")
    page.fill("#text", " ")
    page.get_by_role("button", name="Check").first.click()
    expect(page.locator("#alert")).to_contain_text("Paste an article")


def test_a_headline_alone_says_what_is_missing(page: Page) -> None:
    check(page, "Has X just declared war on Y?")
    expect(page.locator(".partial")).to_contain_text("no body")
    shoot(page, "headline")
    assert not faults(page)
