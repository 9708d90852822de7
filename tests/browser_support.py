"""Headless Chromium for tests of pages. Screenshots are kept in screenshots/ for people to look at."""

import shutil
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

SHOTS = Path(__file__).parents[1] / "screenshots"
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


def check(page: Page, text: str) -> dict[str, Any]:
    """Types a text, presses the button and returns the record that the service answered with."""
    page.fill("#text", text)
    with page.expect_response("**/v1/score/questions") as answer:
        page.get_by_role("button", name="Check", exact=False).first.click()
    expect(page.locator("#status")).to_contain_text("Checked")
    found: dict[str, Any] = answer.value.json()["record"]
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
