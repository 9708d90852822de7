"""Does what the pages say, as a newcomer would, and compares what is printed with what they show.

    python tests/e2e/newcomer.py                         a clean clone with nothing installed: README, From Python, every tutorial
    python tests/e2e/newcomer.py docs/python.md          these pages in copies of this tree, with this interpreter's environment
    python tests/e2e/newcomer.py --write README.md       the same, and writes what was printed into the pages

In a page, a block with a title is a file (```yaml title="ours.yaml"), a `console` block is commands after "$ " and what they print, and a
`python` block with ">>> " is a session. `...` stands for any text, as in doctest, and every percentage for any other one: it differs
between trainings. A command without output below it may print anything. One that ends in `# code 3` has to fail with that code. Other
blocks are there to be read.

It needs nothing but the standard library, since it runs before anything is installed.
"""

import argparse
import doctest
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README, PYTHON_PAGE = ROOT / "README.md", ROOT / "docs" / "python.md"
TUTORIALS = sorted((ROOT / "docs" / "tutorials").glob("*.md"))
_BLOCK = re.compile(r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$', re.M | re.S)
_COMMAND = re.compile(r"^\$ (?P<command>(?:.*\\\n)*.*)\n?(?P<printed>(?:(?!\$ ).*\n?)*)", re.M)
_PERCENTAGE = re.compile(r"(?:< |> )?\b\d+(?:\.\d+)? ?%")
_SESSION = """\
import doctest, json, sys
class Shown(doctest.DocTestRunner):
    def report_success(self, out, test, example, got): pass
    def report_failure(self, out, test, example, got): failed.append([example.lineno, example.source, example.want, got])
    def report_unexpected_exception(self, out, test, example, exc_info):
        failed.append([example.lineno, example.source, example.want, "".join(doctest._exception_traceback(exc_info))])
failed = []
test = doctest.DocTestParser().get_doctest(sys.stdin.read(), {"__name__": "__main__"}, "page", None, 0)
Shown(verbose=False, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(test, out=lambda text: None)
json.dump(failed, open(sys.argv[1], "w"))
"""


class Differs(Exception):  # noqa: N818 - it is what a page does
    """A page does not do what it says."""


@dataclass(frozen=True)
class Step:
    """A block of a page, or one command of it.

    Attributes:
        kind: "file" (its name and content), "run" (a command and what it prints) or "session" (the page's Python).
        start: where `text` starts in the page.
    """

    kind: str
    name: str
    text: str
    start: int


def steps(page: str) -> Iterator[Step]:
    """What a reader of the page does, in its order; all Python of a page is one session, where the first block of it stands."""
    in_session = False
    for block in _BLOCK.finditer(page):
        if block["title"]:
            yield Step("file", block["title"], block["text"], block.start("text"))
        elif block["language"] == "console":
            for found in _COMMAND.finditer(block["text"]):
                command = found["command"].replace("\\\n", " ")
                yield Step("run", command, found["printed"], block.start("text") + found.start("printed"))
        elif block["language"] == "python" and ">>> " in block["text"] and not in_session:
            in_session = True
            yield Step("session", "Python", page, 0)


def fits(printed: str, shown: str) -> bool:
    """Whether a command printed what the page shows."""
    given, wanted = (_PERCENTAGE.sub("N%", text) for text in (printed, shown))
    return doctest.OutputChecker().check_output(wanted, given, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)


def _run(step: Step, folder: Path, environment: Mapping[str, str]) -> str | None:
    """Runs a command; gives what the page should show where it shows something else."""
    done = subprocess.run(step.name, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    code = re.search(r"# code (\d+)$", step.name)
    wanted = int(code[1] if code else 0)
    if done.returncode != wanted:
        raise Differs(f"$ {step.name}\nended with code {done.returncode}, not {wanted}:\n{done.stdout}{done.stderr}")
    if not step.text.strip() or fits(done.stdout, step.text) or fits(done.stdout + done.stderr, step.text):
        return None
    return "\n".join(line.rstrip() for line in (done.stdout or done.stderr).strip("\n").splitlines()) + "\n"


def _in_session(step: Step, folder: Path, environment: Mapping[str, str]) -> list[tuple[int, str, str, str]]:
    """Runs a page's Python; gives line, source, what is shown and what was printed, for each example that differs."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        done = subprocess.run(
            ["python", "-X", "utf8", "-c", _SESSION, report.name],
            cwd=folder,
            env=environment,
            input=step.text,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            raise Differs(f"the Python of the page did not run:\n{done.stdout}{done.stderr}")
        return [tuple(one) for one in json.loads(Path(report.name).read_text(encoding="utf-8"))]


def follow(page: Path, folder: Path, environment: Mapping[str, str], *, is_set_up: bool = False, write: bool = False) -> int:
    """Does in the folder what the page says; gives the number of commands and sessions.

    Args:
        is_set_up: leaves out the calls of `make`, which set up and train.
        write: puts what was printed into the page where it shows something else, from the bottom up.

    Raises:
        Differs: on the first difference, unless it is written.
    """
    text = page.read_text(encoding="utf-8")
    ran, changes = 0, []
    for step in steps(text):
        if step.kind == "file":
            path = folder / step.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text, encoding="utf-8")
            continue
        if is_set_up and step.name.startswith("make "):
            continue
        ran += 1
        began = time.monotonic()
        if step.kind == "run":
            printed = _run(step, folder, environment)
            differences = [] if printed is None else [(step.start, step.name, step.text, printed)]
        else:
            lines = [0, *(found.end() for found in re.finditer("\n", text))]
            differences = [
                (text.index(wanted, lines[line + source.count("\n")]), source, wanted, got)
                for line, source, wanted, got in _in_session(step, folder, environment)
            ]
        sys.stderr.write(f"  {time.monotonic() - began:6.1f} s  {step.name}\n")
        for start, source, wanted, got in differences:
            if not write:
                raise Differs(f"{source.strip()}\nprinted:\n{got}\nthe page shows:\n{wanted}")
            changes.append((start, wanted, got))
    for start, wanted, got in sorted(changes, reverse=True):
        text = text[:start] + got + text[start + len(wanted) :]
    if changes:
        page.write_text(text, encoding="utf-8")
        sys.stderr.write(f"  {len(changes)} outputs written into {page.name}: look at them\n")
    return ran


def tracked_copy(target: Path) -> Path:
    """The tracked files of this tree, as they stand."""
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target / name, follow_symlinks=False)
    return target


def _environment(commands: Path, page: Path, source: Path | None = None) -> dict[str, str]:
    """The environment of a page's commands: `source` is the tree whose code they run, where it is not what is installed."""
    code = {} if source is None else {"PYTHONPATH": str(source / ".typing"), "MLFLOW_ARTIFACT_ROOT": str(source / "mlruns")}
    return {**os.environ, "PATH": f"{commands}:{os.environ['PATH']}", "COLUMNS": "100" if page == README else "200", **code}


def _pages_here(pages: list[Path], scratch: Path, *, write: bool) -> None:
    """Each page in a copy of this tree, with this environment; what is trained already is at hand."""
    for page in pages:
        copy = tracked_copy(scratch / page.stem)
        (copy / ".venv").symlink_to(Path(sys.prefix))
        if page not in TUTORIALS and (ROOT / "models" / "candidate").exists():
            (copy / "models").mkdir()
            (copy / "models" / "candidate").symlink_to((ROOT / "models" / "candidate").resolve())
        sys.stderr.write(f"{page.relative_to(ROOT)}\n")
        follow(page, copy, _environment(Path(sys.prefix) / "bin", page, copy), is_set_up=True, write=write)


def _from_nothing(scratch: Path) -> None:
    """README in a clean clone, the Python page with what it made, and each tutorial in a clone of its own."""
    for page in (README, PYTHON_PAGE, *TUTORIALS):
        is_tutorial = page in TUTORIALS
        clone = scratch / (page.stem if is_tutorial else "clone")
        if not clone.exists():
            subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        sys.stderr.write(f"{page.relative_to(ROOT)}\n")
        follow(page, clone, _environment(scratch / "clone" / ".venv" / "bin", page, clone if is_tutorial else None))


def main() -> None:
    """Ends with code 1 where a page does not do what it says."""
    parser = argparse.ArgumentParser(description="Does what the pages say, and compares what is printed.")
    parser.add_argument("pages", nargs="*", type=Path, help="pages to follow here; without any, all of them in a clean clone")
    parser.add_argument("--write", action="store_true", help="write what was printed into the pages")
    given = parser.parse_args()
    if given.write and not given.pages:
        parser.error("--write needs pages")
    with tempfile.TemporaryDirectory(prefix="newcomer-") as scratch:
        try:
            if given.pages:
                _pages_here([page.resolve() for page in given.pages], Path(scratch), write=given.write)
            else:
                _from_nothing(Path(scratch))
        except Differs as difference:
            sys.exit(str(difference))


if __name__ == "__main__":
    main()
