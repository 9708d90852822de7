"""A registry without MLflow, for tests: a folder that a stand-in for the fetching process reads."""

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from presscheck.data.files import file_sha256
from presscheck.serve import registered_models
from presscheck.serve.bundle import REQUIRED, SUMS, write_sums

URI = "http://127.0.0.1:9"
# Answers as presscheck.train.registry_fetch does, by what the folder's registry.json says, and writes down what it was asked.
_PROGRAM = """
import json, os, shutil, signal, sys
from pathlib import Path

home, command, model, *arguments = sys.argv[1:]
state = json.loads((Path(home) / "registry.json").read_text())
with (Path(home) / "asked.txt").open("a") as asked:
    asked.write(" ".join([command, model, arguments[0]]) + "\\n")
fault = state["faults"].get(command)
if fault == "hangs":
    signal.pause()
elif fault == "dies":
    if command == "download":
        (Path(arguments[1]) / "half").mkdir()
        (Path(arguments[1]) / "half" / "model.safetensors").write_text("ha")
    sys.exit("out of memory")
elif fault:
    answer = fault
elif command == "resolve":
    number = state["aliases"].get(arguments[0], arguments[0])
    found = state["versions"].get(number)
    answer = {"refused": f"{arguments[0]} not found"}
    if found:
        answer = {"version": number, "created": found["created"], "bundle_sha256": found["bundle_sha256"]}
else:
    folder = Path(arguments[1]) / "artifacts"
    shutil.copytree(state["versions"][arguments[0]]["folder"], folder)
    answer = {"folder": str(folder)}
print("a line of a library")
print(json.dumps(answer))
"""


@dataclass
class Registry:
    """What the registry holds. `faults` gives an answer of its own to `resolve` or `download`; or the process hangs or dies."""

    home: Path
    state: dict[str, Any]

    @property
    def asked(self) -> list[str]:
        """Everything that the fetching process was asked, in order."""
        path = self.home / "asked.txt"
        return path.read_text().splitlines() if path.exists() else []

    def register(self, number: str, bundle: Path, *, created: str = "1", tagged: bool = True) -> None:
        """Adds a version."""
        digest = file_sha256(bundle / SUMS) if tagged else None
        self.state["versions"][number] = {"folder": str(bundle), "created": created, "bundle_sha256": digest}
        self.write()

    def point(self, alias: str, number: str) -> None:
        """Moves an alias."""
        self.state["aliases"][alias] = number
        self.write()

    def fault(self, command: str, answer: Any) -> None:
        """From now on the command ends so; None takes it back."""
        self.state["faults"][command] = answer
        self.write()

    def write(self) -> None:
        """Makes the state what the fetching process reads; it may read at this moment, so the file is replaced whole."""
        written = self.home / "registry.json.new"
        written.write_text(json.dumps(self.state))
        written.replace(self.home / "registry.json")


def stand_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A registry that every `fetch` of the test asks, with a cache of its own."""
    home.mkdir()
    program = home / "client.py"
    program.write_text(_PROGRAM)
    monkeypatch.setattr(registered_models, "_CLIENT", (sys.executable, "-S", str(program), str(home)))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", URI)
    monkeypatch.setenv("PRESSCHECK_MODEL_CACHE", str(home / "cache"))
    found = Registry(home, {"versions": {}, "aliases": {}, "faults": {}})
    found.write()
    return found


def small_bundle(folder: Path, text: str) -> Path:
    """A folder with every file of a bundle and its checksums; no model."""
    for name in REQUIRED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"{name} {text}")
    write_sums(folder)
    return folder


def copied(bundle: Path, folder: Path) -> Path:
    """A copy of a bundle under another name."""
    return Path(shutil.copytree(bundle, folder))
