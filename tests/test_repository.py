"""Promises of the repository: packaging, import directions, options that are read, versions that are bounded."""

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version
from pydantic import BaseModel

from presscheck.configs import data_bounds, labelled, policies, retrain, schema, search_space, sources
from presscheck.configs.section import Section

pytestmark = pytest.mark.checkout
ROOT = Path(__file__).parent.parent
LAYERS = ["configs", "data", "serve", "train", "eval", "cli"]
HEAVY = {
    "torch",
    "transformers",
    "datasets",
    "sklearn",
    "scipy",
    "mlflow",
    "accelerate",
    "pandas",
    "matplotlib",
    "pyarrow",
    "datasketch",
    "optuna",
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def code_files(layer: str) -> list[Path]:
    return sorted((ROOT / layer).rglob("*.py"))


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def submodules_of(path: Path) -> set[str]:
    """Names that would be modules if what is imported from a package is one."""
    found = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom))
    return {f"{node.module}.{alias.name}" for node in found for alias in node.names}


def test_every_package_is_listed() -> None:
    found = {
        "presscheck." + ".".join(path.parent.relative_to(ROOT).parts) for layer in LAYERS for path in (ROOT / layer).rglob("__init__.py")
    }
    assert found == set(PROJECT["tool"]["setuptools"]["packages"])
    assert not (ROOT / "presscheck").exists(), "a folder of this name would shadow an installed package"


def test_every_file_of_a_package_is_packaged() -> None:
    setuptools = PROJECT["tool"]["setuptools"]
    folders = {name: ROOT.joinpath(*name.split(".")[1:]) for name in setuptools["packages"]}
    patterns = {folders[name]: given for name, given in setuptools["package-data"].items() if name != "*"}
    packaged = {path for folder, given in patterns.items() for pattern in given for path in folder.glob(pattern)}
    there = {path for layer in LAYERS for path in (ROOT / layer).rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert not {path for path in there - packaged if path.suffix != ".py" and path.name != "py.typed" and path.name[0] != "."}


def test_the_notice_names_all_data_of_others() -> None:
    assert {"LICENSE", "NOTICE"} <= set(PROJECT["project"]["license-files"])
    notice = (ROOT / "NOTICE").read_text()
    for path in (path for layer in LAYERS for path in (ROOT / layer).rglob("*.txt") if "starter" not in path.parts):
        head = [line for line in path.read_text().splitlines() if line.startswith("#")]
        if any("Copyright" in line for line in head):
            assert str(path.relative_to(ROOT)) in notice


def test_every_layer_has_a_typing_link() -> None:
    for layer in LAYERS:
        assert (ROOT / ".typing" / "presscheck" / layer).readlink() == Path(f"../../{layer}")


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_run_one_way(layer: str) -> None:
    later = LAYERS[LAYERS.index(layer) + 1 :]
    for path in code_files(layer):
        upward = {name for name in imports_of(path) for other in later if name.startswith(f"presscheck.{other}")}
        assert not upward, f"{path.relative_to(ROOT)} imports {sorted(upward)}"


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Also not within a function or for type checkers alone; a package that is imported whole stands for its `__init__`."""
    files = {
        ".".join(("presscheck", *path.relative_to(ROOT).with_suffix("").parts)): path for layer in LAYERS for path in code_files(layer)
    }
    known = {name.removesuffix(".__init__"): path for name, path in files.items()}
    needs = {name: (imports_of(path) | submodules_of(path)) & known.keys() - {name} for name, path in known.items()}
    assert len(list(TopologicalSorter(needs).static_order())) == len(known)


def test_a_file_name_says_which_file_is_meant() -> None:
    names = Counter(path.name for layer in LAYERS for path in code_files(layer))
    assert {name for name, count in names.items() if count > 2} == {"__init__.py"}


def test_scoring_pulls_in_no_training_library() -> None:
    program = (
        "import sys, presscheck.serve.scorer, presscheck.serve.registered_models, "
        "presscheck.serve.render.writer, presscheck.serve.render.html, presscheck.serve.render.terminal, presscheck.cli.score; "
        "from presscheck.data.article import Article; from presscheck.data.text.language import detect_language; "
        "detect_language('A short English sentence that is long enough to tell.'); print(*sorted({n.split('.')[0] for n in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split())


def test_help_imports_no_numeric_library() -> None:
    program = "import sys, presscheck.cli.main; print(*sorted({n.split('.')[0] for n in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not ({"numpy", "openvino", "yaml", "pydantic"} | HEAVY) & set(done.stdout.split())


SECTIONS = (schema, search_space, sources, labelled, policies, data_bounds, retrain)


def config_sections() -> list[type[BaseModel]]:
    values = [value for module in SECTIONS for value in vars(module).values()]
    return [value for value in values if isinstance(value, type) and issubclass(value, Section)]


def test_every_config_field_is_read_by_code() -> None:
    read = {
        node.attr
        for layer in LAYERS
        for path in code_files(layer)
        if layer != "configs" or path.stem not in {module.__name__.rpartition(".")[2] for module in SECTIONS}
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
    }
    for section in config_sections():
        for name in section.model_fields:
            if name != "kind":  # pydantic itself reads the tag of a union
                assert name in read, f"no code reads {section.__name__}.{name}"


def test_every_config_field_says_what_it_is() -> None:
    for section in config_sections():
        assert section.__doc__
        for name, field in section.model_fields.items():
            is_section = isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
            assert field.description or is_section or name == "kind", f"{section.__name__}.{name} has no description"


def test_constraints_lie_within_the_declared_bounds() -> None:
    pinned: dict[str, Version] = {}
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            name, _, number = line.partition("==")
            pinned[name.lower().replace("_", "-")] = Version(number)
    extras = PROJECT["project"]["optional-dependencies"]
    for line in [*PROJECT["project"]["dependencies"], *(entry for extra in extras.values() for entry in extra)]:
        requirement = Requirement(line)
        assert requirement.specifier.contains(pinned[requirement.name.lower()], prereleases=True), line
        assert {"<", "=="} & {s.operator for s in requirement.specifier}, f"{line} has no upper bound"


FOLDERS = (*LAYERS, "benchmarks", "docs", "tests", ".ci")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md"))])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
PATH = re.compile(rf"(?<![\w./:-])(?:\.\./)*(?:{'|'.join(map(re.escape, FOLDERS))})/[\w./*-]+")
MODULE = re.compile(r"`(\w+\.py)`")
TITLE = re.compile(r'title="[^"]*"')  # of a block in a tutorial: a file that its reader writes


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_that_a_document_names_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    missing = [name for name in LINK.findall(text) if "://" not in name and not (document.parent / name).exists()]
    if document.name != "CHANGELOG.md":  # it names what stood at the time
        text = TITLE.sub("", text)
        names = [found.rstrip(".,;:") for found in PATH.findall(text)]
        missing += [name for name in names if not (document.parent / name).exists() and not any(ROOT.glob(name))]
        known = {path.name for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")}
        missing += [name for name in MODULE.findall(text) if name not in known]
    assert not missing, f"{document.relative_to(ROOT)} names {missing}"


def test_make_follows_the_pages_in_one_command() -> None:
    """A list of files comes with a line each, and a recipe would run every line as a command of its own."""
    said = subprocess.run(
        ["make", "--dry-run", "newcomer", "PAGES=docs/a.md\ndocs/b.md"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert ".venv/bin/python tests/e2e/newcomer.py docs/a.md docs/b.md" in said.stdout.splitlines()


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("**/*.md")), ids=lambda path: path.name)
def test_the_changes_that_a_page_makes_apply_to_the_code(page: Path) -> None:
    for change in re.findall(r"^```diff[^\n]*\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S):
        done = subprocess.run(["git", "apply", "--check", "-"], cwd=ROOT, input=change, capture_output=True, text=True, check=False)
        assert not done.returncode, done.stderr
