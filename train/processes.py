"""Lets the processes of a data-parallel training work as one: the main process writes, the others train with it and wait.

`torchrun` and `accelerate launch` start the processes. Without them there is one, and every function here just runs its step.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from torch.distributed import ProcessGroup

T = TypeVar("T")
_ENDED = "another process of this training ended; see its message, and give the same command again to resume after the last finished epoch"
# Between two trainings the main process exports and scores for as long as it takes. A process that dies ends the wait at once.
_PATIENCE = timedelta(days=7)


class OtherProcessError(RuntimeError):
    """A step failed in another process, which reports it."""


def count() -> int:
    """Number of processes that train together."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_main() -> bool:
    """Whether this process writes, tracks and reports."""
    return count() == 1 or os.environ["RANK"] == "0"


def join() -> None:
    """Meets the other processes; the first call that any of them needs."""
    if count() > 1:
        import torch
        from accelerate import PartialState

        PartialState(cpu=not torch.cuda.is_available())
        _group()


@cache
def _group() -> "ProcessGroup":
    """A group for waiting and short messages: on CPUs, whatever the training computes on."""
    from torch import distributed

    return cast("ProcessGroup", distributed.new_group(backend="gloo", timeout=_PATIENCE))


def leave() -> None:
    """Parts from the others."""
    if count() > 1:
        from torch import distributed

        _group.cache_clear()
        with suppress(RuntimeError, ValueError):  # another process may be gone already
            distributed.destroy_process_group()


def everywhere(step: Callable[[], T]) -> list[T]:
    """Runs a step in every process and returns all results, in the order of the processes. If it fails in one, it fails in all.

    Raises:
        OtherProcessError: if it failed in another process. The first one that failed raises its own error.
    """
    if count() == 1:
        return [step()]
    from torch import distributed

    found: tuple[T | None, Exception | None] = (None, None)
    try:
        found = (step(), None)
    except Exception as error:
        found = (None, error)
    told: list[tuple[T | None, str | None]] = [(None, None)] * count()
    result, own = found
    try:
        distributed.all_gather_object(told, (result, None if own is None else str(own) or type(own).__name__), group=_group())
    except RuntimeError as error:
        raise own or OtherProcessError(_ENDED) from error
    failed = next((number for number, (_, message) in enumerate(told) if message is not None), None)
    if own is not None and failed == distributed.get_rank():
        raise own
    if failed is not None:
        raise OtherProcessError(f"process {failed}: {told[failed][1]}")
    return [cast("T", value) for value, _ in told]


@contextmanager
def training() -> Iterator[None]:
    """A part in which the processes exchange gradients.

    Raises:
        OtherProcessError: if another process ended meanwhile.
    """
    try:
        yield
    except RuntimeError as error:
        from torch import distributed

        # Gloo has no error class of its own: its messages begin with the path of its source.
        if count() > 1 and (isinstance(error, distributed.DistError) or "/gloo/" in str(error)):
            raise OtherProcessError(_ENDED) from error
        raise


def by_main(step: Callable[[], T]) -> T:
    """Runs a step in the main process while the others wait, and returns its result to all."""
    return everywhere(lambda: step() if is_main() else cast("T", None))[0]
