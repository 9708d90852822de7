"""A service on the tiny model: in this process for most tests, and behind a real socket for the rest."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from browser_support import CHROMIUM, OPTIONS
from fastapi.testclient import TestClient
from http_support import PATIENT, Listener, Served, listening
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from tests_support import PATIENCE_S

from presscheck.serve.bundle import Bundle, point
from presscheck.serve.http.app import create_app
from presscheck.serve.http.settings import Settings


@pytest.fixture
def models(tiny_bundle: Bundle, tmp_path: Path) -> Path:
    """A models folder of the test's own with a champion."""
    folder = tmp_path / "models"
    shutil.copytree(tiny_bundle.path, folder / "first")
    point(folder / "champion", folder / "first")
    return folder


@pytest.fixture
def served(models: Path, tmp_path: Path) -> Served:
    """Clients of services with settings of their own."""

    @contextmanager
    def start(**options: Any) -> Iterator[TestClient]:
        usual = {"models_dir": models, "state_dir": tmp_path / "state", "threads": 1, "poll_s": 0.02, "rate": 0}
        settings = Settings.model_validate({**usual, **PATIENT, **options})
        client = TestClient(create_app(settings), base_url="http://localhost", raise_server_exceptions=False)
        with client:
            yield client

    return start


@pytest.fixture(scope="module")
def listener(tiny_bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listener]:
    """A service behind a real socket."""
    state = tmp_path_factory.mktemp("state")
    settings = Settings.model_validate({"model": tiny_bundle.path, "state_dir": state, "threads": 1, "rate": 0, **PATIENT})
    with listening(settings) as found:
        yield found


@pytest.fixture(scope="module")
def address(listener: Listener) -> tuple[str, int]:
    """Its host and port."""
    return listener.address


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Playwright, which waits as long as a slow machine needs."""
    expect.set_options(timeout=1000 * PATIENCE_S)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Headless Chromium."""
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
