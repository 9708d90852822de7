"""The container file holds to hadolint's rules; no container engine is needed for that."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.checkout
ROOT = Path(__file__).parents[3]
HADOLINT = Path(sys.executable).with_name("hadolint")


def lint(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([HADOLINT, str(path)], capture_output=True, text=True, check=False)


def test_the_container_file_is_clean(tmp_path: Path) -> None:
    done = lint(ROOT / "Containerfile")
    assert (done.returncode, done.stdout) == (0, "")
    worse = tmp_path / "Containerfile"
    worse.write_text((ROOT / "Containerfile").read_text().replace(":3.11-slim-bookworm", ""))
    assert "DL3006" in lint(worse).stdout, "the linter would have said so"


def test_the_build_sees_what_it_installs_and_nothing_else() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert lines[0] == "*"
    seen = {line.removeprefix("!") for line in lines if line.startswith("!")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    folders = set(project["tool"]["setuptools"]["package-dir"].values())
    files = {project["project"]["readme"], *project["project"]["license-files"], "pyproject.toml", "constraints.txt"}
    assert seen == folders | files
    assert all((ROOT / name).exists() for name in seen)
