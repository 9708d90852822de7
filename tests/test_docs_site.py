"""The documentation: its generated pages are those of the code, and the check of the built site finds what is wrong."""

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from presscheck.cli.command_reference import command_reference
from presscheck.serve.http.api_reference import api_reference

pytestmark = pytest.mark.checkout
ROOT = Path(__file__).parent.parent
PAGE = "<html><body>{}</body></html>"


@pytest.fixture(scope="module")
def build_site() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_site", ROOT / "docs" / "build_site.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_of_the_reference_are_those_of_the_code() -> None:
    for name, text in {"commands.md": command_reference(), "http-api.md": api_reference()}.items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, f"docs/{name} is not that of the code: make reference"


def test_a_command_has_the_same_page_in_any_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    narrow = command_reference()
    monkeypatch.setenv("COLUMNS", "180")
    assert command_reference() == narrow


def test_every_page_of_docs_is_reached_from_the_navigation(build_site: ModuleType) -> None:
    staged = build_site.linked_files()
    assert {ROOT / "docs" / "record.md", ROOT / "serve" / "record.schema.json", ROOT / "benchmarks" / "speed" / "README.md"} <= staged
    assert not {path.name for path in (ROOT / "docs").rglob("*.md")} - {path.name for path in staged}


def test_links_of_markdown_and_of_its_html_are_found(build_site: ModuleType, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "[a](one.md#part) ![b](two.png)\n\n<picture><source srcset='dark.svg'><img src='light.svg'></picture>\n\n"
        "`[code](three.md)` <https://example.org> a < b = c\n",
        encoding="utf-8",
    )
    assert sorted(build_site.links(page)) == ["dark.svg", "light.svg", "one.md", "two.png"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ('<a href="other.html#part">x</a><a id="here"></a><a href="#here">y</a><a href="https://example.org">z</a>', None),
        ('<a href="gone.html">x</a>', "links gone.html, which is not there"),
        ('<a href="other.html#gone">x</a>', "has no such anchor"),
        ('<script src="https://cdn.example/a.js"></script>', r"loads https://cdn\.example/a\.js"),
        ('<link rel="stylesheet" href="//fonts.example/css">', r"loads //fonts\.example/css"),
    ],
)
def test_what_is_wrong_with_a_built_page_is_found(build_site: ModuleType, tmp_path: Path, body: str, problem: str | None) -> None:
    (tmp_path / "other.html").write_text(PAGE.format('<h2 id="part">Part</h2>'), encoding="utf-8")
    (tmp_path / "page.html").write_text(PAGE.format(body), encoding="utf-8")
    found = list(build_site.problems(tmp_path))
    assert len(found) == (problem is not None)
    assert problem is None or re.search(problem, found[0])


def test_a_style_sheet_that_loads_a_font_from_elsewhere_is_found(build_site: ModuleType, tmp_path: Path) -> None:
    sheet = tmp_path / "a.css"
    sheet.write_text("@font-face { src: url(https://fonts.example/a.woff2) }", encoding="utf-8")
    assert list(build_site.problems(tmp_path)) == ["a.css loads from another site"]
    sheet.write_text("a::after { mask: url('data:image/svg+xml;charset=utf-8,<svg/>') }", encoding="utf-8")
    assert not list(build_site.problems(tmp_path))


def test_the_site_asks_for_no_font() -> None:
    settings = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))
    assert settings["project"]["theme"]["font"] is False


def test_the_readme_is_short() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) < 150
    assert max(map(len, lines)) <= 120


def test_the_citation_is_that_of_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert (citation["title"], citation["version"], citation["license"]) == (project["name"], project["version"], project["license"])


def test_every_picture_is_small_and_loads_nothing() -> None:
    pictures = [path for path in (ROOT / "docs" / "pictures").iterdir() if path.suffix in {".png", ".svg"}]
    assert {path.stem.rpartition("-")[2] for path in pictures} == {"light", "dark"}
    for path in pictures:
        assert path.stat().st_size < 200_000
        assert path.suffix == ".png" or "url(http" not in path.read_text(encoding="utf-8")
