"""Options that several commands take."""

from enum import StrEnum
from typing import Annotated

import typer

from presscheck.cli.errors import Exit, stop


class EngineChoice(StrEnum):
    """Where the work is done: on this machine, or on Ray."""

    local = "local"
    ray = "ray"


class PrecisionChoice(StrEnum):
    """Arithmetic of the runtime model."""

    auto = "auto"
    f32 = "f32"
    bf16 = "bf16"
    int8 = "int8"


PrecisionOption = Annotated[
    PrecisionChoice | None,
    typer.Option(help="Arithmetic (default: the bundle's own). auto: the fastest that bundle and CPU have."),
]
Prevalence = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=SHARE",
        help="Share of positives to expect, for sensational, loaded, unsourced or review (default: that of the bundle's dev split). "
        "May be given more than once.",
    ),
]

Encoding = Annotated[str | None, typer.Option(help="Encoding of the inputs (default: UTF-8; a byte-order mark is honoured).")]


def check_encoding(encoding: str | None) -> None:
    """Ends the command where there is no such encoding."""
    try:
        "".encode(encoding or "utf-8")
    except LookupError:
        raise stop(f"unknown encoding {encoding!r} (known are for example utf-8, cp1252, latin-1)", Exit.USAGE) from None


def shares(assignments: list[str]) -> dict[str, float]:
    """Shares by their name, from NAME=SHARE."""
    shares = {}
    for assignment in assignments:
        name, _, share = assignment.partition("=")
        try:
            shares[name] = float(share)
        except ValueError:
            raise stop(f"--prevalence {assignment}: give NAME=SHARE, for example sensational=0.05", Exit.USAGE) from None
    return shares
