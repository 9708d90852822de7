"""Exit codes, and errors for people: one sentence on standard error, no traceback."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import typer


class Exit(IntEnum):
    """The documented exit codes."""

    DONE = 0
    OUR_FAULT = 1
    USAGE = 2
    MODEL_REFUSED = 3
    REJECTED = 4
    DRIFT = 5
    PROMOTION_REFUSED = 6
    INTERRUPTED = 130


def stop(message: str, code: Exit) -> typer.Exit:
    """Prints a message on standard error and returns the exception that ends the command."""
    typer.echo(f"presscheck: {message}", err=True)
    return typer.Exit(code)


@contextmanager
def for_people(*, on_interrupt: str = "interrupted", may_lose_reader: bool = False, extra: str = "train") -> Iterator[None]:
    """Turns the errors that a user can mend into one sentence and the documented exit code.

    Args:
        extra: the extra of this project that holds the packages of this command.
        may_lose_reader: whoever reads standard output may close it early (`| head`); that ends the command as done.
        extra: the extra that brings what the command needs beyond the scoring path.
    """
    from presscheck.configs.errors import ConfigError
    from presscheck.data.errors import DataError
    from presscheck.serve.errors import EngineError, ModelRefusedError

    try:
        yield
    except (ConfigError, DataError) as error:
        raise stop(str(error), Exit.USAGE) from None
    except ModelRefusedError as error:
        raise stop(str(error), Exit.MODEL_REFUSED) from None
    except EngineError as error:
        raise stop(str(error), Exit.OUR_FAULT) from None
    except KeyboardInterrupt:
        raise stop(on_interrupt, Exit.INTERRUPTED) from None
    except BrokenPipeError:
        if not may_lose_reader:
            raise stop("standard output or error was closed", Exit.OUR_FAULT) from None
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(Exit.DONE) from None
    except OSError as error:
        raise stop(f"{error.filename or 'input or output'}: {error.strerror or error}", Exit.OUR_FAULT) from None
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("presscheck"):
            raise
        raise stop(f"this command needs the package {error.name}: pip install 'presscheck[{extra}]'", Exit.USAGE) from None
