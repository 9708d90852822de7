"""Builds the documentation as a site: `make docs` writes site/ from the Markdown files of the repository.

The pages stay where they are and link each other as on a code host. This script copies those that zensical.toml names, and every file that
they link, into build/docs under the same relative paths, and lets Zensical build that folder. Zensical checks the links of the Markdown;
this script checks the pages that came out: each link leads to a file and an anchor there, and nothing is loaded from another site.
"""

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import lxml.html
from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parent.parent
SETTINGS: dict[str, Any] = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
SOURCE, SITE = ROOT / SETTINGS["docs_dir"], ROOT / SETTINGS["site_dir"]
# Elements whose address the browser fetches by itself.
LOADS = (
    "//script/@src | //img/@src | //img/@srcset | //source/@src | //source/@srcset | //iframe/@src | //link[not(@rel='canonical')]/@href"
)


def _named(nav: object) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, dict):
        for entry in nav.values():
            yield from _named(entry)
    elif isinstance(nav, list):
        for entry in nav:
            yield from _named(entry)


def _is_elsewhere(address: str) -> bool:
    return bool(urlsplit(address).scheme or urlsplit(address).netloc)


def links(page: Path) -> Iterator[str]:
    """The files that a Markdown page links or shows, as it writes them; pictures in its HTML included."""
    for token in MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8")):
        for piece in (token, *(token.children or ())):
            written = [str(piece.attrs[name]) for name in ("href", "src") if name in piece.attrs]
            if piece.type in ("html_block", "html_inline") and piece.content.strip().startswith("<") and "=" in piece.content:
                written += map(str, lxml.html.fragment_fromstring(piece.content, create_parent=True).xpath("//@src | //@srcset | //@href"))
            yield from (path for address in written if not _is_elsewhere(address) and (path := unquote(urlsplit(address).path)))


def linked_files() -> set[Path]:
    """The pages of the navigation, and all that they link, directly or by way of other pages."""
    found: set[Path] = set()
    waiting = [ROOT / name for name in _named(SETTINGS["nav"])]
    while waiting:
        path = waiting.pop().resolve()
        if path in found or not path.is_file():  # Zensical reports a link to nowhere
            continue
        found.add(path)
        if path.suffix == ".md":
            waiting += [path.parent / link for link in links(path)]
    return found


def problems(site: Path) -> Iterator[str]:
    """What is wrong with the built pages: links to nowhere, and what a browser would load from another site."""
    trees = {path: lxml.html.fromstring(path.read_bytes()) for path in sorted(site.rglob("*.html"))}
    anchors = {path: {str(name) for name in tree.xpath("//@id | //@name")} for path, tree in trees.items()}
    for page, tree in trees.items():
        where = page.relative_to(site)
        yield from (f"{where} loads {address}" for address in map(str, tree.xpath(LOADS)) if _is_elsewhere(address))
        if page.name == "404.html":  # it is served under any address, so its links start at the root of the site
            continue
        for address in map(str, tree.xpath("//a/@href | //img/@src | //source/@srcset")):
            parts = urlsplit(address)
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if _is_elsewhere(address):
                continue
            if target.is_dir():
                target /= "index.html"
            if not target.is_file():
                yield f"{where} links {address}, which is not there"
            elif parts.fragment and target in anchors and unquote(parts.fragment) not in {*anchors[target], "__top", ""}:
                yield f"{where} links {address}, and that page has no such anchor"
    for sheet in sorted(site.rglob("*.css")):
        text = sheet.read_text(encoding="utf-8")
        if any(mark in text for mark in ("url(http", 'url("http', "url('http", "url(//", "@import")):
            yield f"{sheet.relative_to(site)} loads from another site"


def main() -> None:
    """Builds, and exits with 1 and a line for each problem."""
    for folder in (SOURCE, SITE):
        shutil.rmtree(folder, ignore_errors=True)
    for path in linked_files():
        target = SOURCE / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    done = subprocess.run([sys.executable, "-m", "zensical", "build", "--strict", "--clean"], cwd=ROOT, check=False)
    found = list(problems(SITE)) if SITE.is_dir() else []
    if done.returncode or found:
        sys.exit("\n".join(["the site has problems:", *found]))


if __name__ == "__main__":
    main()
