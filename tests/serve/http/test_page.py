"""The page in a real browser: headless Chromium, on the tiny model. Screenshots are kept in screenshots/ for people to look at.

The tiny model's verdicts mean little; what is tested is that the page shows what the record says, at the right place.
"""

from pathlib import Path

import pytest
from browser_support import CHROMIUM, check, faults, shoot
from playwright.sync_api import Page, expect

ROOT = Path(__file__).parents[3]
SEED = ROOT / "tests" / "e2e" / "seed-article.txt"
HOSTILE = (
    "<script>document.title='owned'</script> \u202eward\u202c 🏴‍☠️ levy?\n\n"
    "<img src=x onerror=\"document.title='owned'\"> The council said that 👩‍👩‍👧 families left on Monday. "
    "\u202eTraders will ruin the town. Experts say that 🧨 rents will double. </span></div><style>*{display:none}</style> "
    + "“" * 5000
    + "He left"
    + "”" * 5000
    + " on Tuesday."
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")


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
