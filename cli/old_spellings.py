"""Spellings of earlier versions. Each ends with code 2 and one sentence that gives the present spelling."""

from typing import Any

from typer.core import TyperGroup

from presscheck.cli.exit_codes import Exit, stop

# Command and what follows it: a word that comes first, or an option anywhere.
_PRESENT = {
    ("batch", "run"): "presscheck batch INPUT… --out DIR (an input of that name is ./run)",
    ("batch", "estimate"): "presscheck estimate ANSWERS (an input of that name is ./estimate)",
    ("estimate", "--out"): "presscheck estimate ANSWERS --batch DIR",
    ("explain", "--out"): "presscheck explain RECORD_ID --batch DIR",
    ("serve", "--new-key"): "presscheck keys new NAME",
    ("serve", "--revoke-key"): "presscheck keys revoke NAME",
    ("serve", "--export-feedback"): "presscheck feedback export FOLDER",
}


def _old_spelling(command: str, arguments: list[str]) -> tuple[str, str] | None:
    options = (argument.partition("=")[0] for argument in arguments if argument.startswith("--"))
    for word in (*arguments[:1], *options):
        if (command, word) in _PRESENT:
            return command, word
    return None


class PresentSpellings(TyperGroup):
    """Commands of which some were spelt otherwise."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the arguments name, unless they are of an earlier version."""
        if args and (old := _old_spelling(args[0], args[1:])):
            raise stop(f"{' '.join(old)} is now: {_PRESENT[old]}", Exit.USAGE)
        return super().resolve_command(ctx, args)
