"""Every tutorial as it stands: its files are written, its commands run in a copy of the repository, and they print what the page says.

In a page, a block with a title is a file (```yaml title="ours.yaml"), a `console` block is commands after "$ " and what they
print. `...` in what they print stands for any text, as in doctest.
"""

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "tutorials").glob("*.md"))
_BLOCK = re.compile(r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$', re.M | re.S)
_COMMAND = re.compile(r"^\$ (?P<command>(?:.*\\\n)*.*)\n?(?P<printed>(?:(?!\$ ).*\n?)*)", re.M)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The tracked files, and a `presscheck` and a `python` that run them."""
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        target = tmp_path / "clone" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target, follow_symlinks=False)
    (tmp_path / "bin").mkdir()
    for command, words in {"presscheck": "-m presscheck.cli.main ", "python": ""}.items():
        shim = tmp_path / "bin" / command
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words}"$@"\n', encoding="utf-8")
        shim.chmod(0o755)
    return tmp_path / "clone"


def _steps(page: Path) -> Iterator[tuple[str, str, str]]:
    """("file", name, text) and ("run", command, what it prints), in the order of the page."""
    for block in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        if block["title"]:
            yield "file", block["title"], block["text"]
        elif block["language"] == "console":
            for found in _COMMAND.finditer(block["text"]):
                yield "run", found["command"].replace("\\\n", " "), found["printed"]


def _fits(printed: str, shown: str) -> bool:
    return doctest.OutputChecker().check_output(shown, printed, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_a_tutorial_does_what_it_says(page: Path, clone: Path) -> None:
    environment = {
        **os.environ,
        "PATH": f"{clone.parent / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(clone / ".typing"),
        "MLFLOW_ARTIFACT_ROOT": str(clone / "mlruns"),
        "COLUMNS": "200",
    }
    ran = 0
    for kind, name, text in _steps(page):
        if kind == "file":
            path = clone / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            continue
        done = subprocess.run(name, shell=True, cwd=clone, env=environment, capture_output=True, text=True, check=False)
        ran += 1
        told = f"{page.name}: $ {name}\n{done.stdout}{done.stderr}"
        code = re.search(r"# code (\d+)$", name)
        assert done.returncode == int(code[1] if code else 0), told
        assert not text.strip() or _fits(done.stdout, text) or _fits(done.stdout + done.stderr, text), f"{told}\nthe page shows:\n{text}"
    assert ran > 2
