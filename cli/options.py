"""Options that several commands take."""

import logging
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from presscheck.cli.exit_codes import Exit, stop

if TYPE_CHECKING:
    from presscheck.data.rows.columns import Columns


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


Model = Annotated[
    str | None,
    typer.Option(
        metavar="MODEL",
        help="A bundle folder, or a registered model: models:/NAME@ALIAS or models:/NAME/VERSION (default: the champion, else the "
        "candidate).",
    ),
]
TrackingUri = Annotated[
    str | None,
    typer.Option(
        metavar="URI",
        envvar="MLFLOW_TRACKING_URI",
        help="MLflow server or store of registered models (default: sqlite:///mlflow.db, where training writes).",
    ),
]
ModelsDir = Annotated[Path, typer.Option(help="Folder of the champion and the candidate.")]
Policy = Annotated[str | None, typer.Option(help="Policy of the bundle (default: its first).")]
State = Annotated[Path, typer.Option(help="State folder of the service: keys, feedback, and the secret that signs records.")]
PrecisionOption = Annotated[
    PrecisionChoice | None,
    typer.Option(help="Arithmetic (default: the bundle's own). auto: the fastest that the bundle and this CPU support."),
]
Prevalence = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=SHARE",
        help="Expected share of positives of sensational, loaded, unsourced or review (default: that of the bundle's dev split). "
        "May be given more than once.",
    ),
]

Encoding = Annotated[str | None, typer.Option(help="Encoding of the inputs (default: UTF-8, or what a byte-order mark says).")]

Column = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=COLUMN",
        help="Column of id, headline, body or outlet, where it has another name. May be given more than once.",
    ),
]


def check_encoding(encoding: str | None) -> None:
    """Ends the command where there is no such encoding."""
    try:
        "".encode(encoding or "utf-8")
    except LookupError:
        raise stop(f"unknown encoding {encoding!r} (for example utf-8, cp1252, latin-1)", Exit.USAGE) from None


def shares(assignments: list[str]) -> dict[str, float]:
    """Shares by name, from NAME=SHARE."""
    shares = {}
    for assignment in assignments:
        name, _, share = assignment.partition("=")
        try:
            shares[name] = float(share)
        except ValueError:
            raise stop(f"--prevalence {assignment}: give NAME=SHARE, for example sensational=0.05", Exit.USAGE) from None
    return shares


def named_columns(assignments: list[str]) -> "Columns":
    """The columns to read, from NAME=COLUMN."""
    from presscheck.data.rows.columns import Columns

    named = dict(assignment.partition("=")[::2] for assignment in assignments)
    wrong = [name for name in named if name not in Columns.model_fields or not named[name]]
    if wrong:
        raise stop(
            f"--column {wrong[0]}={named[wrong[0]]}: give NAME=COLUMN, with NAME one of {', '.join(Columns.model_fields)}",
            Exit.USAGE,
        )
    return Columns(**named)


def log_to_stderr() -> None:
    """Shows the log lines of a batch on standard error."""
    logger = logging.getLogger("presscheck.serve")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger.handlers = [handler]  # a second command in one process has its own standard error
    logger.setLevel(logging.INFO)
    logger.propagate = False
