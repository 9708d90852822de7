"""Help that teaches. Whether a command understands its examples: test_documents.py, on docs/commands.md."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from presscheck.cli.main import app

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


@pytest.mark.parametrize("group", sorted({command[:-1] for command in COMMANDS}), ids=" ".join)
def test_summaries_are_not_cut_off(group: tuple[str, ...]) -> None:
    assert "..." not in help_of(group).partition("Commands:")[2]
