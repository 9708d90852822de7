"""Does what the pages say, as a newcomer would, and compares what is printed with what they show.

    python tests/e2e/newcomer.py                         a clean clone with nothing installed: every page
    python tests/e2e/newcomer.py docs/python.md          these pages in copies of this tree, with this interpreter's environment
    python tests/e2e/newcomer.py --write README.md       the same, and writes what was printed into the pages

In a page, a `console` block is commands after "$ " and what they print; one with a title says in it why it is not run. Of other blocks, one
with a title is a file (```yaml title="ours.yaml"), a `python` block with ">>> " is a session, and one without is a script. `...` stands for
any text, as in doctest, and every percentage for any other one: it differs between trainings. A command without output below it may print
anything. One whose comment ends in `code 3` has to fail with that code. One that ends in `&` is a service: it listens on a free port in
place of the one that the page names, and is ended with the page. A block in an HTML comment is done too: what people do meanwhile.

README and docs/python.md show the default model. A tutorial trains its own. Every other page is followed in a copy of one folder, which
desk.md fills with texts, labels and two small models.

It needs nothing but the standard library, since it runs before anything is installed.
"""

import argparse
import doctest
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
README, PYTHON_PAGE = ROOT / "README.md", ROOT / "docs" / "python.md"
TUTORIALS = sorted((ROOT / "docs" / "tutorials").glob("*.md"))
DESK = ROOT / "tests" / "e2e" / "desk.md"
_BLOCK = re.compile(r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$', re.M | re.S)
_COMMAND = re.compile(r"^\$ (?P<command>(?:.*\\\n)*.*)\n?(?P<printed>(?:(?!\$ ).*\n?)*)", re.M)
_SERVICE = re.compile(r"(?P<command>.*\S) &(?: +#.*)?$")
_PORT = re.compile(r"--port (\d+)")
_DEFAULT_PORT = "8000"
_READY_S = 600  # a machine may be busy
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
        kind: "file" (its name and content), "run" (a command and what it prints), "script" or "session" (the page's Python).
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
        if block["language"] == "console":
            if block["title"]:
                continue
            for found in _COMMAND.finditer(block["text"]):
                command = found["command"].replace("\\\n", " ")
                yield Step("run", command, found["printed"], block.start("text") + found.start("printed"))
        elif block["title"]:
            yield Step("file", block["title"], block["text"], block.start("text"))
        elif block["language"] == "python" and ">>> " not in block["text"]:
            yield Step("script", "python -", block["text"], block.start("text"))
        elif block["language"] == "python" and not in_session:
            in_session = True
            yield Step("session", "Python", page, 0)


REFERENCE = [
    page
    for page in sorted((ROOT / "docs").glob("*.md"))
    if page != PYTHON_PAGE and any(step.kind != "file" for step in steps(page.read_text(encoding="utf-8")))
]


def fits(printed: str, shown: str) -> bool:
    """Whether a command printed what the page shows."""
    given, wanted = (_PERCENTAGE.sub("N%", text) for text in (printed, shown))
    return doctest.OutputChecker().check_output(wanted, given, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)


def _run(step: Step, folder: Path, environment: Mapping[str, str]) -> str | None:
    """Runs a command; gives what the page should show where it shows something else."""
    text = step.text if step.kind == "script" else None
    done = subprocess.run(step.name, shell=True, cwd=folder, env=environment, input=text, capture_output=True, text=True, check=False)
    code = re.search(r"#.*\bcode (\d+)$", step.name)
    wanted = int(code[1] if code else 0)
    if done.returncode != wanted:
        raise Differs(f"$ {step.name}\nended with code {done.returncode}, not {wanted}:\n{done.stdout}{done.stderr}")
    if step.kind == "script" or not step.text.strip() or fits(done.stdout, step.text) or fits(done.stdout + done.stderr, step.text):
        return None
    return "\n".join(line.rstrip() for line in (done.stdout or done.stderr).strip("\n").splitlines()) + "\n"


def on_free_ports(page: Sequence[Step]) -> list[Step]:
    """The steps with a free port in place of each that a service of the page listens on; what is shown below a command stays."""
    services = [step for step in page if step.kind == "run" and _SERVICE.match(step.name)]
    named = {port[1] if (port := _PORT.search(step.name)) else _DEFAULT_PORT for step in services}
    if not named:
        return list(page)
    with ExitStack() as held:
        sockets = {port: held.enter_context(socket.socket()) for port in named}
        for one in sockets.values():
            one.bind(("127.0.0.1", 0))
        free = {port: str(one.getsockname()[1]) for port, one in sockets.items()}
    anyone = re.compile(rf"\b(?:{'|'.join(named)})\b")

    def moved(step: Step) -> Step:
        name, text = (anyone.sub(lambda found: free[found[0]], part) for part in (step.name, step.text))
        if step.kind != "run":
            return replace(step, name=name, text=text)
        if step in services and not _PORT.search(name):
            name = re.sub(r" &(?= |$)", f" --port {free[_DEFAULT_PORT]} &", name, count=1)
        return replace(step, name=name)

    return [moved(step) for step in page]


@contextmanager
def _service(step: Step, folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Runs a service, from its first ready answer on."""
    found, port = _SERVICE.match(step.name), _PORT.search(step.name)
    assert found is not None
    assert port is not None
    address = f"http://127.0.0.1:{port[1]}/readyz"
    with (
        tempfile.TemporaryFile() as printed,
        subprocess.Popen(f"exec {found['command']}", shell=True, cwd=folder, env=environment, stdout=printed, stderr=printed) as process,
    ):
        try:
            until = time.monotonic() + _READY_S
            while time.monotonic() < until:
                time.sleep(0.5)
                if process.poll() is not None:
                    printed.seek(0)
                    raise Differs(f"$ {step.name}\nended with code {process.returncode}:\n{printed.read().decode()}")
                with suppress(OSError), urlopen(address, timeout=5):
                    break
            else:
                raise Differs(f"$ {step.name}\n{address} is not ready after {_READY_S} s")
            yield
        finally:
            process.terminate()


def in_session(step: Step, folder: Path, environment: Mapping[str, str]) -> list[tuple[int, str, str, str]]:
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
    with ExitStack() as services:
        return _follow(page, folder, environment, services, is_set_up=is_set_up, write=write)


def _follow(page: Path, folder: Path, environment: Mapping[str, str], services: ExitStack, *, is_set_up: bool, write: bool) -> int:
    text = page.read_text(encoding="utf-8")
    ran, changes = 0, []
    for step in on_free_ports(list(steps(text))):
        if step.kind == "file":
            path = folder / step.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text, encoding="utf-8")
            continue
        if is_set_up and step.name.startswith("make "):
            continue
        ran += 1
        began = time.monotonic()
        if step.kind == "run" and _SERVICE.match(step.name):
            services.enter_context(_service(step, folder, environment))
            differences = []
        elif step.kind != "session":
            printed = _run(step, folder, environment)
            differences = [] if printed is None else [(step.start, step.name, step.text, printed)]
        else:
            lines = [0, *(found.end() for found in re.finditer("\n", text))]
            differences = [
                (text.index(wanted, lines[line + source.count("\n")]), source, wanted, got)
                for line, source, wanted, got in in_session(step, folder, environment)
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
    own = {"PYTHONPATH": ".typing", "MLFLOW_ARTIFACT_ROOT": "mlruns", "PRESSCHECK_MODEL_CACHE": "cache"}
    code = {} if source is None else {name: str(source / folder) for name, folder in own.items()}
    return {**os.environ, "PATH": f"{commands}:{os.environ['PATH']}", "COLUMNS": "100" if page == README else "200", **code}


def _at_the_desk(page: Path, desk: Path, folder: Path, commands: Path, *, write: bool = False) -> None:
    """Follows a page of the reference in a copy of the desk, which is made the first time."""
    if not (desk / "models").exists():
        sys.stderr.write(f"{DESK.relative_to(ROOT)}\n")
        follow(DESK, desk, _environment(commands, DESK, desk))
    shutil.copytree(desk, folder, symlinks=True)
    sys.stderr.write(f"{page.relative_to(ROOT)}\n")
    follow(page, folder, _environment(commands, page, folder), write=write)


def _pages_here(pages: list[Path], scratch: Path, *, write: bool) -> None:
    """Each page in a copy of this tree, with this environment; the default model is at hand if it is trained."""
    commands = Path(sys.prefix) / "bin"
    for page in pages:
        is_reference = page.parent == ROOT / "docs" and page != PYTHON_PAGE
        if is_reference and page not in REFERENCE:
            continue  # nothing to do in it
        copy = scratch / ("desk" if is_reference else page.stem)
        if not copy.exists():
            (tracked_copy(copy) / ".venv").symlink_to(Path(sys.prefix))
        if is_reference:
            _at_the_desk(page, copy, scratch / page.stem, commands, write=write)
            continue
        if page not in TUTORIALS and (ROOT / "models" / "candidate").exists():
            (copy / "models").mkdir()
            (copy / "models" / "candidate").symlink_to((ROOT / "models" / "candidate").resolve())
        sys.stderr.write(f"{page.relative_to(ROOT)}\n")
        follow(page, copy, _environment(commands, page, copy), is_set_up=True, write=write)


def _from_nothing(scratch: Path) -> None:
    """README in a clean clone, the Python page with what it made, each tutorial in a clone of its own, the other pages at the desk."""
    commands = scratch / "clone" / ".venv" / "bin"
    for page in (README, PYTHON_PAGE, *TUTORIALS, *REFERENCE):
        is_reference, is_tutorial = page in REFERENCE, page in TUTORIALS
        clone = scratch / ("desk" if is_reference else page.stem if is_tutorial else "clone")
        if not clone.exists():
            subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        if is_reference:
            _at_the_desk(page, clone, scratch / page.stem, commands)
            continue
        sys.stderr.write(f"{page.relative_to(ROOT)}\n")
        follow(page, clone, _environment(commands, page, clone if is_tutorial else None))


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
