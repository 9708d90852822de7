"""Every command line of a document is one that its program understands, and every config one that can be read: parsed, and not run.

`make newcomer` runs what can be run (tests/e2e/newcomer.py). What cannot, a training of two hours or a download, is held to the code here.
"""

import argparse
import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from e2e.newcomer import README, TUTORIALS
from typer.main import get_command

from presscheck.cli.main import app
from presscheck.configs.loader import available, load, read_config
from presscheck.configs.retrain import RetrainConfig
from presscheck.configs.schema import RunConfig
from presscheck.eval.retrain.plan import load_retraining
from presscheck.train.search.space import read_space

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path.relative_to(ROOT)
    for pattern in ("*.md", "docs/**/*.md", "benchmarks/**/*.md", "data/starter/*.md")
    for path in ROOT.glob(pattern)
    if path.name != "CHANGELOG.md"  # it says what once was
)
FOLLOWED = [README, *TUTORIALS, *sorted((ROOT / "docs").glob("*.md"))]
FENCED = re.compile(r"^```(?P<language>\w*)(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.M | re.S)
INDENTED = re.compile(r"(?:^ {4}\S.*\n)+", re.M)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
PROGRAM = re.compile(
    r"(?:^ *(?:\$ )?(?:[A-Z_]+=\S* )*|(?:&&|\|\|?|;) |(?P<quote>[\"'`]))(?:\.venv/bin/)?"
    r"(?:(?P<presscheck>presscheck|(?:torchrun|accelerate launch) [^\n]*-m presscheck\.cli\.main)"
    r"|(?P<make>make)|python -m (?P<module>benchmarks[.\w]*))(?: |$)"
)
OVERRIDE = re.compile(r"[\w.]+=.+", re.S)  # and not "[key=value …]"
SHELL = {"", "console", "sh", "text"}


def pieces(page: str) -> Iterator[str]:
    """The code of a page: lines of blocks, and with their backticks what stands in a sentence and begins with a program."""
    prose = FENCED.sub("\n", page)
    blocks = [block["text"] for block in FENCED.finditer(page) if block["language"] in SHELL]
    for block in [*blocks, *(found[0] for found in INDENTED.finditer(prose))]:
        yield from (re.sub(r"\s+# .*", "", line) for line in block.replace("\\\n", " ").splitlines())
    yield from (f"`{span}`" for span in INLINE.findall(prose) if PROGRAM.match(f"{span} "))


def command_lines(piece: str) -> Iterator[tuple[str, str, bool]]:
    """What is called, `presscheck`, `make` or a module, its arguments up to what the shell does next, and whether it is in a sentence."""
    for found in PROGRAM.finditer(piece):
        arguments = piece[found.end() :]
        if found["quote"]:
            arguments = arguments.partition(found["quote"])[0]
        arguments = re.split(r" (?:&&|\|\|?|&|;)(?: |$)", arguments, maxsplit=1)[0]
        yield "presscheck" if found["presscheck"] else found["make"] or found["module"], arguments, found["quote"] == "`"


def understand(arguments: str, *, is_sentence: bool = False) -> None:
    """Parses the arguments of a presscheck command with its config keys, and runs nothing."""
    command: Any = get_command(app)
    words = shlex.split(arguments, comments=True)
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    if hasattr(command, "commands"):
        assert words, f"no command: {arguments}"
        assert words[0] in {"--help", "--version"} or (is_sentence and words[0].isupper()), f"no command: {arguments}"
        return
    try:
        given = command.make_context(command.name, [*words]).params
    except Exception as error:
        kind = type(error).__name__
        if is_sentence and (kind == "MissingParameter" or (kind == "BadParameter" and any(word.isupper() for word in words))):
            return  # "presscheck feedback delete ID"
        raise
    overrides = [word for word in given.get("overrides") or [] if OVERRIDE.fullmatch(word)]
    if command.name == "retrain":
        load_retraining("tiny", overrides)
    elif overrides:
        name = given.get("config", given.get("name"))
        load(name if name in available() else "starter", overrides)


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][\w/-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))


class Parsed(Exception):  # noqa: N818 - it ends a program before it does anything
    pass


def understand_module(module: str, arguments: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Starts a benchmark, and ends it when it has parsed its arguments."""
    parse = argparse.ArgumentParser.parse_args

    def parse_only(parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        parse(parser, shlex.split(arguments.translate(str.maketrans("", "", "[]")), comments=True))
        raise Parsed

    found = ROOT.joinpath(*module.split("."))
    is_package = (found / "__main__.py").is_file()
    assert is_package or found.with_suffix(".py").is_file(), f"no module: {module}"
    with monkeypatch.context() as patch:
        patch.setattr(argparse.ArgumentParser, "parse_args", parse_only)
        if is_package:
            with pytest.raises(Parsed):
                importlib.import_module(f"{module}.__main__").main()


def check(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for piece in pieces(text):
        for program, arguments, is_sentence in command_lines(piece):
            if program == "presscheck":
                understand(arguments, is_sentence=is_sentence)
            elif program == "make":
                words = [word for word in shlex.split(arguments) if "=" not in word]
                assert targets().issuperset(words), f"no such target: make {arguments}"
            elif not program.endswith(".NAME"):
                understand_module(program, arguments, monkeypatch)


def read_yaml(text: str, path: Path) -> None:
    """Reads a config of a page, or a part of one; a part is a section of a training config, or a source of its data."""
    if text.lstrip().startswith("- "):
        text = f"data:\n  sources:\n{text}"
    keys = {line.partition(":")[0] for line in text.splitlines() if line[:1].isalpha()}
    path.write_text(text if "name" in keys or "space" in keys else f"name: page\n{text}", encoding="utf-8")
    if "space" in keys:
        read_space(str(path), load("starter"))
    elif "base" in keys:
        read_config(path, RetrainConfig)
    else:
        read_config(path, RunConfig, [] if "sources:" in text else ["data.sources=[{kind: starter}]"])


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_command_lines_of_a_page_are_understood(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check((ROOT / page).read_text(encoding="utf-8"), monkeypatch)


@pytest.mark.parametrize(
    "wrong",
    [
        "```console\n$ presscheck score a.txt --formt page\n```\n",
        "```text\n15 2 * * * news cd /srv && .venv/bin/presscheck batch in/ --out out/ --no-such 1\n```\n",
        "```text\nExecStart=/bin/sh -c 'presscheck batch in/ --out out/ --no-such'\n```\n",
        "```console\n$ presscheck train starter train.epoch=3\n```\n",
        "```console\n$ presscheck retrain month.yaml replay.sharing=1\n```\n",
        "```console\n$ presscheck keys make desk\n```\n",
        "```console\n$ presscheck score a.txt && presscheck explain n1 --out night\n```\n",
        "```console\n$ presscheck batch in.jsonl\n```\n",
        "```console\n$ torchrun --nproc-per-node 2 -m presscheck.cli.main train starter nothing.at.all=1\n```\n",
        "A sentence with `presscheck feedback delete --older 90d` in it.\n",
        "A sentence with `make everything` in it.\n",
        "    python -m benchmarks.training --no-such\n",
        "    python -m benchmarks.nowhere\n",
    ],
)
def test_what_no_program_understands_is_found(wrong: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises((Exception, SystemExit), match=r"Missing|[Nn]o such|no command|no module|unknown key|2"):
        check(wrong, monkeypatch)
    capsys.readouterr()


@pytest.mark.parametrize("page", FOLLOWED, ids=lambda page: page.name)
def test_every_block_of_commands_runs_or_says_why_not(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for block in FENCED.finditer(text):
        info = block["info"].strip()
        if block["language"] == "console":
            assert not info or re.fullmatch(r'title="Not run: .+"', info), f"{block[0]}\nsays in no title why it is not run"
            assert "$ " in block["text"]
        else:
            assert block["language"] in {"python", "yaml", "json", "jsonl", "csv", "diff", "text"}, block[0]
    for block in INDENTED.finditer(FENCED.sub("\n", text)):
        assert not PROGRAM.search(block[0]), f"not a `console` block: {block[0]}"


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_every_config_of_a_page_can_be_read(page: Path, tmp_path: Path) -> None:
    for block in FENCED.finditer(page.read_text(encoding="utf-8")):
        if block["language"] == "yaml":
            read_yaml(block["text"], tmp_path / "page.yaml")


def options(command: Any) -> set[str]:
    """The options of a command and of all below it."""
    own = {name for parameter in command.params for name in parameter.opts if name.startswith("--")}
    return own.union(*(options(child) for child in getattr(command, "commands", {}).values()))


@pytest.mark.parametrize("page", FOLLOWED, ids=lambda page: page.name)
def test_every_option_that_a_sentence_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    others = {word for line in pieces(text) if "torchrun" in line for word in line.split()}
    named = {option for span in INLINE.findall(text) if span.startswith("--") for option in re.findall(r"--[a-z][\w-]*", span)}
    assert named <= options(get_command(app)) | others | {"--help"}
