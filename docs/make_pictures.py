"""Makes the pictures of README with the model at hand: `make pictures` writes docs/pictures/, each light and dark.

The page is the one that `presscheck score --out page.html` writes, as Chromium shows it; the terminal is what `presscheck score` prints.
"""

import io
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from presscheck.data.article import parse_plain
from presscheck.serve import load
from presscheck.serve.render.writer import write_records

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
SEED_ARTICLE = ROOT / "tests" / "e2e" / "seed-article.txt"
SHORT_ARTICLE = ROOT / "docs" / "pictures" / "harbour.txt"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PAGE_SIZE: ViewportSize = {"width": 860, "height": 1240}
COLUMNS = 96
# Background, foreground, the eight colours of a terminal; and what stands for "dim", which keeps a contrast of at least 4.5 here.
THEMES = {
    "light": (
        TerminalTheme(
            (255, 255, 255),
            (36, 41, 47),
            [(36, 41, 47), (180, 20, 30), (17, 99, 41), (125, 78, 0), (5, 80, 174), (130, 40, 180), (10, 100, 110), (80, 86, 94)],
        ),
        (99, 106, 114),
    ),
    "dark": (
        TerminalTheme(
            (22, 27, 34),
            (230, 237, 243),
            [
                (22, 27, 34),
                (255, 123, 114),
                (86, 211, 100),
                (227, 179, 65),
                (121, 192, 255),
                (210, 168, 255),
                (86, 212, 221),
                (177, 186, 196),
            ],
        ),
        (145, 152, 161),
    ),
}
_DIM = "\x1b[2m"
# rich's own picture loads a font from another site: the reader's fixed-width font serves.
FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.S)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(path: Path) -> str:
    """What `presscheck score` prints on a terminal, colours included."""
    os.environ.update(COLUMNS=str(COLUMNS), TERM="xterm-256color", COLORTERM="truecolor")
    os.environ.pop("NO_COLOR", None)
    stream = _Terminal()
    write_records(load().score([parse_plain(path.read_text(encoding="utf-8"), identifier=path.name)]), "page", stream)
    return stream.getvalue().rstrip("\n")


def draw_terminal(path: Path) -> None:
    """The terminal as SVG."""
    shown = printed(path)
    for name, (theme, dim) in THEMES.items():
        console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor", soft_wrap=True)
        coloured = shown.replace(_DIM, "\x1b[38;2;{};{};{}m".format(*dim))
        console.print(Text.assemble((f"$ presscheck score {path.name}\n", "bold"), Text.from_ansi(coloured)))
        svg = FONT_FACE.sub("", console.export_svg(title="presscheck", theme=theme, unique_id="presscheck"))
        svg = svg.replace("Fira Code, monospace", "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace")
        (PICTURES / f"terminal-{name}.svg").write_text(svg, encoding="utf-8")


def draw_page(path: Path) -> None:
    """The head of the scored page as PNG."""
    from PIL import Image

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        html = Path(folder) / "page.html"
        with html.open("w", encoding="utf-8") as stream:
            write_records(load().score([parse_plain(path.read_text(encoding="utf-8"), identifier=path.name)]), "html", stream)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for name in ("light", "dark"):
            page = browser.new_page(viewport=PAGE_SIZE, color_scheme=name, device_scale_factor=1.5)
            page.goto(html.as_uri())
            target = PICTURES / f"page-{name}.png"
            # It ends between two sentences, so that no line is cut.
            bottoms = [box["y"] + box["height"] for item in page.locator("ol > li").all() if (box := item.bounding_box())]
            height = max(bottom for bottom in bottoms if bottom <= PAGE_SIZE["height"])
            page.screenshot(path=target, clip={"x": 0, "y": 0, "width": PAGE_SIZE["width"], "height": height + 8})
            Image.open(target).convert("RGB").quantize(64).save(target, optimize=True)
        browser.close()


def main() -> None:
    """Draws all of them; says which model it was."""
    if CHROMIUM is None:
        sys.exit("the picture of the page needs Chromium, which is not here: apt-get install chromium, then make pictures")
    PICTURES.mkdir(exist_ok=True)
    draw_terminal(SHORT_ARTICLE)
    draw_page(SEED_ARTICLE)
    for path in sorted(PICTURES.glob("*.*g")):
        sys.stdout.write(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KB\n")


if __name__ == "__main__":
    main()
