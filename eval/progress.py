"""Shows the progress of an evaluation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count as numbers

from rich.console import Console

from presscheck.serve.progress_bar import ProgressBar


@contextmanager
def stages(count: int, *, console: Console | None = None) -> Iterator[Callable[[str], None]]:
    """A bar on standard error over so many stages, if it is a terminal; call the yielded function with each stage's name at its start."""
    with ProgressBar("evaluation", console=console) as bar:
        done = numbers()

        def begin(name: str) -> None:
            bar.say(name)
            bar.reach(next(done), count)

        yield begin
