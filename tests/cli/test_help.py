"""Help and documents that teach: what they show as a command line is one that the command understands."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from presscheck.cli.main import app

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "CONTRIBUTING.md", *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs").glob("**/*.md"))))
PROMPT = re.compile(r"(\$| ) *(\.venv/bin/)?presscheck ")  # prose begins at the margin


def commands(node: Any, *name: str) -> Iterator[tuple[str, ...]]:
    yield name
    for word, child in getattr(node, "commands", {}).items():
        yield from commands(child, *name, word)


COMMANDS = tuple(commands(get_command(app)))


def calls(text: str) -> list[str]:
    """The command lines in a text, one a line, with what stands behind `&&` and `|`."""
    parts = (part for line in text.splitlines() for part in re.split(r" &&| \|", line))
    return [part[found.end() :] for part in parts if (found := PROMPT.match(part))]


def understand(call: str) -> None:
    """Parses a command line, and runs nothing."""
    command: Any = get_command(app)
    words = shlex.split(call, comments=True)
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    assert not hasattr(command, "commands"), f"no command: {call}"
    command.make_context(command.name, words)


def help_of(command: tuple[str, ...]) -> str:
    result = CliRunner().invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    return result.stdout


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_teaches(command: tuple[str, ...]) -> None:
    shown = help_of(command)
    verb = shown.split("\n\n")[1].split()[0]
    assert re.fullmatch(r"[A-Z]\w+s,?", verb), "the first sentence says what the command does"
    examples = calls(shown.partition("Example")[2].partition("\n\n")[0])
    assert examples
    assert any(example.startswith(" ".join(command)) for example in examples)
    for example in examples:
        understand(example)


@pytest.mark.parametrize("group", sorted({command[:-1] for command in COMMANDS}), ids=" ".join)
def test_summaries_are_not_cut_off(group: tuple[str, ...]) -> None:
    assert "..." not in help_of(group).partition("Commands:")[2]


@pytest.mark.parametrize("page", PAGES)
def test_command_lines_of_documents_are_understood(page: str) -> None:
    for call in calls((ROOT / page).read_text(encoding="utf-8")):
        understand(call)


def test_what_is_not_a_command_line_is_found() -> None:
    for call in ("batch in.jsonl", "keys make desk", "explain n1 --out night"):
        with pytest.raises(Exception, match=r"Missing parameter|no command|No such option"):
            understand(call)
