"""The built wheel holds everything that scoring, training and the docs promise."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.checkout]
ROOT = Path(__file__).parent.parent
LAYERS = ("configs", "data", "serve", "train", "eval", "cli")
PROGRAM = """
import sys
from pathlib import Path
from presscheck.configs.loader import available
from presscheck.data.starter import read_starter
from presscheck.data.text.headline_form import headline_form
from presscheck.serve.render.html import render_html
from presscheck.serve.record import json_schema
import presscheck.serve, presscheck.train.pyfunc_model as model
site = sys.argv[1]
assert all(module.__file__.startswith(site) for module in (presscheck.serve, model)), presscheck.serve.__file__
assert Path(presscheck.serve.__file__).with_name("record.schema.json").is_file()
assert "starter" in available()
assert len(read_starter()) > 600
assert headline_form("Listen before you vote") == "command"
assert "presscheck" in "".join(render_html([]))
print("whole")
"""


def test_the_wheel_is_whole(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    site = tmp_path / "site"
    subprocess.run(
        [*pip, "wheel", str(ROOT), "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path)],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    there = {path for layer in LAYERS for path in (ROOT / layer).rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    with ZipFile(wheel) as archive:  # what it lacks would be found in the editable install of these tests' environment
        assert {f"presscheck/{path.relative_to(ROOT)}" for path in there} <= set(archive.namelist())
    subprocess.run([*pip, "install", "--no-deps", "--target", str(site), str(wheel)], check=True, capture_output=True)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(site)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "whole", done.stderr
